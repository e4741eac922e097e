"""Models' answers as REST shows them to those who manage the campaign."""

from typing import Any

from rest_framework import serializers

from annotation.models import ModelJudgment


class ModelJudgmentSerializer(serializers.Serializer[Any]):
    model_judgment_id = serializers.IntegerField(help_text="The same number as in datasets.")
    item_id = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    settings = serializers.DictField()
    sample = serializers.IntegerField(help_text="Which of several answers under equal settings.")
    task_type = serializers.CharField()
    presented_order = serializers.ListField(child=serializers.CharField())
    answers = serializers.JSONField()
    acceptable = serializers.JSONField(allow_null=True)
    spans = serializers.JSONField(allow_null=True)
    reason = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    submitted_at = serializers.DateTimeField(
        allow_null=True, help_text="When the model answered, where the file tells it."
    )
    imported_at = serializers.DateTimeField()


def model_judgment_body(one: ModelJudgment) -> dict[str, Any]:
    """The whole answer, with which model gave it and how it was asked."""
    return {
        "model_judgment_id": one.pk,
        "item_id": one.item.external_id,
        "model": one.model,
        "prompt_version": one.prompt_version,
        "settings": one.settings,
        "sample": one.sample,
        "task_type": one.task_type,
        "presented_order": one.presented_order,
        "answers": one.answers,
        "acceptable": one.acceptable,
        "spans": one.spans,
        "reason": one.reason,
        "confidence": one.confidence,
        "submitted_at": one.submitted_at,
        "imported_at": one.created_at,
    }
