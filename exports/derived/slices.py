"""Which judgments a request is about."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from annotation.enums import TaskTypeKey
from exports.derived.options import NothingMatches, OptionProblem, Options
from exports.derived.sources import Source, column_of

# Told that the work is alive; may raise to stop it.
Alive = Callable[[], None]


@dataclass
class Survey:
    """What a slice holds over all sources: counted before anything is written.

    `comparing` are the judgments whose task type compares responses: all but values.
    """

    judgments: int = 0
    comparing: int = 0
    by_stratum: Counter[str] = field(default_factory=Counter)
    without_stratum: int = 0
    annotators: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


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
        annotators: dict[str, None] = {}
        for source in sources:
            for batch in self.judgments(source, found.left_out):
                found.judgments += len(batch)
                kinds = column_of(batch, "task_type")
                found.comparing += len(batch) - count(pc.equal(kinds, TaskTypeKey.VALUES.value))
                strata = column_of(batch, "annotator_stratum")
                found.without_stratum += strata.null_count
                for entry in strata.drop_null().value_counts().to_pylist():
                    found.by_stratum[entry["values"]] += entry["counts"]
                annotators.update(dict.fromkeys(batch.column("annotator_id").unique().to_pylist()))
                alive()
        found.annotators = sorted(annotators)
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
