"""What formats read: the documented tables of one shard as record batches."""

from collections.abc import Callable

import pyarrow as pa

from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles import Profile, profile_of
from exports.release.assignments import assignment_rows, coverage_rows
from exports.release.bounds import ruled_out_rows
from exports.release.comparisons import comparison_rows, ranking_rows, rating_rows
from exports.release.items import item_rows, response_rows
from exports.release.judgments import judgment_rows
from exports.release.models import model_judgment_rows
from exports.release.people import annotator_rows
from exports.release.shard import Batches, Columns, Shard
from exports.tables import Table
from exports.tables.bounds import BoundsFacts
from exports.tables.coding import plain_batch

# A table's columns by name, a few thousand rows at a time.
ROWS: dict[str, Callable[[Shard], Columns]] = {
    "judgments": judgment_rows,
    "comparisons": comparison_rows,
    "rankings": ranking_rows,
    "ratings": rating_rows,
    "annotators": annotator_rows,
    "items": item_rows,
    "responses": response_rows,
    "assignments": assignment_rows,
    "coverage": coverage_rows,
    "model_judgments": model_judgment_rows,
}


class ShardRelease:
    """What may leave of one shard: every table's rows, the same whenever they are asked for.

    All rows of an item are in one shard. The annotators, who have no item, are in the first.
    """

    def __init__(self, snapshot: Snapshot, frame: Frame, number: int) -> None:
        self.snapshot, self.frame, self.number = snapshot, frame, number
        self.profile: Profile = profile_of(snapshot, frame)
        self._shard = Shard(snapshot, frame, number)

    @property
    def tables(self) -> list[Table]:
        """The tables as this release's privacy profile leaves them, in their published order."""
        return [self.profile.table(table) for table in self.frame.tables]

    def batches(self, name: str) -> Batches:
        """A table's rows in their order, typed as `Table.arrow_schema` says, a few at a time."""
        schema = self.profile.table(self._declared(name)).arrow_schema
        for batch in self.coded(name):
            yield plain_batch(batch, schema)

    def coded(self, name: str) -> Batches:
        """The same rows, with texts that repeat as Arrow dictionaries."""
        table = self._declared(name)
        for columns in ROWS[name](self._shard):
            arrays = [columns[one] for one in table.header]
            yield self.profile.apply(table, pa.RecordBatch.from_arrays(arrays, table.header))

    @property
    def bounds(self) -> BoundsFacts:
        """The rules that were in force when this was frozen."""
        told = self.snapshot.moment.bounds
        return BoundsFacts(self.frame.rules, self.frame.least_people, told.get("sha256", ""))

    def ruled_out(self) -> Batches:
        """Responses of this shard that rules in force ruled out, under their released names."""
        yield from ruled_out_rows(self._shard)

    def _declared(self, name: str) -> Table:
        return next(one for one in self.frame.tables if one.name == name)
