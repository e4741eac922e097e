"""Items and responses as rows."""

from typing import Any

from annotation.models import Item, Response
from exports.selectors.frame import Frame, Stream
from exports.tables import ITEMS, RESPONSES

# One record of an item file may have megabytes.
ROWS_AT_ONCE = 100


def item_stream(frame: Frame) -> Stream:
    items = Item.objects.using(frame.alias).filter(campaign=frame.campaign)
    fields = ("external_id", "prompt", "language", "metadata", "content_sha256")
    return Stream(
        count=items.count(),
        sources=items.order_by("pk").values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE),
        rows_of=lambda source: iter([(ITEMS.name, item_row(*source))]),
    )


def item_row(
    item_id: str, prompt: Any, language: str, metadata: Any, sha256: str
) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "prompt": prompt,
        "language": language or None,
        "metadata": metadata,
        "content_sha256": sha256,
        "is_conversation": not isinstance(prompt, str),
    }


def response_stream(frame: Frame) -> Stream:
    responses = Response.objects.using(frame.alias).filter(item__campaign=frame.campaign)
    fields = (
        *("item__external_id", "external_id", "content", "model", "metadata"),
        *("position", "content_sha256"),
    )
    return Stream(
        count=responses.count(),
        sources=responses.order_by("pk").values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE),
        rows_of=lambda source: iter([(RESPONSES.name, response_row(*source))]),
    )


def response_row(
    item_id: str,
    response_id: str,
    content: Any,
    model: str,
    metadata: Any,
    position: int,
    sha256: str,
) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "response_id": response_id,
        "text": content,
        "model": model or None,
        "metadata": metadata,
        "position": position,
        "sha256": sha256,
        "is_conversation": not isinstance(content, str),
    }
