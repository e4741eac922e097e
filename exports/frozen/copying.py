"""COPY out of the database into a file, and that file into Arrow: as fast as either goes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connections

from exports.frozen.sources import Source

BLOCK_BYTES = 2 * 1024 * 1024
# One row must fit in a block: a line of an item file has at most 4 MB, quotes may double it.
CONTENT_BLOCK_BYTES = 9 * 1024 * 1024


def copy_out(
    alias: str, query: str, names: Mapping[str, Any], path: Path, *, append: bool = False
) -> int:
    """Write a query's rows to a file as PostgreSQL's CSV, and tell how many there are.

    Nothing is an empty field; a text that is empty is quoted.
    """
    with connections[alias].cursor() as cursor, path.open("ab" if append else "wb") as file:
        statement = cursor.mogrify(query, names).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", file)
        return int(cursor.rowcount)


def copied_batches(path: Path, source: Source) -> Iterator[pa.RecordBatch]:
    """What `copy_out` wrote, in typed blocks of a few megabytes, in its order."""
    if not path.stat().st_size:
        return
    with pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(
            column_names=source.schema.names,
            block_size=CONTENT_BLOCK_BYTES if source.is_content else BLOCK_BYTES,
            use_threads=False,
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=source.schema,
            true_values=["t"],
            false_values=["f"],
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ) as reader:
        yield from reader
