"""Parquet with the columns of the item file; nested columns, or JSON text in them as in CSV."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord
from annotation.item_formats.csv_table import header_problem, record_of

ROWS_AT_ONCE = 256


def read_parquet(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records of a Parquet file; `line` is the row's number from 1."""
    # Heavy, and only workers that meet such a file need it.
    import pyarrow
    import pyarrow.parquet

    row_number = 0
    try:
        table = pyarrow.parquet.ParquetFile(file)
        problem = header_problem(table.schema_arrow.names)
        if problem:
            yield RawRecord(1, None, problem)
            return
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                row_number += 1
                yield record_of(row_number, drop_nulls(row))
    except (pyarrow.ArrowException, OSError) as error:
        yield RawRecord(row_number + 1, None, f"Not a readable Parquet file: {error}.")


def drop_nulls(cell: Any) -> Any:
    """Structs hold null for every field a row does not have; the item file leaves it out."""
    if isinstance(cell, dict):
        return {key: drop_nulls(value) for key, value in cell.items() if value is not None}
    if isinstance(cell, list):
        return [drop_nulls(value) for value in cell]
    return cell
