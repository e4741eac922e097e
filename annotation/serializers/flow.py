"""How judging goes in a campaign, as researchers set it; what is left out takes its default."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotation.enums import Revising
from annotation.flow import MOST_AHEAD, WARNED, Flow

DEFAULTS = Flow()
KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.+-]*\Z")


class StrictSerializer(serializers.Serializer[Any]):
    """A misspelt setting would silently be its default."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = (
            [str(key) for key in data if key not in self.fields] if hasattr(data, "keys") else []
        )
        if unknown:
            raise serializers.ValidationError(
                {key: _("A campaign has no such setting.") for key in unknown}
            )
        return dict(super().to_internal_value(data))


class SkipReasonSerializer(StrictSerializer):
    key = serializers.CharField(max_length=40)
    label = serializers.CharField(max_length=200)  # type: ignore[assignment]

    def validate_key(self, key: str) -> str:
        if not KEY.match(key) or key == WARNED:
            raise serializers.ValidationError(
                _("Use letters, digits and _ . + - only, beginning with a letter or digit.")
            )
        return key


class FlowSerializer(StrictSerializer):
    revise = serializers.ChoiceField(
        Revising.choices,
        default=DEFAULTS.revise,
        help_text="Which of their judgments people may change: each change is a new revision.",
    )
    ahead = serializers.IntegerField(
        min_value=0,
        max_value=MOST_AHEAD,
        default=DEFAULTS.ahead,
        help_text="Items leased ahead for a browser that loses its network.",
    )
    break_after_minutes = serializers.IntegerField(
        min_value=0,
        max_value=480,
        default=DEFAULTS.break_after_minutes,
        help_text="After so long at work a break is suggested; 0 never suggests one.",
    )
    session_minutes = serializers.IntegerField(
        min_value=1,
        max_value=1440,
        allow_null=True,
        default=None,
        help_text="How long taking part takes, as people are told; null says nothing.",
    )
    pay = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="What people get, as they are told."
    )
    content_warning = serializers.CharField(
        max_length=1000,
        allow_blank=True,
        default="",
        help_text="Shown before the first item. An item's own is `warning` in its metadata.",
    )
    skip_reasons = SkipReasonSerializer(
        many=True, required=False, help_text="Offered to who skips; empty offers the usual five."
    )

    def validate_skip_reasons(self, reasons: list[dict[str, str]]) -> list[dict[str, str]]:
        keys = [one["key"] for one in reasons]
        if len(set(keys)) < len(keys):
            repeated = sorted({key for key in keys if keys.count(key) > 1})
            raise serializers.ValidationError(
                _("Used twice: %(keys)s.") % {"keys": ", ".join(repeated)}
            )
        if len(reasons) > 20:
            raise serializers.ValidationError(_("At most 20 reasons."))
        return reasons

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "skip_reasons": [dict(one) for one in attrs.get("skip_reasons") or []]}
