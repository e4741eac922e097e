"""What documentation is written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from exports.formats.written import FinishedFile
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles import Profile, profile_of
from exports.release import ShardRelease
from exports.tables import Table


@dataclass
class Dataset:
    """A snapshot whose tables are written: its frame with the facts, and the tables' files.

    `frozen` is the frame as it was frozen, `frame` what its privacy profile lets be told of it.
    """

    snapshot: Snapshot
    frozen: Frame
    files: Sequence[FinishedFile]

    @cached_property
    def profile(self) -> Profile:
        return profile_of(self.snapshot, self.frozen)

    @cached_property
    def frame(self) -> Frame:
        return self.profile.told()

    @cached_property
    def tables(self) -> list[Table]:
        """The tables as they were written, under the snapshot's privacy profile."""
        return [self.profile.table(table) for table in self.frozen.tables]

    @property
    def shards(self) -> list[ShardRelease]:
        """The released rows, for what must be counted or drawn from them."""
        return [
            ShardRelease(self.snapshot, self.frozen, number)
            for number in range(self.snapshot.moment.shards)
        ]

    def files_of(self, table: str) -> list[FinishedFile]:
        return [file for file in self.files if file.table == table]

    def rows_of(self, table: str) -> int:
        return sum(file.rows or 0 for file in self.files_of(table))
