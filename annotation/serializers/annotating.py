"""Bodies of the annotator's routes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.enums import AssignmentStatus, ReportKind
from annotation.models import Assignment
from annotation.serializers.asking import AskingSerializer
from annotation.services.reporting import LONGEST_NOTE
from annotation.task_types import TASK_TYPES

ANSWERS_SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "oneOf": [
            {"title": task_type.key, **task_type.answer_schema} for task_type in TASK_TYPES.values()
        ]
    },
    "description": "Criterion key → answer, in the form of the campaign's task type.",
}
TURNS_SCHEMA = {
    "oneOf": [
        {"type": "string"},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"role": {"type": "string"}, "content": {"type": "string"}},
                "required": ["role", "content"],
            },
        },
    ]
}


class AnyJSONField(serializers.JSONField):
    """JSON that the services check, not the serializer."""


@extend_schema_field(ANSWERS_SCHEMA)
class AnswersField(AnyJSONField):
    pass


@extend_schema_field(TURNS_SCHEMA)
class TurnsField(AnyJSONField):
    pass


@extend_schema_field({"type": "object", "additionalProperties": {"type": "boolean"}})
class AcceptableField(AnyJSONField):
    pass


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "response": {"type": "string"},
                "start": {"type": "integer"},
                "end": {"type": "integer"},
                "note": {"type": "string"},
            },
            "required": ["response", "start", "end"],
        },
    }
)
class SpansField(AnyJSONField):
    pass


class ConsentGivenSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, allow_null=True)
    purposes = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list
    )


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "oneOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "null"},
            ]
        },
    }
)
class ProfileAnswersField(serializers.DictField):
    pass


class JoinSerializer(serializers.Serializer[Any]):
    consent = ConsentGivenSerializer(required=False, allow_null=True)
    answers = ProfileAnswersField(required=False, allow_null=True)


class SeatSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField()
    seat = serializers.IntegerField()


class SubmissionSerializer(serializers.Serializer[Any]):
    answers = AnswersField()
    reason = serializers.CharField(required=False, allow_blank=True)
    confidence = serializers.FloatField(required=False, allow_null=True)
    active_ms = serializers.IntegerField(required=False, allow_null=True)
    acceptable = AcceptableField(required=False, allow_null=True)
    spans = SpansField(required=False, allow_null=True)


class SkipSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="One of the campaign's `flow.skip_reasons`, of the usual ones, or `warning`.",
    )
    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, allow_null=True, default=""
    )

    def validate_reason(self, reason: str | None) -> str:
        return reason or ""


class ReportSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ReportKind.choices)
    response = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id of the response that it is about; without one, the item.",
    )
    note = serializers.CharField(
        max_length=LONGEST_NOTE, required=False, allow_blank=True, default=""
    )


class ReportReceiptSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()


class LeaseSerializer(serializers.ModelSerializer[Assignment]):
    class Meta:
        model = Assignment
        fields = ("id", "status", "lease_expires_at")
        read_only_fields = fields


class ShownGuidelineSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    html = serializers.CharField()


class ShownResponseSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField(required=False)
    messages = TurnsField(required=False)
    html = serializers.CharField()


class ShownItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    language = serializers.CharField()
    prompt = TurnsField()
    prompt_html = serializers.CharField()
    responses = ShownResponseSerializer(many=True, help_text="In the order to show.")


class CriterionShownSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    scale = serializers.JSONField(allow_null=True)


class AssignmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(AssignmentStatus.choices)
    lease_expires_at = serializers.DateTimeField()
    task_type = serializers.CharField()
    criteria = CriterionShownSerializer(many=True)
    asking = AskingSerializer(help_text="What is asked for besides answers.")
    guideline = ShownGuidelineSerializer()
    item = ShownItemSerializer()
    draft = serializers.JSONField(allow_null=True)


class KeptAheadSerializer(serializers.Serializer[Any]):
    assignments = AssignmentSerializer(many=True)
