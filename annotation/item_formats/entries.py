"""The entries of a published file, as objects: JSON Lines, one JSON array, or Parquet."""

import math
from collections.abc import Iterator
from datetime import date, time
from typing import Any, BinaryIO

import ijson

from annotation.item_formats.base import RawRecord, megabytes
from annotation.item_formats.jsonl import read_jsonl

BOM = b"\xef\xbb\xbf"
HEAD_BYTES = 4096
# What ijson reads at once; an entry may begin and end within it.
BUFFER = 64 * 1024
ROWS_AT_ONCE = 64


def read_entries(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Each object with its line (its number in arrays and Parquet), or the problem with it."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if head.startswith(b"PAR1"):
        return parquet_entries(file)
    if head.removeprefix(BOM).lstrip().startswith(b"["):
        return array_entries(file, longest)
    return read_jsonl(file, longest)


class TooLong(Exception):
    """An entry goes on beyond what is held of one."""


class Rationed:
    """A file that gives so many bytes and no more until it is refilled."""

    def __init__(self, file: BinaryIO, ration: int) -> None:
        self.file, self.ration = file, ration + 2 * BUFFER
        self.left = self.ration

    def refill(self) -> None:
        self.left = self.ration

    def read(self, size: int = -1) -> bytes:
        if self.left <= 0:
            raise TooLong
        given = self.file.read(size)
        self.left -= len(given)
        return given


def array_entries(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """The objects of a JSON array, one at a time; after one that is too long nothing is read."""
    if file.read(len(BOM)) != BOM:
        file.seek(0)
    rationed = Rationed(file, longest)
    number = 0
    try:
        values = ijson.items(rationed, "item", use_float=True, buf_size=BUFFER)
        for number, value in enumerate(values, start=1):
            rationed.refill()
            if isinstance(value, dict):
                yield RawRecord(number, value)
            else:
                yield RawRecord(number, None, "This record is not a JSON object.")
    except TooLong:
        yield RawRecord(number + 1, None, f"This record is longer than {megabytes(longest)}.")
    except (ijson.JSONError, UnicodeDecodeError) as error:
        yield RawRecord(number + 1, None, f"Not valid JSON from record {number + 1} on: {error}.")


def parquet_entries(file: BinaryIO) -> Iterator[RawRecord]:
    # Heavy, and only workers that meet such a file need it.
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        table = pyarrow.parquet.ParquetFile(file)
        for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield RawRecord(number, as_json_has_it(row))
    except (pyarrow.ArrowException, OSError) as error:
        yield RawRecord(number + 1, None, f"Not a readable Parquet file: {error}.")


def as_json_has_it(cell: Any) -> Any:
    """A cell as JSON has it: moments in ISO 8601; no nulls, NaN and bytes in objects."""
    if isinstance(cell, dict):
        values = {key: as_json_has_it(value) for key, value in cell.items()}
        return {key: value for key, value in values.items() if value is not None}
    if isinstance(cell, list):
        return [as_json_has_it(value) for value in cell]
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, bytes) or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)
