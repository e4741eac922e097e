"""What a column of a snapshot can hold, and how each format writes it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from operator import itemgetter
from typing import Any

import pyarrow as pa

Row = Mapping[str, Any]
Encoder = Callable[[Any], Any]


class Kind(Enum):
    """A column's kind: its words in the data dictionary, and its Arrow type."""

    INTEGER = ("int64", pa.int64())
    FLOAT = ("float64", pa.float64())
    BOOLEAN = ("bool", pa.bool_())
    TEXT = ("string", pa.string())
    TEXTS = ("list<string>", pa.list_(pa.string()))
    TIMESTAMP = ("timestamp[us, UTC]", pa.timestamp("us", tz="UTC"))
    JSON = ("json", pa.string())
    # A text as it is, or a conversation: a list of {"role", "content"}.
    CONTENT = ("string or json", pa.string())

    def __init__(self, words: str, arrow: pa.DataType) -> None:
        self.words = words
        self.arrow = arrow


CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


@dataclass(frozen=True)
class Column:
    """One column: everything that formats and documentation know of it."""

    name: str
    kind: Kind
    description: str


@dataclass(frozen=True)
class Table:
    """One table of a snapshot, its columns in the order in which they are written."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def arrow_schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.kind.arrow) for column in self.columns])

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def values_of(self, encoders: Mapping[Kind, Encoder]) -> Callable[[Row], list[Any]]:
        """A function from a row to its values in the columns' order, as a format writes them.

        Kinds without an encoder are written as they are. Millions of rows go through it.
        """
        pick = itemgetter(*self.header)
        special = [
            (place, encoders[column.kind])
            for place, column in enumerate(self.columns)
            if column.kind in encoders
        ]

        def values(row: Row) -> list[Any]:
            picked = list(pick(row))
            for place, encode in special:
                picked[place] = encode(picked[place])
            return picked

        return values


def json_text(value: Any) -> str | None:
    """One text for equal values; nothing for nothing."""
    return None if value is None else CANONICAL.encode(value)


def content_text(value: Any) -> str | None:
    """A text as it is, a conversation as JSON."""
    return value if isinstance(value, str) else json_text(value)


def iso_text(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, always with microseconds, so that texts sort as moments do."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
