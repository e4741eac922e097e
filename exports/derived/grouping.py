"""Rows of a table item by item, in memory bounded whatever their order was."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# So many rows are held at once, or those of one item where it has more.
ROWS_AT_ONCE = 50_000
Row = dict[str, Any]


def by_item(
    batches: Iterable[pa.RecordBatch], item_ids: pa.Array, folder: Path
) -> Iterator[tuple[int, list[Row]]]:
    """Each item's place among `item_ids` with its rows in their order; items without any left out.

    The rows are put on disk first and read again once for each part of the items.
    """
    path = folder / "rows.parquet"
    try:
        counts = put_down(batches, item_ids, path)
        for first, end in parts_of(counts):
            yield from items_between(path, first, end)
    finally:
        path.unlink(missing_ok=True)


def put_down(batches: Iterable[pa.RecordBatch], item_ids: pa.Array, path: Path) -> np.ndarray:
    """Write all rows with their item's place; how many there are of each item."""
    counts = np.zeros(len(item_ids), np.int64)
    writer: pq.ParquetWriter | None = None
    try:
        for batch in batches:
            if not len(batch):
                continue
            places = pc.index_in(batch.column("item_id"), item_ids)
            if places.null_count:
                raise ValueError("A row is of an item that is not in the table of items.")
            counts += np.bincount(places.to_numpy(), minlength=len(item_ids))
            rows = batch.append_column("place", places)
            writer = writer or pq.ParquetWriter(path, rows.schema, compression="lz4")
            writer.write_batch(rows)
    finally:
        if writer:
            writer.close()
    return counts


def parts_of(counts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of items that together have few enough rows."""
    first = rows = 0
    for place, count in enumerate(counts.tolist()):
        if rows and rows + count > ROWS_AT_ONCE:
            yield first, place
            first, rows = place, 0
        rows += count
    if rows:
        yield first, len(counts)


def items_between(path: Path, first: int, end: int) -> Iterator[tuple[int, list[Row]]]:
    with pq.ParquetFile(path) as file:
        found = [
            batch.filter(in_range(batch.column("place"), first, end))
            for batch in file.iter_batches(ROWS_AT_ONCE, use_threads=False)
        ]
    table = pa.Table.from_batches(found)
    places = table["place"].to_numpy()
    order = np.argsort(places, kind="stable")
    rows = table.drop_columns(["place"]).take(pa.array(order)).to_pylist()
    places = places[order]
    edges = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), len(places)]
    for start, stop in itertools.pairwise(edges):
        if stop > start:
            yield int(places[start]), rows[start:stop]


def in_range(places: pa.Array, first: int, end: int) -> pa.Array:
    return pc.and_(pc.greater_equal(places, first), pc.less(places, end))
