"""What a campaign asks for besides answers: the strict form of `asking`."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotation.asking import Asking
from annotation.enums import TaskTypeKey, Wanted

# The least length of a reason is for a sentence or three, not for an essay.
MOST_REASON_LEAST = 2000


class AskingSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(
        Wanted.choices,
        default=Wanted.OPTIONAL.value,
        help_text="Required also where somebody says “it depends”, unless it is off.",
    )
    reason_least = serializers.IntegerField(
        min_value=0,
        max_value=MOST_REASON_LEAST,
        default=0,
        help_text="Characters that a reason which is given has at least.",
    )
    confidence = serializers.ChoiceField(
        Wanted.choices, default=Wanted.OFF.value, help_text="From 0 (not at all) to 100 (certain)."
    )
    acceptable = serializers.ChoiceField(
        Wanted.choices,
        default=Wanted.OFF.value,
        help_text="For each response, whether it is acceptable in itself.",
    )
    spans = serializers.BooleanField(
        default=False, help_text="Highlighted passages of responses, with a note."
    )
    partial_rankings = serializers.BooleanField(
        default=False, help_text="Whether a ranking may leave responses out (two at least stay)."
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = [str(key) for key in data if key not in self.fields] if is_object(data) else []
        if unknown:
            raise serializers.ValidationError(
                {key: _("A campaign asks for no such thing.") for key in unknown}
            )
        return dict(super().to_internal_value(data))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["reason"] == Wanted.OFF and attrs["reason_least"]:
            raise serializers.ValidationError(
                {"reason_least": _("Goes with a reason that is asked for.")}
            )
        return Asking(**attrs).body()


def is_object(data: Any) -> bool:
    return isinstance(data, dict)


def check_asking(attrs: dict[str, Any]) -> None:
    """What only some task types have is not asked of others."""
    if attrs["asking"]["partial_rankings"] and attrs["task_type"] != TaskTypeKey.RANKING:
        raise serializers.ValidationError(
            {"asking.partial_rankings": _("Goes with the task type ranking, and only with it.")}
        )
