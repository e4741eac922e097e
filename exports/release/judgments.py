"""Judgments as they leave."""

import pyarrow as pa
import pyarrow.compute as pc

from exports.frozen.sources import JUDGMENTS
from exports.release.arrays import lists_of, marks
from exports.release.shard import Columns, Shard

AS_THEY_ARE = (
    *("judgment_id", "task_type", "answers", "reason", "confidence", "is_repeat", "supersedes"),
    *("active_ms", "elapsed_ms", "language", "submitted_at", "acceptable", "spans"),
    *("assignment_id", "strategy", "propensity", "software_version"),
)


def judgment_rows(shard: Shard) -> Columns:
    for batch in shard.frozen(JUDGMENTS):
        yield {
            **{name: batch.column(name) for name in AS_THEY_ARE},
            **shared_columns(shard, batch),
            "annotator_stratum": shard.stratum_of(batch),
            "profile_version": shard.profile_version(batch.column("profile_pk")),
            "consent_version": shard.consent_version(batch.column("consent_pk")),
            "guideline_version": shard.guideline_version(batch.column("guideline_pk")),
            "presented_order": lists_of(batch.column("presented_order")),
            "content_hashes": pc.coalesce(
                batch.column("content_hashes"), shard.content_hashes(batch.column("item_pk"))
            ),
            "flags": marks(batch.column("after_lease"), "after_lease"),
        }


def shared_columns(shard: Shard, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """What a judgment's rows in every table have."""
    replaced = pc.is_in(batch.column("judgment_id"), shard.superseded)
    return {
        "judgment_id": batch.column("judgment_id"),
        "item_id": shard.item_name(batch.column("item_pk")),
        "annotator_id": shard.name_of(batch.column("annotator_pk")),
        "is_repeat": batch.column("is_repeat"),
        "is_final": pc.invert(replaced),
        "campaign": shard.slug_of(batch.column("campaign_pk")),
    }
