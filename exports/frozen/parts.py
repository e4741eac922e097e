"""Judgments in parts: runs of their numbers, each fetched once, with rows of all shards in it.

The rows of a shard lie all over the judgments' table: were each shard to fetch its own, each would
have nearly every page of it read. So whichever worker comes first fetches a run, and deals it out
as it is written: for each chunk a part has one batch a shard, in turn.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from exports.frozen import shelf, sources
from exports.models import FrozenFile, Moment

ROWS_IN_PART = 100_000
NUMBERS = pa.schema([(name, pa.int64()) for name in ("judgment_id", "campaign_pk", "item_pk")])


def numbers_name(part: int) -> str:
    return f"numbers-{part:05d}"


def part_name(part: int) -> str:
    return f"judgments-part-{part:05d}"


def parts_of(moment: Moment) -> int:
    """How many parts there are; none where the moment was frozen shard by shard."""
    return moment.files.filter(name__startswith="numbers-").count()


class NumbersWriter:
    """Writes down which judgments are in which part, in the order of the index."""

    def __init__(self, moment: Moment, work: Path) -> None:
        self._moment, self._work = moment, work
        self._parts = self._room = 0
        self._writer: shelf.FrozenWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        rows = batch.select(NUMBERS.names)
        while len(rows):
            if self._writer is None or not self._room:
                self.put()
                name = numbers_name(self._parts)
                self._writer = shelf.FrozenWriter(self._moment, name, NUMBERS, self._work)
                self._parts, self._room = self._parts + 1, ROWS_IN_PART
            some = rows.slice(0, self._room)
            self._writer.write(some)
            rows, self._room = rows.slice(len(some)), self._room - len(some)

    def put(self) -> None:
        """Put the last part on the shelf; the others are there."""
        if self._writer is not None:
            self._writer.put()
        self._writer = None


class PartWriter:
    """Writes the rows of one part, dealt into shards."""

    def __init__(self, moment: Moment, part: int, work: Path) -> None:
        self._shards = moment.shards
        self._writer = shelf.FrozenWriter(moment, part_name(part), sources.JUDGMENTS.schema, work)

    def write(self, chunk: pa.Table) -> None:
        """A chunk's rows, in their order."""
        for rows in shelf.dealt(one_batch(chunk.combine_chunks()), self._shards):
            self._writer.write_even_empty(rows)

    def put(self) -> None:
        self._writer.put()


def one_batch(table: pa.Table) -> pa.RecordBatch:
    arrays = [
        column.chunk(0) if column.num_chunks else pa.nulls(0, column.type)
        for column in table.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)


def judgments_of(
    moment: Moment, shard: int, columns: tuple[str, ...] | None
) -> Iterator[pa.RecordBatch]:
    """A shard's judgments in their order."""
    files = moment.files.filter(name__startswith="judgments-part-").order_by("name")
    stored = list(files.values_list("stored_name", flat=True))
    if len(stored) != parts_of(moment):
        raise FrozenFile.DoesNotExist("Not all parts of the moment have been fetched.")
    if not stored:
        name = shelf.shard_name(sources.JUDGMENTS.name, shard)
        yield from shelf.read_batches(moment, name, columns)
    for name in stored:
        yield from shelf.stored_batches(name, columns, shard, moment.shards)
