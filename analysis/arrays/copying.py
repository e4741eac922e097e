"""COPY out of the database into a file, and that file as typed blocks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection

BLOCK_BYTES = 4 * 1024 * 1024


def copy_out(query: str, names: Mapping[str, Any], path: Path) -> int:
    """Write a query's rows to a file as PostgreSQL's CSV, and tell how many there are."""
    with connection.cursor() as cursor, path.open("wb") as file:
        statement = cursor.mogrify(query, names).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", file)
        return int(cursor.rowcount)


def blocks(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """What `copy_out` wrote, a few megabytes at a time, in its order."""
    if not path.stat().st_size:
        return
    with pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(
            column_names=schema.names, block_size=BLOCK_BYTES, use_threads=False
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(column_types=schema, null_values=[""]),
    ) as reader:
        yield from reader
