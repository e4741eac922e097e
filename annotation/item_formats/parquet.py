"""Parquet with the columns of the item file."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord
from annotation.item_formats.csv_table import JSON_COLUMNS, record_of

ROWS_AT_ONCE = 256


def read_parquet(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records of a Parquet file; `line` is the row's number from 1."""
    # Heavy, and only workers that meet such a file need it.
    import pyarrow
    import pyarrow.parquet

    row_number = 0
    try:
        table = pyarrow.parquet.ParquetFile(file)
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                row_number += 1
                yield row_record(row_number, row)
    except (pyarrow.ArrowException, OSError) as error:
        yield RawRecord(row_number + 1, None, f"Not a readable Parquet file: {error}.")


def row_record(number: int, row: dict[str, Any]) -> RawRecord:
    """Nested columns come as they are; JSON text in them is read as in CSV."""
    if isinstance(row.get("responses"), str) or "responses" not in row:
        texts = {key: cell if isinstance(cell, str) else None for key, cell in row.items()}
        return record_of(number, texts)
    value = {key: drop_nulls(cell) for key, cell in row.items() if cell is not None}
    for column in JSON_COLUMNS:
        if isinstance(value.get(column), str):
            return record_of(number, value)
    return RawRecord(number, value)


def drop_nulls(cell: Any) -> Any:
    """Structs hold null for every field a row does not have; the item file leaves it out."""
    if isinstance(cell, dict):
        return {key: drop_nulls(value) for key, value in cell.items() if value is not None}
    if isinstance(cell, list):
        return [drop_nulls(value) for value in cell]
    return cell
