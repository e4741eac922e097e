"""What every format does with the shard of a release."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from exports.formats.written import WrittenFile, written_file
from exports.release import ShardRelease
from exports.tables import Table

# Told that so many rows of a table are done; may raise to stop the work.
Report = Callable[[str, int], None]


class Format(ABC):
    """Makes files of one shard: in bounded memory, and in bytes that depend on the rows alone.

    A file's `table` names what it holds; files of several shards under one name are parts of one
    configuration of the dataset. Files without rows are published only where no shard has any.
    """

    suffix: ClassVar[str]

    @abstractmethod
    def write(
        self, release: ShardRelease, folder: Path, report: Report
    ) -> Iterator[WrittenFile]: ...


class TableFormat(Format):
    """A format that writes every table as it is, one file each."""

    def write(self, release: ShardRelease, folder: Path, report: Report) -> Iterator[WrittenFile]:
        for table in release.tables:
            path = folder / f"{table.name}{self.suffix}"
            rows = 0
            with self.open(table, path) as writer:
                for batch in release.coded(table.name):
                    writer.write(batch)
                    rows += batch.num_rows
                    report(table.name, batch.num_rows)
            yield written_file(path, table=table.name, rows=rows)

    @abstractmethod
    def open(self, table: Table, path: Path) -> "TableWriter": ...


class TableWriter(ABC):
    """Writes record batches of one table into one file; texts may come as dictionaries."""

    @abstractmethod
    def write(self, batch: pa.RecordBatch) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Bring everything to disk."""

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
