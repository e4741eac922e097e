"""Judgments as REST shows them: to the annotator who gave them, and to the campaign's owner."""

from typing import Any

from rest_framework import serializers

from annotation.models import Judgment


class ReceiptSerializer(serializers.Serializer[Any]):
    """What an annotator gets back: the judgment as it is stored."""

    id = serializers.IntegerField()
    judgment_id = serializers.IntegerField(help_text="The same number as in datasets.")
    assignment_id = serializers.IntegerField()
    item_id = serializers.CharField()
    answers = serializers.JSONField()
    reason = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    submitted_at = serializers.DateTimeField()


class JudgmentSerializer(serializers.Serializer[Any]):
    judgment_id = serializers.IntegerField()
    item_id = serializers.CharField()
    annotator = serializers.CharField(help_text="Pseudonym.")
    stratum = serializers.CharField()
    profile_version = serializers.IntegerField()
    consent_version = serializers.IntegerField()
    guideline_version = serializers.IntegerField()
    task_type = serializers.CharField()
    presented_order = serializers.ListField(child=serializers.CharField())
    answers = serializers.JSONField()
    acceptable = serializers.JSONField(allow_null=True)
    spans = serializers.JSONField(allow_null=True)
    reason = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    is_repeat = serializers.BooleanField()
    supersedes = serializers.IntegerField(allow_null=True)
    after_lease = serializers.BooleanField()
    active_ms = serializers.IntegerField(allow_null=True)
    elapsed_ms = serializers.IntegerField(allow_null=True)
    strategy = serializers.CharField(help_text="imported: it was judged elsewhere.")
    language = serializers.CharField()
    submitted_at = serializers.DateTimeField()


def receipt_body(judgment: Judgment) -> dict[str, Any]:
    """The stored judgment, without anything that would tell a repeat from a first showing."""
    return {
        "id": judgment.pk,
        "judgment_id": judgment.pk,
        "assignment_id": judgment.assignment_id,
        "item_id": judgment.item.external_id,
        "answers": judgment.answers,
        "reason": judgment.reason,
        "confidence": judgment.confidence,
        "submitted_at": judgment.submitted_at,
    }


def judgment_body(judgment: Judgment) -> dict[str, Any]:
    """The whole judgment, its annotator by pseudonym, for those who manage the campaign."""
    return {
        "judgment_id": judgment.pk,
        "item_id": judgment.item.external_id,
        "annotator": judgment.annotator.pseudonym,
        "stratum": judgment.stratum.key if judgment.stratum else "",
        "profile_version": judgment.profile.version,
        "consent_version": judgment.consent.document.version,
        "guideline_version": judgment.guideline.version,
        "task_type": judgment.task_type,
        "presented_order": judgment.presented_order,
        "answers": judgment.answers,
        "acceptable": judgment.acceptable,
        "spans": judgment.spans,
        "reason": judgment.reason,
        "confidence": judgment.confidence,
        "is_repeat": judgment.is_repeat,
        "supersedes": judgment.supersedes_id,
        "after_lease": judgment.after_lease,
        "active_ms": judgment.active_ms,
        "elapsed_ms": judgment.elapsed_ms,
        "strategy": judgment.strategy,
        "language": judgment.language,
        "submitted_at": judgment.submitted_at,
    }
