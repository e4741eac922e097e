"""Items and responses as they leave."""

from exports.frozen.sources import ITEMS, RESPONSES, Source
from exports.release.shard import Columns, Shard

ITEM = ("prompt", "language", "metadata", "content_sha256", "is_conversation")
RESPONSE = (*("response_id", "text", "model", "metadata", "position", "sha256", "is_conversation"),)


def item_rows(shard: Shard) -> Columns:
    return content_rows(shard, ITEMS, ITEM)


def response_rows(shard: Shard) -> Columns:
    return content_rows(shard, RESPONSES, RESPONSE)


def content_rows(shard: Shard, source: Source, as_they_are: tuple[str, ...]) -> Columns:
    for batch in shard.frozen(source):
        yield {
            **{name: batch.column(name) for name in as_they_are},
            "item_id": shard.item_name.coded(batch.column("item_pk")),
            "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
        }
