"""Fetching what never changes, for one shard: by the numbers that were frozen."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import DEFAULT_DB_ALIAS

from annotation.services.jobs import JobFailed
from exports.frozen import shelf, sources
from exports.frozen.copying import copied_batches, copy_out
from exports.frozen.sources import Source
from exports.models import Moment

JUDGMENTS_AT_ONCE = 40_000
ITEMS_AT_ONCE = 5_000
GONE = (
    "Rows that belong to this moment are no longer in the database. Make a new snapshot of what "
    "is there now."
)


def fetch_shard(moment: Moment, number: int, work: Path, step: Callable[[int], None]) -> None:
    """Bring the shard's judgments, items and responses to the shelf, where they are not there.

    Each chunk is a statement of its own, so that nobody's claims wait for vacuum meanwhile.
    """
    judgments = numbers_in(moment, sources.INDEX, number, "judgment_id")
    items = numbers_in(moment, sources.ITEM_INDEX, number, "item_pk")
    fetch(moment, number, sources.JUDGMENTS, "j.id", "j.id", judgments, work, step)
    fetch(moment, number, sources.ITEMS, "i.id", "i.id", items, work, step)
    order = "r.item_id, r.position, r.id"
    fetch(moment, number, sources.RESPONSES, "r.item_id", order, items, work, lambda _rows: step(0))


def fetch(
    moment: Moment,
    number: int,
    source: Source,
    key: str,
    order: str,
    numbers: list[np.ndarray],
    work: Path,
    step: Callable[[int], None],
) -> None:
    """Copy the rows of these numbers, chunk by chunk, in the order of the index."""
    name = shelf.shard_name(source.name, number)
    if shelf.has_file(moment, name):
        for chunk in numbers:
            step(len(chunk))
        return
    writer = shelf.FrozenWriter(moment, name, source.schema, work)
    path = work / f"{source.name}.csv"
    query = source.select(f"{key} = ANY(%(numbers)s::bigint[])", order)
    for chunk in numbers:
        copied = copy_out(DEFAULT_DB_ALIAS, query, {"numbers": as_array(chunk)}, path)
        if copied < len(chunk):
            raise JobFailed(GONE)
        for batch in copied_batches(path, source):
            writer.write(batch)
        step(len(chunk))
    path.unlink(missing_ok=True)
    writer.put()


def numbers_in(moment: Moment, source: Source, number: int, column: str) -> list[np.ndarray]:
    """A shard's numbers in chunks of the index's order, no chunk with two campaigns."""
    size = JUDGMENTS_AT_ONCE if source is sources.INDEX else ITEMS_AT_ONCE
    columns = [column, "campaign_pk"]
    table = shelf.read_table(moment, shelf.shard_name(source.name, number), source.schema, columns)
    return list(chunks_of(table, column, size))


def chunks_of(table: pa.Table, column: str, size: int) -> Iterator[np.ndarray]:
    numbers, campaigns = table[column].to_numpy(), table["campaign_pk"].to_numpy()
    edges = [0, *(np.flatnonzero(np.diff(campaigns)) + 1).tolist(), len(numbers)]
    for start, end in itertools.pairwise(edges):
        for first in range(start, end, size):
            yield numbers[first : min(first + size, end)]


def as_array(numbers: np.ndarray) -> str:
    """PostgreSQL's own writing of an array, which it reads faster than a list of constants."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"
