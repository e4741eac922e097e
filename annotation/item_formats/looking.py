"""What a file of items begins with, before any of it is imported."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from annotation.enums import ItemFormat
from annotation.errors import ItemFileError
from annotation.item_formats import PUBLISHED, RawRecord, detect_format, detect_table, read_items
from annotation.item_formats.columns import (
    TABLES,
    Columns,
    are_own,
    delimiter_in,
    guessed,
    header_of,
    rows_of,
)
from annotation.item_formats.entries import array_entries, read_entries
from annotation.item_formats.jsonl import read_jsonl
from annotation.item_formats.signatures import parquet_fields, telling_fields

# Of a table whose lines may have different fields, so many are asked which they have.
ROWS_ASKED = 20
MOST_COLUMNS = 60
LONGEST_EXAMPLE = 80
# In these several rows are one item, so that the number of rows is not that of items.
GROUPING = (ItemFormat.PRISM, ItemFormat.OPENAI_CHAT)


class LookRequest(NamedTuple):
    """How a file is to be looked at.

    `columns` is None where they are to be guessed. A file that `is_cut` is only the beginning of
    one, and its last record may not be whole.
    """

    format: str
    columns: Columns | None
    longest_line: int
    most_records: int
    most_bytes: int
    is_cut: bool = False


class Beginning(NamedTuple):
    """What a file begins with.

    `known_by` are the fields that its format was found out by, none where it was named; `names`
    the columns of a table in their order, and `examples` what the first row has there. Columns
    `to_name` are those of a table that is not in the item file's form. `entries` are the first
    rows as they stand, `records` what was read of them; `total` is null where nobody counted.
    """

    format: str
    known_by: list[str]
    names: list[str]
    examples: dict[str, str]
    columns: Columns
    to_name: bool
    entries: list[dict[str, Any]]
    records: list[RawRecord]
    is_whole: bool
    total: int | None


def beginning_of(file: BinaryIO, request: LookRequest) -> Beginning:
    """Look at a file's beginning; raises `ItemFileError` for what is in no known format."""
    format = request.format if request.format != ItemFormat.AUTO else found_out(file, request)
    entries = first_entries(file, format, request)
    is_table = format in TABLES
    names = names_in(file, format, entries, request)
    # Where no column was seen at all, the reader says what is wrong.
    to_name = (
        is_table
        and bool(names)
        and (request.columns is not None or not are_own_in(file, format, names))
    )
    columns: Columns = {}
    if to_name:
        columns = guessed(names) if request.columns is None else request.columns
    records, is_whole = first_records(file, format, columns, to_name, request)
    return Beginning(
        format=format,
        known_by=known_by(file, format, names, request),
        names=names if is_table else [],
        examples=examples_of(names, entries) if is_table else {},
        columns=columns,
        to_name=to_name,
        entries=entries,
        records=records,
        is_whole=is_whole,
        total=counted(file, format, records, is_whole),
    )


def found_out(file: BinaryIO, request: LookRequest) -> str:
    """The format, that of a table with columns of any name where it is nothing else."""
    if request.columns is not None:
        return detect_table(file)
    try:
        return detect_format(file)
    except ItemFileError as told:
        file.seek(0)
        try:
            return detect_table(file)
        except ItemFileError:
            raise told from None


def first_entries(file: BinaryIO, format: str, request: LookRequest) -> list[dict[str, Any]]:
    """The first rows or objects of a file as they stand; the file is rewound."""
    rows: Iterator[RawRecord]
    if format in PUBLISHED:
        rows = PUBLISHED[format].entries(file, request.longest_line)
    elif format == ItemFormat.PANDALM:
        rows = array_entries(file, request.longest_line)
    elif format == ItemFormat.HH_RLHF:
        rows = read_jsonl(file, request.longest_line)
    else:
        rows = rows_of(file, request.longest_line, format)
    found = [row.value for row in islice(rows, ROWS_ASKED) if row.value is not None]
    file.seek(0)
    return found


def names_in(
    file: BinaryIO, format: str, entries: list[dict[str, Any]], request: LookRequest
) -> list[str]:
    if format == ItemFormat.CSV:
        return header_of(file, request.longest_line)[:MOST_COLUMNS]
    if format == ItemFormat.PARQUET:
        known = parquet_fields(file)
        in_order = dict.fromkeys(name for entry in entries for name in entry if name in known)
        return [*in_order, *sorted(known - in_order.keys())][:MOST_COLUMNS]
    return list(dict.fromkeys(name for entry in entries for name in entry))[:MOST_COLUMNS]


def are_own_in(file: BinaryIO, format: str, names: list[str]) -> bool:
    if format == ItemFormat.CSV and delimiter_in(file) != ",":
        return False
    if format == ItemFormat.JSONL and file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
        file.seek(0)
        return False
    file.seek(0)
    return are_own(format, names)


def known_by(file: BinaryIO, format: str, names: list[str], request: LookRequest) -> list[str]:
    """The fields that told the format, none where it was named; the file is rewound."""
    if request.format != ItemFormat.AUTO:
        return []
    if format in TABLES:
        return names
    first = next((row.value for row in read_entries(file, request.longest_line)), None)
    file.seek(0)
    return telling_fields(format, list(first or {}))


def examples_of(names: list[str], entries: list[dict[str, Any]]) -> dict[str, str]:
    """What the first row that has something there holds in each column, cut short."""
    found: dict[str, str] = {}
    for name in names:
        cells = (entry[name] for entry in entries if entry.get(name) not in (None, ""))
        text = as_text(next(cells, ""))
        found[name] = text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"
    return found


def as_text(cell: Any) -> str:
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else str(cell)


def first_records(
    file: BinaryIO, format: str, columns: Columns, to_name: bool, request: LookRequest
) -> tuple[list[RawRecord], bool]:
    """The first records and whether these are all; none of a table without names for its columns.

    The file is rewound.
    """
    if to_name and not columns:
        return [], False
    records: list[RawRecord] = []
    # In Parquet, where the file stands says nothing of how much has been read.
    most_bytes = None if is_parquet(file) else request.most_bytes
    is_whole = True
    for record in read_items(file, format, columns, request.longest_line):
        if len(records) >= request.most_records:
            is_whole = False
            break
        records.append(record)
        if most_bytes is not None and file.tell() > most_bytes:
            is_whole = False
            break
    file.seek(0)
    if request.is_cut and is_whole and most_bytes is not None:
        return records[:-1], False
    return records, is_whole and not request.is_cut


def counted(file: BinaryIO, format: str, records: list[RawRecord], is_whole: bool) -> int | None:
    """How many records there are, where that is known or stands in the file."""
    if is_whole:
        return len(records)
    if format in GROUPING or not is_parquet(file):
        return None
    # Heavy, and only workers that meet such a file need it.
    import pyarrow
    import pyarrow.parquet

    try:
        return int(pyarrow.parquet.read_metadata(file).num_rows)
    except (pyarrow.ArrowException, OSError):
        return None
    finally:
        file.seek(0)


def is_parquet(file: BinaryIO) -> bool:
    """Whether a file is Parquet; it is rewound."""
    head = file.read(4)
    file.seek(0)
    return head == b"PAR1"
