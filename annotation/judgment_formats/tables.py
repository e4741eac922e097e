"""Rows of one table in any of the formats of datasets: Parquet, JSON Lines or CSV, under gzip."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from annotation.item_formats.base import megabytes
from annotation.item_formats.columns import delimiter_of
from annotation.item_formats.entries import array_entries
from annotation.item_formats.jsonl import parse_line
from annotation.item_formats.lines import text_lines
from annotation.judgment_formats.base import Placed, Rows

GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
ROWS_AT_ONCE = 256
HEADER_BYTES = 64 * 1024
# Under which what a line has beyond its header is kept: no column can be called so.
BEYOND = None
BROKEN = (OSError, EOFError, zlib.error)


@contextmanager
def opened(path: Path, seen: list[BinaryIO] | None = None) -> Iterator[BinaryIO]:
    """The file's content, unpacked where it is under gzip; `seen` gets the file on disk."""
    with path.open("rb") as raw:
        if seen is not None:
            seen[:] = [raw]
        head = raw.read(len(GZIP))
        raw.seek(0)
        if head == GZIP:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield cast(BinaryIO, io.BufferedReader(unpacked))
        else:
            yield raw


class TableFile:
    """One file of a table; `position` tells how many of its bytes have been read."""

    def __init__(self, path: Path, suffix: str, longest: int) -> None:
        self.path, self.suffix, self.longest = path, suffix, longest
        self.size = path.stat().st_size
        self.position = 0

    def rows(self) -> Rows:
        """The rows with native values where the format has them; what is nothing is left out."""
        try:
            yield from READERS[self.suffix](self)
        except BROKEN as error:
            yield Placed(1, None, f"This file cannot be read to its end: {error}.")
        self.position = self.size

    def jsonl(self) -> Rows:
        seen: list[BinaryIO] = []
        with opened(self.path, seen) as file:
            for line in text_lines(file, self.longest):
                self.position = seen[0].tell()
                if line.problem:
                    yield Placed(line.number, None, line.problem)
                elif text := line.text.strip(" \t\r\n"):
                    record = parse_line(line.number, text)
                    yield Placed(record.line, record.value, record.problem)

    def csv(self) -> Rows:
        seen: list[BinaryIO] = []
        csv.field_size_limit(self.longest)
        start = 2
        with opened(self.path, seen) as file:
            delimiter = delimiter_of(peeked(file))
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            reader = csv.DictReader(text, restkey=BEYOND, strict=True, delimiter=delimiter)
            try:
                for row in reader:
                    self.position = seen[0].tell()
                    if row.pop(BEYOND, None) is not None:
                        yield Placed(start, None, "This line has more fields than the header.")
                    else:
                        yield Placed(start, {key: cell for key, cell in row.items() if cell})
                    start = reader.line_num + 1
            except UnicodeDecodeError:
                yield Placed(start, None, "This line is not valid UTF-8.")
            except csv.Error as error:
                message = str(error)
                if "field larger than" in message:
                    message = f"a field is longer than {megabytes(self.longest)}"
                yield Placed(start, None, f"Not valid CSV from here: {message}.")

    def json(self) -> Rows:
        """The objects of one array."""
        seen: list[BinaryIO] = []
        with opened(self.path, seen) as file:
            for record in array_entries(file, self.longest):
                self.position = seen[0].tell()
                yield Placed(record.line, record.value, record.problem)

    def parquet(self) -> Rows:
        # Heavy, and only workers that meet such a file need it.
        import pyarrow
        import pyarrow.parquet

        number = 0
        try:
            with pyarrow.parquet.ParquetFile(self.path) as table:
                total = max(1, table.metadata.num_rows)
                for batch in table.iter_batches(batch_size=ROWS_AT_ONCE):
                    for row in batch.to_pylist():
                        number += 1
                        self.position = self.size * number // total
                        yield Placed(
                            number, {key: one for key, one in row.items() if one is not None}
                        )
        except pyarrow.ArrowException as error:
            yield Placed(number + 1, None, f"Not a readable Parquet file: {error}.")


READERS: dict[str, Callable[[TableFile], Rows]] = {
    ".jsonl": TableFile.jsonl,
    ".csv": TableFile.csv,
    ".parquet": TableFile.parquet,
    ".json": TableFile.json,
}


def peeked(file: BinaryIO) -> str:
    """The first line of a file that is at its beginning, where it is left."""
    head = file.readline(HEADER_BYTES)
    file.seek(0)
    return head.decode("utf-8", errors="replace")


def as_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def as_integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) else value


def as_number(value: Any) -> Any:
    return float(value) if isinstance(value, str) else value


def as_truth(value: Any) -> Any:
    return {"true": True, "false": False}[value.lower()] if isinstance(value, str) else value


def as_moment(value: Any) -> datetime:
    """A moment with its zone; one without is in UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Reading = dict[str, Callable[[Any], Any]]


def typed(placed: Placed, reading: Reading) -> Placed:
    """The row with its fields read from texts where the format has nothing but texts."""
    if placed.value is None:
        return placed
    for name, read in reading.items():
        if placed.value.get(name) is not None:
            try:
                placed.value[name] = read(placed.value[name])
            except (ValueError, KeyError, TypeError, RecursionError):
                return placed._replace(value=None, problem=f"`{name}` cannot be read.")
    return placed
