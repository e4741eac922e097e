"""Fetching what never changes, for one shard: by the numbers that were frozen."""

import itertools
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import DEFAULT_DB_ALIAS, connections

from annotation.services.jobs import JobFailed
from exports.frozen import shelf, sources
from exports.frozen.copying import copied_batches, copy_out
from exports.frozen.sources import Source
from exports.models import Moment

JUDGMENTS_AT_ONCE = 25_000
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
    query = source.select(f"{key} = ANY(%(numbers)s::bigint[])", order)
    with closing(copied_ahead(query, numbers, work / source.name)) as copied:
        for path, rows, wanted in copied:
            if rows < wanted:
                raise JobFailed(GONE)
            for batch in copied_batches(path, source):
                writer.write(batch)
            path.unlink()
            step(wanted)
    writer.put()


def copied_ahead(
    query: str, numbers: list[np.ndarray], stem: Path
) -> Generator[tuple[Path, int, int], None, None]:
    """Files of the chunks' rows, how many there are and were wanted; the next is on its way.

    The database works on one chunk while this process works on another, on a connection of the
    copying thread's own.
    """

    def copy(place: int) -> tuple[Path, int, int]:
        path = stem.with_suffix(f".{place}.csv")
        names = {"numbers": as_array(numbers[place])}
        return path, copy_out(DEFAULT_DB_ALIAS, query, names, path), len(numbers[place])

    with ThreadPoolExecutor(1) as thread:
        try:
            ahead = thread.submit(copy, 0) if numbers else None
            for place in range(len(numbers)):
                assert ahead is not None  # noqa: S101 - for the type checker
                ready = ahead.result()
                if place + 1 < len(numbers):
                    ahead = thread.submit(copy, place + 1)
                yield ready
        finally:
            thread.submit(connections.close_all)


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
