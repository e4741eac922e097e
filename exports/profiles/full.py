"""Everything that people agreed to: for those who run the campaign."""

import pyarrow as pa

from exports.profiles.base import Profile
from exports.tables import Table


class Full(Profile):
    def table(self, table: Table) -> Table:
        return table

    def apply(self, table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch
