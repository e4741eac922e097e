"""Counting released rows for the documentation: shard by shard, batch by batch.

Whatever is told in numbers is counted from the rows that leave, so that a reader can count again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.enums import IMPORTED
from exports.documentation.tallying import same_text, tally, tally_together
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.release import ShardRelease
from exports.release.arrays import Lookup
from exports.tables.coding import CODED, coded, codes_of, plain_table

# What an answer says of two responses, in the order in which it is shown.
CLEAR, SLIGHT, PREFERRED, TIE = "clearly one", "slightly one", "one", "tie"
BOTH_BAD, DEPENDS = "both bad", "depends"
KINDS_OF_ANSWER = (CLEAR, SLIGHT, PREFERRED, TIE, BOTH_BAD, DEPENDS)
SAME, SAME_SIDE, OTHER = "the same", "the same side, other strength", "another"
REACHED, BEGUN, NOTHING = "reached", "begun", "nothing"
TENTH_OF_SECOND = 100
# What is counted, in the order in which it has to be seen.
COUNTED = ("judgments", "comparisons", "annotators", "assignments", "coverage")
# Counts as JSON: by campaign and field, mappings as lists of pairs.
Body = dict[str, dict[str, Any]]
PAIR = ("item_id", "annotator_id")
COMPARED = (*PAIR, "criterion", "response_a", "response_b")


@dataclass
class Counts:
    """What one campaign's released rows amount to; a stratum is None where it is not named."""

    people: int = 0
    # By column of `annotators`: how many people chose each option, and how many tell nothing.
    answers: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    silent: Counter[str] = field(default_factory=Counter)
    judgments: Counter[str | None] = field(default_factory=Counter)
    people_by_stratum: defaultdict[str | None, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )
    final: int = 0
    reasons: int = 0
    imported: int = 0
    guidelines: Counter[int] = field(default_factory=Counter)
    languages: Counter[str | None] = field(default_factory=Counter)
    # Tenths of a second at work on the page → judgments.
    active: Counter[int] = field(default_factory=Counter)
    times: list[Any] = field(default_factory=list)
    # criterion, stratum → kinds of answers; criterion → what was shown and preferred first
    answered: defaultdict[tuple[str, str | None], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    first_preferred: Counter[str] = field(default_factory=Counter)
    preferred: Counter[str] = field(default_factory=Counter)
    file_order_kept: Counter[str] = field(default_factory=Counter)
    repeats: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    exposure: defaultdict[str | None, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    repeats_served: int = 0
    propensities: list[float] = field(default_factory=list)
    cells: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter[str]))

    @property
    def period(self) -> tuple[Any, Any] | None:
        """The first and the last judgment."""
        return (min(self.times), max(self.times)) if self.times else None

    def seconds(self, share: float) -> float | None:
        """The time at work that so many of the judgments took at most, to a tenth of a second."""
        wanted = share * sum(self.active.values())
        reached = 0
        for tenths, number in sorted(self.active.items()):
            reached += number
            if reached >= wanted:
                return tenths / 10
        return None


def count(shards: Sequence[ShardRelease], alive: Callable[[], None]) -> dict[str, Counts]:
    """The counts of each campaign by its slug; `alive` is told of every batch."""
    bodies = []
    for shard in shards:
        counter = ShardCounter()
        for table in COUNTED:
            for batch in shard.batches(table):
                counter.see(table, batch)
                alive()
        bodies.append(body_of(counter.finished()))
    return merged(bodies)


class CountedRelease(ShardRelease):
    """A release whose batches are counted as they pass, once, whoever reads them.

    The tables are read in their published order: `comparisons` after `judgments`.
    """

    def __init__(self, snapshot: Snapshot, frame: Frame, number: int) -> None:
        super().__init__(snapshot, frame, number)
        self._counter = ShardCounter()
        self._seen: set[str] = set()

    def coded(self, name: str) -> Iterator[pa.RecordBatch]:
        is_new = name in COUNTED and name not in self._seen
        self._seen.add(name)
        for batch in super().coded(name):
            if is_new:
                self._counter.see(name, batch)
            yield batch

    def counted(self) -> Body:
        """The counts, once everything has been read; what nobody has read is read now."""
        for name in COUNTED:
            if name not in self._seen:
                for _batch in self.coded(name):
                    pass
        return body_of(self._counter.finished())


class ShardCounter:
    """Counts one shard. Of its judgments only id and stratum are held."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, Counts] = defaultdict(Counts)
        self._ids: list[np.ndarray] = []
        self._strata: list[pa.DictionaryArray] = []
        self._repeated: list[pa.Table] = []
        self._person: dict[str, Any] | None = None
        self._twice: defaultdict[str, list[pa.Table]] = defaultdict(list)

    def see(self, table: str, batch: pa.RecordBatch) -> None:
        """Count a batch of a table."""
        if table == "annotators":
            self.see_annotators(batch)
            return
        for campaign, rows in parts_of(batch):
            counts = self.counts[campaign]
            if table == "judgments":
                self.see_judgments(counts, rows)
            elif table == "comparisons":
                self.see_comparisons(campaign, rows)
            elif table == "assignments":
                see_assignments(counts, rows)
            else:
                see_coverage(counts, rows)

    def finished(self) -> dict[str, Counts]:
        """The counts, once every batch has been seen."""
        if self._person:
            add_person(self.counts[self._person["campaign"]], self._person)
            self._person = None
        for campaign, tables in self._twice.items():
            see_repeats(self.counts[campaign], pa.concat_tables(tables))
        self._twice.clear()
        return self.counts

    def see_annotators(self, batch: pa.RecordBatch) -> None:
        """Each person once, with the newest version of their profile; their rows stand together."""
        for row in batch.to_pylist():
            if self._person and not same_person(self._person, row):
                add_person(self.counts[self._person["campaign"]], self._person)
            self._person = row

    def see_judgments(self, counts: Counts, rows: pa.Table) -> None:
        strata = column(rows, "annotator_stratum", pa.string())
        self._ids.append(rows["judgment_id"].to_numpy())
        self._strata.append(coded(strata.combine_chunks()))
        for (stratum,), number in tally_together(strata):
            counts.judgments[stratum] += number
        counted = pc.and_(rows["is_final"], pc.invert(rows["is_repeat"]))
        counts.final += pc.sum(counted).as_py() or 0
        counts.reasons += len(rows) - column(rows, "reason", pa.string()).null_count
        ways = dict(tally(column(rows, "strategy", pa.string())))
        counts.imported += ways.get(IMPORTED, 0)
        counts.guidelines.update(tally(column(rows, "guideline_version", pa.int64())))
        for (language,), number in tally_together(column(rows, "language", pa.string())):
            counts.languages[language] += number
        active = column(rows, "active_ms", pa.int64()).drop_null().to_numpy()
        tenths = np.rint(active / TENTH_OF_SECOND).astype(np.int64)
        values, numbers = np.unique(tenths, return_counts=True)
        counts.active.update(dict(zip(values.tolist(), numbers.tolist(), strict=True)))
        if "submitted_at" in rows.column_names:
            bounds = pc.min_max(rows["submitted_at"]).as_py()
            counts.times += [one for one in bounds.values() if one is not None]
            counts.times = [min(counts.times), max(counts.times)] if counts.times else []
        if "annotator_id" in rows.column_names:
            self.see_who(counts, rows, strata)

    def see_who(self, counts: Counts, rows: pa.Table, strata: pa.ChunkedArray) -> None:
        for (stratum, person), _number in tally_together(strata, rows["annotator_id"]):
            counts.people_by_stratum[stratum].add(person or "")
        again = pc.and_(rows["is_final"], rows["is_repeat"])
        if pc.any(again).as_py():
            repeats = plain_table(rows.select(list(PAIR)).filter(again))
            self._repeated.append(repeats.group_by(list(PAIR)).aggregate([]))

    @cached_property
    def _stratum_of(self) -> Lookup:
        """The strata of the shard's judgments, by their ids."""
        ids = np.concatenate(self._ids) if self._ids else np.empty(0, np.int64)
        strata = pa.chunked_array(self._strata, CODED).unify_dictionaries().combine_chunks()
        return Lookup(ids, strata)

    @cached_property
    def _asked_again(self) -> pa.Table | None:
        return pa.concat_tables(self._repeated) if self._repeated else None

    def see_comparisons(self, campaign: str, rows: pa.Table) -> None:
        counts = self.counts[campaign]
        first = where(rows, pc.and_(rows["is_final"], pc.invert(rows["is_repeat"])))
        ids = first["judgment_id"].combine_chunks()
        see_answers(counts, first, self._stratum_of.coded(ids))
        see_positions(counts, first)
        if self._asked_again is not None:
            wanted = [*COMPARED, "preference", "outcome", "is_repeat"]
            final = plain_table(where(rows, rows["is_final"]).select(wanted))
            self._twice[campaign].append(
                final.join(self._asked_again, list(PAIR), join_type="left semi")
            )


def parts_of(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Table]]:
    """A batch cut by campaign."""
    rows = pa.Table.from_batches([batch])
    codes, campaigns = codes_of(batch.column("campaign"))
    for code in np.unique(codes).tolist():
        yield campaigns[code] or "", where(rows, pa.array(codes == code))


def where(rows: pa.Table, wanted: pa.Array | pa.ChunkedArray) -> pa.Table:
    """The rows where `wanted` is true, mostly all of them."""
    return rows if pc.all(wanted, skip_nulls=False).as_py() else rows.filter(wanted)


def column(rows: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    """A column, or nothing at all where the release has none of it."""
    if name in rows.column_names:
        return rows[name]
    return pa.chunked_array([pa.nulls(len(rows), kind)])


def same_person(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("campaign", "annotator_id"))


def add_person(counts: Counts, row: dict[str, Any]) -> None:
    counts.people += 1
    for name, answer in row.items():
        if name in ("annotator_id", "profile_version", "campaign"):
            continue
        if not answer:
            counts.silent[name] += 1
        else:
            counts.answers[name].update([answer] if isinstance(answer, str) else set(answer))


def see_answers(counts: Counts, rows: pa.Table, strata: pa.Array) -> None:
    """Kinds of answers by criterion and stratum."""
    is_clear = pc.fill_null(pc.equal(pc.abs(rows["preference"]), 2), False)
    strengths = pa.DictionaryArray.from_arrays(
        is_clear.combine_chunks().cast(pa.int8()), pa.array([SLIGHT, CLEAR])
    )
    said = tally_together(rows["criterion"], strata, rows["outcome"], strengths, rows["source"])
    for (criterion, stratum, outcome, strength, source), number in said:
        kind = kind_of_answer(outcome, strength, source)
        counts.answered[criterion or "", stratum][kind] += number


def kind_of_answer(outcome: str | None, strength: str | None, source: str | None) -> str:
    if outcome != "graded":
        return {"tie": TIE, "both_bad": BOTH_BAD, "depends": DEPENDS}[outcome or ""]
    return strength or "" if source == "pairwise" else PREFERRED


def see_positions(counts: Counts, rows: pa.Table) -> None:
    """Whether people prefer what they saw first, and which order that was, where it is known."""
    rows = where(rows, rows["shown_first"].is_valid())
    first_is_a = same_text(rows["shown_first"], rows["response_a"])
    preference = pc.fill_null(rows["preference"], 0).to_numpy()
    preferred = np.where(first_is_a, preference < 0, preference > 0)
    outcomes, kinds = codes_of(rows["outcome"])
    graded = outcomes == (kinds.index("graded") if "graded" in kinds else -1)
    criteria, keys = codes_of(rows["criterion"])
    for found, wanted in (
        (counts.preferred, graded),
        (counts.first_preferred, graded & preferred),
        (counts.file_order_kept, first_is_a),
    ):
        sums = np.bincount(criteria[wanted], minlength=len(keys)).tolist()
        present = np.bincount(criteria, minlength=len(keys)).tolist()
        for key, number, rows_of_key in zip(keys, sums, present, strict=True):
            if rows_of_key:
                found[key or ""] += number


def see_repeats(counts: Counts, rows: pa.Table) -> None:
    """Each repeat against the first answer of the same person to the same question."""
    again = rows.filter(rows["is_repeat"]).drop_columns(["is_repeat"])
    first = rows.filter(pc.invert(rows["is_repeat"])).drop_columns(["is_repeat"])
    pairs = again.join(first, list(COMPARED), join_type="inner", right_suffix=" before")
    keys = ["criterion", "preference", "outcome", "preference before", "outcome before"]
    for row in pairs.group_by(keys).aggregate([([], "count_all")]).to_pylist():
        counts.repeats[row["criterion"]][agreement(row)] += row["count_all"]


def agreement(row: dict[str, Any]) -> str:
    now = row["preference"], row["outcome"]
    before = row["preference before"], row["outcome before"]
    if now == before:
        return SAME
    graded = now[1] == before[1] == "graded"
    return SAME_SIDE if graded and (now[0] > 0) == (before[0] > 0) else OTHER


def see_assignments(counts: Counts, rows: pa.Table) -> None:
    designed = where(rows, pc.invert(rows["is_repeat"]))
    counts.repeats_served += len(rows) - len(designed)
    told = tally_together(column(designed, "stratum", pa.string()), designed["status"])
    for (stratum, status), number in told:
        counts.exposure[stratum][status or ""] += number
    bounds = pc.min_max(column(designed, "propensity", pa.float64())).as_py()
    known = [*counts.propensities, *(one for one in bounds.values() if one is not None)]
    counts.propensities = [min(known), max(known)] if known else []


def see_coverage(counts: Counts, rows: pa.Table) -> None:
    """How many cells of item and stratum got what the design wanted of them."""
    told_of = pc.and_(pc.greater(rows["target"], 0), rows["submitted"].is_valid())
    wanted = where(rows, told_of)
    submitted, target = wanted["submitted"].to_numpy(), wanted["target"].to_numpy()
    states = np.where(submitted >= target, 0, np.where(submitted > 0, 1, 2)).astype(np.int8)
    named = pa.DictionaryArray.from_arrays(pa.array(states), pa.array([REACHED, BEGUN, NOTHING]))
    for (stratum, state), number in tally_together(wanted["stratum"], named):
        counts.cells[stratum or ""][state or ""] += number


def body_of(counts: dict[str, Counts]) -> Body:
    """Counts as JSON, for the shard's row; `merged` reads them."""
    return {
        campaign: {one.name: plain(getattr(own, one.name)) for one in fields(own)}
        for campaign, own in counts.items()
    }


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return [[key, plain(inner)] for key, inner in value.items()]
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def merged(bodies: Sequence[Body]) -> dict[str, Counts]:
    """The counts of all shards together."""
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    for body in bodies:
        for campaign, own in body.items():
            add_counts(counts[campaign], own)
    return counts


def add_counts(counts: Counts, body: dict[str, Any]) -> None:
    for name, value in body.items():
        have = getattr(counts, name)
        if isinstance(have, int):
            setattr(counts, name, have + value)
        elif isinstance(have, Counter):
            have.update(dict(value))
        elif isinstance(have, dict):
            for key, inner in value:
                place = tuple(key) if isinstance(key, list) else key
                have[place].update(inner if name == "people_by_stratum" else dict(inner))
        else:
            read = datetime.fromisoformat if name == "times" else float
            found = [*have, *(read(one) for one in value)]
            setattr(counts, name, [min(found), max(found)] if found else [])
