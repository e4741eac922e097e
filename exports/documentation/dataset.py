"""What documentation is written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from exports.formats.written import FinishedFile
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles import profile_of
from exports.release import ShardRelease
from exports.tables import Table


@dataclass
class Dataset:
    """A snapshot whose tables are written: its frame with the facts, and the tables' files."""

    snapshot: Snapshot
    frame: Frame
    files: Sequence[FinishedFile]

    @cached_property
    def tables(self) -> list[Table]:
        """The tables as they were written, under the snapshot's privacy profile."""
        profile = profile_of(self.snapshot)
        return [profile.table(table) for table in self.frame.tables]

    @property
    def shards(self) -> list[ShardRelease]:
        """The released rows, for what must be counted or drawn from them."""
        return [
            ShardRelease(self.snapshot, self.frame, number)
            for number in range(self.snapshot.moment.shards)
        ]

    def files_of(self, table: str) -> list[FinishedFile]:
        return [file for file in self.files if file.table == table]

    def rows_of(self, table: str) -> int:
        return sum(file.rows or 0 for file in self.files_of(table))
