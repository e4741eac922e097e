"""Versions of a guideline and their differences, as REST gives them."""

from typing import Any

from rest_framework import serializers

from annotation.differences import ADDED, REMOVED, SAME
from annotation.models import Guideline
from annotation.selectors.guidelines import GuidelineChange


class GuidelineVersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class GuidelineSerializer(GuidelineVersionSerializer):
    text = serializers.CharField(help_text="Markdown.")
    html = serializers.CharField(help_text="Safe HTML, as annotators see it.")
    preparation = serializers.DictField(
        help_text="What goes with this version before judging: `comprehension` and `practice`."
    )


class PieceSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_changed = serializers.BooleanField()


class LineSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([SAME, ADDED, REMOVED])
    pieces = PieceSerializer(many=True, help_text="The line, with the words that are others.")


class GuidelineChangeSerializer(serializers.Serializer[Any]):
    older = serializers.IntegerField(help_text="A version.")
    newer = serializers.IntegerField(help_text="Another version.")
    lines = LineSerializer(many=True)
    preparation_changed = serializers.BooleanField()
    translations_changed = serializers.BooleanField()


def version_body(guideline: Guideline) -> dict[str, Any]:
    return {"version": guideline.version, "created_at": guideline.created_at}


def guideline_body(guideline: Guideline) -> dict[str, Any]:
    return {
        **version_body(guideline),
        "text": guideline.text,
        "html": guideline.html,
        "preparation": guideline.preparation,
    }


def change_body(change: GuidelineChange) -> dict[str, Any]:
    return {
        "older": change.older.version,
        "newer": change.newer.version,
        "lines": [
            {
                "kind": line.kind,
                "pieces": [
                    {"text": piece.text, "is_changed": piece.is_changed} for piece in line.pieces
                ],
            }
            for line in change.lines
        ],
        "preparation_changed": change.preparation_changed,
        "translations_changed": change.translations_changed,
    }
