"""What a look at a file shows: over REST, and on its page."""

import json
from typing import Any

from rest_framework import serializers

from annotation.advice import advice_on
from annotation.enums import ItemFormat
from annotation.kept import in_readers_language
from annotation.rendering import cached_html
from annotation.services.looking import Look, ShownRecord
from annotation.task_types import letter

PROBLEMS_TOLD = 100


class LookQuerySerializer(serializers.Serializer[Any]):
    """How a file is to be read."""

    format = serializers.ChoiceField(ItemFormat.choices, default=ItemFormat.AUTO.value)
    columns = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)


class AdvisedProblemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    message = serializers.CharField()
    advice = serializers.CharField(help_text="What to do, where the message does not say it.")


class SeenItemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Where in the file it begins.")
    item = serializers.DictField(help_text="As a line of an item file has it.")


class LookSerializer(serializers.Serializer[Any]):
    format = serializers.CharField(help_text="Empty where none was recognised.")
    known_by = serializers.ListField(
        child=serializers.CharField(), help_text="The fields that told the format."
    )
    names = serializers.ListField(
        child=serializers.CharField(), help_text="The columns of a table."
    )
    columns = serializers.DictField(
        help_text="Which column is which field, as named or as guessed; give it back as `columns`."
    )
    to_name = serializers.BooleanField(
        help_text="Whether the import needs `columns`, as they are not those of an item file."
    )
    judgments = serializers.CharField(
        help_text="In which format the file's judgments can be imported; empty where it has none."
    )
    read = serializers.IntegerField(help_text="Records looked at.")
    known = serializers.IntegerField(help_text="Of these, items that the campaign has already.")
    total = serializers.IntegerField(
        allow_null=True, help_text="Records of the whole file, where that is known."
    )
    is_whole = serializers.BooleanField(help_text="Whether the whole file was looked at.")
    items = SeenItemSerializer(many=True, help_text="The first five.")
    errors_total = serializers.IntegerField(help_text="Of the records looked at.")
    errors = AdvisedProblemSerializer(many=True, help_text="The first errors by line.")  # type: ignore[assignment]
    error = serializers.CharField(help_text="What is wrong with the columns, for people.")


def look_body(look: Look) -> dict[str, Any]:
    """A look as REST tells it, items in the form of item files."""
    return {
        "format": look.format,
        "known_by": look.known_by,
        "names": look.names,
        "columns": look.columns if look.to_name else {},
        "to_name": look.to_name,
        "judgments": look.judgments,
        "read": look.read,
        "known": look.known,
        "total": look.total,
        "is_whole": look.is_whole,
        "items": [{"line": one.line, "item": one.raw} for one in look.shown],
        "errors_total": len(look.problems),
        "errors": [
            {
                "line": line,
                "message": in_readers_language(message),
                "advice": advice_on(message),
            }
            for line, message in look.problems[:PROBLEMS_TOLD]
        ],
        "error": look.unnamed,
    }


def shown_items(found: list[ShownRecord]) -> list[dict[str, Any]]:
    """Records as annotators will see them, with what they will not.

    HTML is kept under the hashes that the items will have, so that it is made once.
    """
    contents: dict[str, tuple[Any, str]] = {}
    for one in found:
        contents[prompt_hash(one)] = (one.raw["prompt"], "user")
        for response, raw in zip(one.record.responses, one.raw["responses"], strict=True):
            contents[response.content_sha256] = (raw["text"], "assistant")
    html = cached_html(contents)
    return [
        {
            "line": one.line,
            "record": one.record,
            "prompt_html": html[prompt_hash(one)],
            "responses": [
                (letter(place), response, html[response.content_sha256])
                for place, response in enumerate(one.record.responses)
            ],
            "metadata": "" if one.record.metadata_json == "{}" else one.record.metadata_json,
        }
        for one in found
    ]


def prompt_hash(one: ShownRecord) -> str:
    hashes: dict[str, Any] = json.loads(one.record.hashes_json)
    return str(hashes["prompt"])
