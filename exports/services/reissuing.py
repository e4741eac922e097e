"""A moment anew from its own frozen data, without the people who have withdrawn since."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.enums import AssignmentStatus
from exports.frozen import shelf, sources
from exports.frozen.frame import Frame
from exports.frozen.sources import Source
from exports.frozen.tallies import Tallies
from exports.models import Moment, Withdrawal

Cell = tuple[int, int]


@dataclass(frozen=True)
class FrozenAgain:
    """An earlier moment's rows, less those of withdrawn people; their places are open again."""

    base: Moment
    as_of: datetime
    frame: Frame
    withdrawn: pa.Array

    @property
    def shards(self) -> int:
        return self.base.shards

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        for number in range(self.base.shards):
            name = shelf.shard_name(source.name, number)
            for batch in shelf.read_batches(self.base, name):
                if source is sources.COVERAGE:
                    yield self._opened(batch)
                else:
                    yield self._staying(batch)

    def people(self, _tallies: Tallies) -> dict[str, pa.Table]:
        found = {
            name: shelf.read_table(self.base, name, schema)
            for name, schema in (("people", sources.PEOPLE), ("profiles", sources.PROFILES))
        }
        kept = {name: self._staying(table) for name, table in found.items()}
        return {**kept, "consents": shelf.read_table(self.base, "consents", sources.CONSENTS)}

    def _staying(self, rows: pa.RecordBatch | pa.Table) -> pa.RecordBatch | pa.Table:
        if "annotator_pk" not in rows.schema.names:
            return rows
        return rows.filter(pc.invert(pc.is_in(rows.column("annotator_pk"), self.withdrawn)))

    def _opened(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Coverage without what withdrawn people took of it."""
        items = pa.array(sorted({item for item, _stratum in self._gone}), pa.int64())
        places = np.flatnonzero(pc.is_in(batch.column("item_pk"), items).to_numpy(False))
        counts = {
            name: batch.column(name).to_numpy().copy() for name in ("leased", "submitted", "served")
        }
        strata = batch.column("stratum_pk").to_numpy()
        item_pks = batch.column("item_pk").to_numpy()
        for place in places:
            gone = self._gone.get((int(item_pks[place]), int(strata[place])), Counter())
            for name, numbers in counts.items():
                numbers[place] -= gone[name]
        columns = [
            pa.array(counts[name]) if name in counts else batch.column(name)
            for name in batch.schema.names
        ]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)

    @cached_property
    def _gone(self) -> dict[Cell, Counter[str]]:
        """By item and stratum, how much of a cell's counts were withdrawn people's."""
        gone: dict[Cell, Counter[str]] = {}
        for number in range(self.base.shards):
            name = shelf.shard_name(sources.ASSIGNMENTS.name, number)
            columns = ["item_pk", "stratum_pk", "annotator_pk", "status", "is_repeat"]
            for batch in shelf.read_batches(self.base, name, columns):
                theirs = pc.is_in(batch.column("annotator_pk"), self.withdrawn)
                counted = pc.and_(theirs, pc.invert(batch.column("is_repeat")))
                for row in batch.filter(counted).to_pylist():
                    cell = gone.setdefault((row["item_pk"], row["stratum_pk"]), Counter())
                    cell["served"] += 1
                    if row["status"] in (AssignmentStatus.LEASED, AssignmentStatus.SUBMITTED):
                        cell[row["status"]] += 1
        return gone


def without_withdrawn(base: Moment, numbers: Mapping[int, int]) -> FrozenAgain:
    """The frozen data of `base` without withdrawn people, as versions of these numbers."""
    frame = shelf.read_frame(base)
    campaigns = [replace(one, version=numbers[one.pk]) for one in frame.campaigns]
    withdrawn = Withdrawal.objects.values_list("annotator_id", flat=True)
    assert base.as_of is not None  # noqa: S101 - for the type checker: it is frozen
    return FrozenAgain(
        base,
        base.as_of,
        replace(frame, campaigns=campaigns),
        pa.array(list(withdrawn), pa.int64()),
    )
