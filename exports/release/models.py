"""Models' answers as they leave."""

from exports.frozen.sources import MODEL_JUDGMENTS
from exports.release.arrays import lists_of
from exports.release.shard import Columns, Shard
from exports.tables.coding import coded

AS_THEY_ARE = (
    *("model_judgment_id", "sample", "reason", "confidence", "acceptable", "spans"),
    *("submitted_at", "imported_at"),
)
REPEATING = (
    *("model", "prompt_version", "settings", "task_type", "answers", "content_hashes"),
    "software_version",
)


def model_judgment_rows(shard: Shard) -> Columns:
    for batch in shard.frozen(MODEL_JUDGMENTS):
        yield {
            **{name: batch.column(name) for name in AS_THEY_ARE},
            **{name: coded(batch.column(name)) for name in REPEATING},
            "presented_order": lists_of(batch.column("presented_order")),
            "item_id": shard.item_name.coded(batch.column("item_pk")),
            "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
        }
