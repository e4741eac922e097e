"""What derived formats read: the documented tables of a release, shard by shard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from exports.tables.bounds import RULED_OUT, BoundsFacts


class Source(Protocol):
    """Tables of a release, or of the shard of one: all rows of an item are in one source."""

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """A table's rows in their order; the same whenever they are asked for."""

    def ruled_out(self) -> Iterator[pa.RecordBatch]:
        """Responses that rules in force ruled out: `RULED_OUT`, one row for each rule."""

    @property
    def bounds(self) -> BoundsFacts:
        """What was in force when the rows were frozen."""


NO_BOUNDS = BoundsFacts()


@dataclass(frozen=True)
class Tables:
    """Tables in memory as a source."""

    tables: dict[str, pa.Table]
    bounds: BoundsFacts = NO_BOUNDS

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        yield from self.tables[name].to_batches()

    def ruled_out(self) -> Iterator[pa.RecordBatch]:
        yield from self.tables.get("ruled_out", RULED_OUT.empty_table()).to_batches()


def column_of(batch: pa.RecordBatch, name: str) -> pa.Array:
    """A column, or nothing but nulls where a privacy profile took it away."""
    if name in batch.schema.names:
        return batch.column(name)
    return pa.nulls(len(batch), pa.string())
