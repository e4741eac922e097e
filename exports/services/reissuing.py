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
from exports.models import Moment
from exports.selectors.withdrawn import withdrawn_by_campaign

Cell = tuple[int, int]


@dataclass(frozen=True)
class FrozenAgain:
    """An earlier moment's rows, less those of withdrawn people; their places are open again.

    `withdrawn` has their numbers by campaign.
    """

    base: Moment
    as_of: datetime
    frame: Frame
    withdrawn: Mapping[int, pa.Array]

    @property
    def shards(self) -> int:
        return self.base.shards

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        for number in range(self.base.shards):
            name = shelf.shard_name(source.name, number)
            # Of models' answers there are files only where there are answers.
            if source is sources.MODEL_JUDGMENTS and not shelf.has_file(self.base, name):
                continue
            for batch in shelf.read_batches(self.base, name):
                if source is sources.COVERAGE:
                    yield self.opened(batch)
                else:
                    yield self.staying(batch)

    def people(self, _tallies: Tallies) -> dict[str, pa.Table]:
        found = {
            name: shelf.read_table(self.base, name, schema)
            for name, schema in (("people", sources.PEOPLE), ("profiles", sources.PROFILES))
        }
        kept = {name: self.staying(table) for name, table in found.items()}
        return {**kept, "consents": shelf.read_table(self.base, "consents", sources.CONSENTS)}

    def prepare(self) -> None:
        """Look now at what withdrawn people took, before any of the files changes."""
        _ = self._gone

    def staying(self, rows: pa.RecordBatch | pa.Table) -> pa.RecordBatch | pa.Table:
        """Rows without those of withdrawn people."""
        if "annotator_pk" not in rows.schema.names:
            return rows
        return rows.filter(pc.invert(self._theirs(rows)))

    def _theirs(self, rows: pa.RecordBatch | pa.Table) -> pa.Array:
        theirs = pa.array(np.zeros(len(rows), bool))
        for campaign, people in self.withdrawn.items():
            here = pc.equal(rows.column("campaign_pk"), campaign)
            theirs = pc.or_(theirs, pc.and_(here, pc.is_in(rows.column("annotator_pk"), people)))
        return theirs

    def opened(self, batch: pa.RecordBatch) -> pa.RecordBatch:
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
            columns = ["campaign_pk", "item_pk", "stratum_pk", "annotator_pk"]
            columns += ["status", "is_repeat"]
            for batch in shelf.read_batches(self.base, name, columns):
                counted = pc.and_(self._theirs(batch), pc.invert(batch.column("is_repeat")))
                for row in batch.filter(counted).to_pylist():
                    cell = gone.setdefault((row["item_pk"], row["stratum_pk"]), Counter())
                    cell["served"] += 1
                    if row["status"] in (AssignmentStatus.LEASED, AssignmentStatus.SUBMITTED):
                        cell[row["status"]] += 1
        return gone


def without_withdrawn(base: Moment, numbers: Mapping[int, int]) -> FrozenAgain:
    """The frozen data of `base` without withdrawn people, as versions of these numbers."""
    again = frozen_again(base)
    campaigns = [replace(one, version=numbers[one.pk]) for one in again.frame.campaigns]
    return replace(again, frame=replace(again.frame, campaigns=campaigns))


def frozen_again(base: Moment) -> FrozenAgain:
    """The frozen data of `base` without withdrawn people, as the versions that it is of."""
    frame = shelf.read_frame(base)
    found = withdrawn_by_campaign(one.pk for one in frame.campaigns)
    withdrawn = {campaign: pa.array(people, pa.int64()) for campaign, people in found.items()}
    assert base.as_of is not None  # noqa: S101 - for the type checker: it is frozen
    return FrozenAgain(base, base.as_of, frame, withdrawn)
