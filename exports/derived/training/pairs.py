"""Comparisons as preferences to train on: judgment by judgment, or the shares of a pair.

Nothing here decides for a majority. A soft label stands in two rows, one for each direction that
anybody preferred, so that a trainer which cannot read it sees that people differ.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.derived.grouping import Row
from exports.derived.options import SOFT, Options

NO_GRADE = ("both_bad", "depends")


@dataclass(frozen=True)
class Preference:
    """One row of preference data, and what stands beside it.

    `margin` is how clearly; `share` is the share of the pair's judgments that prefer this
    direction, None where the row is one judgment. `beside` goes into the sidecar.
    """

    criterion: str
    chosen: str
    rejected: str
    margin: float
    weight: float
    share: float | None
    beside: dict[str, Any]


def preferences(
    rows: Sequence[Row], options: Options, left_out: Counter[str]
) -> Iterator[Preference]:
    """The preferences in an item's comparisons, in the mode that was chosen."""
    if options.mode == SOFT:
        yield from shared_preferences(rows, options, left_out)
    else:
        for row in rows:
            yield from judged_preferences(row, options, left_out)


def judged_preferences(row: Row, options: Options, left_out: Counter[str]) -> Iterator[Preference]:
    """One row for a graded comparison; for a tie none, or one of half weight for each direction."""
    if row["outcome"] in NO_GRADE:
        left_out[row["outcome"]] += 1
    elif row["preference"] == 0:
        if not options.ties_count_half:
            left_out["ties"] += 1
            return
        for towards_b in (False, True):
            yield judged(row, towards_b, 0.0, row["weight"] / 2)
    else:
        yield judged(row, row["preference"] > 0, margin_of(row, options), row["weight"])


def judged(row: Row, towards_b: bool, margin: float, weight: float) -> Preference:
    chosen, rejected = directed(row["response_a"], row["response_b"], towards_b)
    beside = {
        "judgment_id": row["judgment_id"],
        "annotator_id": row["annotator_id"],
        "stratum": row["stratum"],
        "weight": weight,
        "item_id": row["item_id"],
        "criterion": row["criterion"],
        "chosen_id": chosen,
        "rejected_id": rejected,
        "outcome": row["outcome"],
        "shown_first": row["shown_first"],
        "source": row["source"],
    }
    return Preference(row["criterion"], chosen, rejected, margin, weight, None, beside)


def margin_of(row: Row, options: Options) -> float:
    """How clearly, where the person said so; a ranking tells the direction alone, so 0."""
    if row["source"] != "pairwise":
        return 0.0
    slight, clear = options.margins
    return clear if abs(row["preference"]) > 1 else slight


def directed(a: str, b: str, towards_b: bool) -> tuple[str, str]:
    return (b, a) if towards_b else (a, b)


@dataclass
class Direction:
    """What spoke for one response of a pair."""

    count: int = 0
    weight: float = 0.0
    margins: float = 0.0

    def add(self, weight: float, margin: float) -> None:
        self.weight += weight
        self.margins += weight * margin


@dataclass
class Pair:
    """All that was said of two responses by one criterion."""

    row: Row
    ties_count: bool
    towards: tuple[Direction, Direction] = field(default_factory=lambda: (Direction(), Direction()))
    others: Counter[str] = field(default_factory=Counter)
    annotators: set[str] = field(default_factory=set)

    def add(self, row: Row, options: Options) -> None:
        self.annotators.add(row["annotator_id"])
        if row["outcome"] in NO_GRADE:
            self.others[row["outcome"]] += 1
        elif row["preference"] == 0:
            self.others["ties"] += 1
            if self.ties_count:
                for direction in self.towards:
                    direction.add(row["weight"] / 2, 0.0)
        else:
            direction = self.towards[row["preference"] > 0]
            direction.count += 1
            direction.add(row["weight"], margin_of(row, options))

    @property
    def weight(self) -> float:
        return sum(direction.weight for direction in self.towards)

    def preferences(self) -> Iterator[Preference]:
        for towards_b in (False, True):
            direction = self.towards[towards_b]
            if not direction.weight:
                continue
            share = direction.weight / self.weight
            margin = direction.margins / direction.weight
            yield self._preference(towards_b, margin, share)

    def _preference(self, towards_b: bool, margin: float, share: float) -> Preference:
        row = self.row
        chosen, rejected = directed(row["response_a"], row["response_b"], towards_b)
        beside = {
            "item_id": row["item_id"],
            "criterion": row["criterion"],
            "chosen_id": chosen,
            "rejected_id": rejected,
            "soft_label": share,
            "weight": self.weight,
            "n": self.count,
            "n_chosen": self.towards[towards_b].count,
            "n_rejected": self.towards[not towards_b].count,
            "n_ties": self.others["ties"],
            "n_both_bad": self.others["both_bad"],
            "n_depends": self.others["depends"],
            "n_annotators": len(self.annotators),
        }
        return Preference(row["criterion"], chosen, rejected, margin, share, share, beside)

    @property
    def count(self) -> int:
        """How many judgments the shares are of."""
        graded = sum(direction.count for direction in self.towards)
        return graded + (self.others["ties"] if self.ties_count else 0)


def shared_preferences(
    rows: Sequence[Row], options: Options, left_out: Counter[str]
) -> Iterator[Preference]:
    """The shares of each pair, in two rows where people differ."""
    pairs: dict[tuple[str, str, str], Pair] = {}
    for row in rows:
        key = (row["criterion"], row["response_a"], row["response_b"])
        pair = pairs.setdefault(key, Pair(row, options.ties_count_half))
        pair.add(row, options)
    for pair in pairs.values():
        for reason in NO_GRADE:
            left_out[reason] += pair.others[reason]
        if not options.ties_count_half:
            left_out["ties"] += pair.others["ties"]
        yield from pair.preferences()
