"""What a column of a snapshot can hold, and how each format writes it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import pyarrow as pa


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


@dataclass(frozen=True)
class Column:
    """One column: everything that formats and documentation know of it.

    `values` is its unit or the values it may take, `null` what nothing means in it; empty where
    it is always filled. `question` and `purpose` name where an answer about people comes from.
    """

    name: str
    kind: Kind
    description: str
    values: str = ""
    null: str = ""
    question: str = ""
    purpose: str = ""


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


def iso_text(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, always with microseconds, so that texts sort as moments do."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
