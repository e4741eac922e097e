"""Assignments and coverage as they leave: the design, what became of it, and what is missing."""

import numpy as np
import pyarrow as pa

from exports.frozen.sources import ASSIGNMENTS, COVERAGE
from exports.release.arrays import lists_of
from exports.release.shard import Columns, Shard
from exports.tables import ASSIGNMENTS as TABLE
from exports.tables.coding import coded, constant

NEVER_SERVED = "never_served"
AS_THEY_ARE = (
    *("assignment_id", "propensity", "is_repeat", "served_at", "ended_at", "lease_expires_at"),
    "skip_reason",
)
REPEATING = ("strategy", "status")
# In files that were frozen before there was such a column it is null.
SKIP_KIND = "skip_kind"
COUNTS = ("target", "leased", "submitted", "served")


def assignment_rows(shard: Shard) -> Columns:
    """Everything that was ever served, then a row for each place still open."""
    for batch in shard.frozen(ASSIGNMENTS):
        yield {
            **{name: batch.column(name) for name in AS_THEY_ARE},
            **{name: coded(batch.column(name)) for name in REPEATING},
            "item_id": shard.item_name.coded(batch.column("item_pk")),
            "annotator_id": shard.name_of.coded(batch.column("annotator_pk")),
            "stratum": shard.stratum_of(batch),
            "presented_order": lists_of(batch.column("presented_order")),
            SKIP_KIND: coded(skip_kinds(batch)),
            "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
        }
    for batch in shard.frozen(COVERAGE):
        cells = open_cells(batch)
        if len(cells):
            yield open_places(shard, cells)


def skip_kinds(batch: pa.RecordBatch) -> pa.Array:
    """What was chosen as the reason for declining, by key."""
    if SKIP_KIND in batch.schema.names:
        return batch.column(SKIP_KIND)
    return pa.nulls(len(batch), pa.string())


def open_cells(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Each cell as often as it has places that nobody fills."""
    target, leased, submitted = (
        batch.column(name).to_numpy() for name in ("target", "leased", "submitted")
    )
    return batch.take(pa.array(np.repeat(np.arange(len(batch)), target - leased - submitted)))


def open_places(shard: Shard, cells: pa.RecordBatch) -> dict[str, pa.Array]:
    nothing = {column.name: pa.nulls(len(cells), column.kind.arrow) for column in TABLE.columns}
    return {
        **nothing,
        "item_id": shard.item_name.coded(cells.column("item_pk")),
        "stratum": shard.stratum_key.coded(cells.column("stratum_pk")),
        "status": constant(NEVER_SERVED, len(cells)),
        "is_repeat": pa.repeat(False, len(cells)),
        "campaign": shard.slug_of.coded(cells.column("campaign_pk")),
    }


def coverage_rows(shard: Shard) -> Columns:
    for batch in shard.frozen(COVERAGE):
        yield {
            **{name: batch.column(name) for name in COUNTS},
            "item_id": shard.item_name.coded(batch.column("item_pk")),
            "stratum": shard.stratum_key.coded(batch.column("stratum_pk")),
            "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
        }
