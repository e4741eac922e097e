"""Judgments as they leave."""

import pyarrow as pa
import pyarrow.compute as pc

from exports.frozen.sources import JUDGMENTS
from exports.release.arrays import lists_of, marks
from exports.release.shard import Columns, Shard
from exports.tables.coding import coded

AS_THEY_ARE = (
    *("judgment_id", "reason", "confidence", "is_repeat", "supersedes", "active_ms"),
    *("elapsed_ms", "submitted_at", "acceptable", "spans", "assignment_id", "propensity"),
)
REPEATING = ("task_type", "answers", "language", "strategy", "software_version")


def judgment_rows(shard: Shard) -> Columns:
    for batch in shard.frozen(JUDGMENTS):
        yield {
            **{name: batch.column(name) for name in AS_THEY_ARE},
            **{name: coded(batch.column(name)) for name in REPEATING},
            **shared_columns(shard, batch),
            "annotator_stratum": shard.stratum_of(batch),
            "profile_version": shard.profile_version(batch.column("profile_pk")),
            "consent_version": shard.consent_version(batch.column("consent_pk")),
            "guideline_version": shard.guideline_version(batch.column("guideline_pk")),
            "presented_order": lists_of(batch.column("presented_order")),
            "content_hashes": content_hashes(shard, batch),
            "flags": marks(batch.column("after_lease"), "after_lease"),
        }


def content_hashes(shard: Shard, batch: pa.RecordBatch) -> pa.Array:
    """A judgment's own where it was frozen with some, its item's elsewhere."""
    own, items = batch.column("content_hashes"), batch.column("item_pk")
    if own.null_count == len(own):
        return shard.content_hashes.coded(items)
    return coded(pc.coalesce(own, shard.content_hashes(items)))


def shared_columns(shard: Shard, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """What a judgment's rows in every table have."""
    replaced = pc.is_in(batch.column("judgment_id"), shard.superseded)
    return {
        "judgment_id": batch.column("judgment_id"),
        "item_id": shard.item_name.coded(batch.column("item_pk")),
        "annotator_id": shard.name_of.coded(batch.column("annotator_pk")),
        "is_repeat": batch.column("is_repeat"),
        "is_final": pc.invert(replaced),
        "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
    }
