"""COPY out of the database into a file, and that file into Arrow: as fast as either goes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import DEFAULT_DB_ALIAS, connections


def copy_out(
    query: str,
    names: Mapping[str, Any],
    path: Path,
    *,
    alias: str = DEFAULT_DB_ALIAS,
    append: bool = False,
) -> int:
    """Write a query's rows to a file as PostgreSQL's CSV, and tell how many there are.

    Nothing is an empty field; a text that is empty is quoted.
    """
    with connections[alias].cursor() as cursor, path.open("ab" if append else "wb") as file:
        statement = cursor.mogrify(query, names).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", file)
        return int(cursor.rowcount)


def copied_blocks(path: Path, schema: pa.Schema, *, block_bytes: int) -> Iterator[pa.RecordBatch]:
    """What `copy_out` wrote, in typed blocks of so many bytes, in its order.

    One row must fit in a block.
    """
    if not path.stat().st_size:
        return
    with pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(
            column_names=schema.names, block_size=block_bytes, use_threads=False
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=schema,
            true_values=["t"],
            false_values=["f"],
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ) as reader:
        yield from reader
