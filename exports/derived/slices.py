"""Which judgments a request is about."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from annotation.enums import TaskTypeKey
from exports.derived.options import NothingMatches, OptionProblem, Options
from exports.derived.sources import Source, column_of
from exports.tables.people import column_name

# Told that the work is alive; may raise to stop it.
Alive = Callable[[], None]


@dataclass(frozen=True)
class FoundKind:
    """A kind of people in a slice: how likely each is of it, and what may be told of it.

    `least`: from how many people of the kind on a share of theirs may be told.
    """

    member: Mapping[str, float]
    least: int
    told: Mapping[str, Any]


@dataclass
class Survey:
    """What a slice holds over all sources: counted before anything is written.

    `comparing` are the judgments whose task type compares responses: all but values. `answers` are
    people's own about themselves, by question, where weights go by them; `kind` is there where they
    go by a kind of people.
    """

    judgments: int = 0
    comparing: int = 0
    by_stratum: Counter[str] = field(default_factory=Counter)
    without_stratum: int = 0
    annotators: list[str] = field(default_factory=list)
    by_annotator: Counter[str] = field(default_factory=Counter)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    kind: FoundKind | None = None


class Slice:
    """The judgments that a request asks for: by default the last one of each person and item."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def judgments(
        self, source: Source, left_out: Counter[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The judgments of the slice, counting in `left_out` why others are none."""
        for batch in source.batches("judgments"):
            if len(batch):
                yield batch.filter(self._holds(batch, Counter() if left_out is None else left_out))

    def _holds(self, batch: pa.RecordBatch, left_out: Counter[str]) -> pa.Array:
        kept = pa.array(np.ones(len(batch), bool))
        for reason, also in self._conditions(batch):
            still = pc.and_(kept, also)
            left_out[reason] += count(kept) - count(still)
            kept = still
        return kept

    def _conditions(self, batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Array]]:
        options = self._options
        for name, wanted in (
            ("annotator_stratum", options.strata),
            ("annotator_id", options.annotators),
            ("item_id", options.items),
        ):
            if wanted:
                if name not in batch.schema.names:
                    raise OptionProblem(
                        _("This release does not tell %(column)s.") % {"column": name},
                        FIELD_OF[name],
                    )
                yield (
                    "outside_slice",
                    pc.is_in(batch.column(name), pa.array(list(wanted), pa.string())),
                )
        yield "superseded", batch.column("is_final")
        if not options.repeats:
            yield "repeats", pc.invert(batch.column("is_repeat"))
        if "flags" in batch.schema.names:
            yield "checks", pc.invert(has_check(batch.column("flags")))

    def survey(self, sources: Sequence[Source], alive: Alive) -> Survey:
        """Count the slice. Raises `NothingMatches` where it is empty."""
        found = Survey()
        for source in sources:
            for batch in self.judgments(source, found.left_out):
                found.judgments += len(batch)
                kinds = column_of(batch, "task_type")
                found.comparing += len(batch) - count(pc.equal(kinds, TaskTypeKey.VALUES.value))
                strata = column_of(batch, "annotator_stratum")
                found.without_stratum += strata.null_count
                for entry in strata.drop_null().value_counts().to_pylist():
                    found.by_stratum[entry["values"]] += entry["counts"]
                for entry in batch.column("annotator_id").value_counts().to_pylist():
                    found.by_annotator[entry["values"]] += entry["counts"]
                alive()
        found.annotators = sorted(found.by_annotator)
        if isinstance(self._options.population, Mapping):
            found.answers = answers_in(sources, list(self._options.population))
        if not found.judgments:
            raise NothingMatches(self._nothing(found.left_out))
        return found

    def _nothing(self, left_out: Counter[str]) -> str:
        chosen = {
            key: ", ".join(getattr(self._options, key))
            for key in FIELD_OF.values()
            if getattr(self._options, key)
        }
        if not chosen:
            return _("There are no judgments in the dataset.")
        words = "; ".join(f"{key} {value}" for key, value in chosen.items())
        return _("No judgments match: %(slice)s. %(others)s judgments are outside.") % {
            "slice": words,
            "others": sum(left_out.values()),
        }


FIELD_OF = {"annotator_stratum": "strata", "annotator_id": "annotators", "item_id": "items"}


def answers_in(sources: Sequence[Source], questions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Question → person → the option of their newest answers. Raises `OptionProblem`."""
    newest: dict[str, tuple[int, dict[str, str | None]]] = {}
    for source in sources:
        for batch in source.batches("annotators"):
            for question in questions:
                refuse_untold(batch, column_name(question))
            for row in batch.to_pylist():
                name, version = row["annotator_id"], row["profile_version"]
                if name not in newest or version >= newest[name][0]:
                    told = {key: row[column_name(key)] for key in questions}
                    newest[name] = (version, told)
    return {
        key: {name: said for name, (_version, told) in newest.items() if (said := told[key])}
        for key in questions
    }


def refuse_untold(batch: pa.RecordBatch, column: str) -> None:
    """Raise where people are not told apart by this, or by several answers at once."""
    known = batch.schema.names
    if column not in known or not pa.types.is_string(batch.schema.field(column).type):
        raise OptionProblem(
            _("This release does not tell %(column)s.") % {"column": column}, "population"
        )


def has_check(flags: pa.Array) -> pa.Array:
    """Which judgments are of check items; their answers follow an instruction, not a preference."""
    told = np.zeros(len(flags), bool)
    checks = pc.starts_with(pc.list_flatten(flags), "check_")
    told[pc.list_parent_indices(flags).filter(checks).to_numpy()] = True
    return pa.array(told)


def count(marks: pa.Array) -> int:
    return int(pc.sum(marks).as_py() or 0)


class Kept:
    """The judgments of a slice in one source, looked up by number: stratum and weight of each."""

    def __init__(self, ids: np.ndarray, strata: pa.Array, weights: np.ndarray) -> None:
        order = np.argsort(ids, kind="stable")
        self._ids = ids[order]
        self._strata = strata.take(pa.array(order))
        self._weights = weights[order]

    def narrowed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of these judgments, with `stratum` and `weight` beside them."""
        wanted = batch.column("judgment_id").to_numpy()
        places = np.searchsorted(self._ids, wanted)
        inside = places < len(self._ids)
        inside[inside] = self._ids[places[inside]] == wanted[inside]
        rows = batch.filter(pa.array(inside))
        at = places[inside]
        return rows.append_column("stratum", self._strata.take(pa.array(at))).append_column(
            "weight", pa.array(self._weights[at])
        )
