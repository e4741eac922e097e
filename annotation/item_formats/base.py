"""Reading item files record by record, in bounded memory."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

Line = int


class RawRecord(NamedTuple):
    """One record of a file: `value` in the shape of the item file, or the `problem` with it.

    `line` counts from 1: lines in text formats, records elsewhere.
    """

    line: Line
    value: dict[str, Any] | None
    problem: str = ""


Reader = Callable[[BinaryIO, int], Iterator[RawRecord]]


def megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):.0f} MB"
