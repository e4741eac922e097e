"""What a privacy profile does to tables."""

from abc import ABC, abstractmethod
from typing import ClassVar

import pyarrow as pa

from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles.choices import choices_from
from exports.tables import Table


class Profile(ABC):
    """Changes declarations and rows alike, so that documentation says what files hold.

    Answers without consent never come this far; a profile only takes away more.
    """

    # What it does, for the card: one line each.
    words: ClassVar[tuple[str, ...]] = ()

    def __init__(self, snapshot: Snapshot, frame: Frame) -> None:
        self.snapshot, self.frame = snapshot, frame
        self.choices = choices_from(snapshot.choices)

    def told(self) -> Frame:
        """The frame as documentation may tell it."""
        return self.frame

    @abstractmethod
    def table(self, table: Table) -> Table:
        """The table's declaration after the profile: columns dropped or described anew."""

    @abstractmethod
    def apply(self, table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows after the profile, in the columns of `self.table(table)`; texts may be coded."""
