"""What every writer of table files does."""

import gzip
from abc import ABC, abstractmethod
from io import BufferedWriter, TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from exports.tables import Row, Table


class TableWriter(ABC):
    """Writes rows of one table into one file, in bounded memory and in repeatable bytes."""

    suffix: ClassVar[str]

    def __init__(self, table: Table, folder: Path) -> None:
        self.table = table
        self.path = folder / f"{table.name}{self.suffix}"
        self.rows = 0

    def write(self, row: Row) -> None:
        """Add one row; every column of the table must be in it."""
        self.rows += 1
        self._write(row)

    @abstractmethod
    def _write(self, row: Row) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Bring everything to disk."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class GzippedText:
    """A UTF-8 text file under gzip, whose header tells neither time nor name."""

    def __init__(self, path: Path, *, newline: str = "\n") -> None:
        self._raw = path.open("wb")
        self._gzip = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, mtime=0)
        buffered: Any = BufferedWriter(self._gzip, buffer_size=256 * 1024)
        self.text = TextIOWrapper(buffered, encoding="utf-8", newline=newline)

    def close(self) -> None:
        try:
            self.text.close()  # flushes the buffer and ends the gzip stream
        finally:
            self._raw.close()
