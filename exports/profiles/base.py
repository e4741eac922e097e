"""What a privacy profile does to tables."""

from abc import ABC, abstractmethod

import pyarrow as pa

from exports.models import Snapshot
from exports.tables import Table


class Profile(ABC):
    """Changes declarations and rows alike, so that documentation says what files hold.

    Answers without consent never come this far; a profile only takes away more.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @abstractmethod
    def table(self, table: Table) -> Table:
        """The table's declaration after the profile: columns dropped or described anew."""

    @abstractmethod
    def apply(self, table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows after the profile, in the schema of `self.table(table)`."""
