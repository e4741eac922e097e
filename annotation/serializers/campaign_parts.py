"""The parts of a campaign's body: criteria, questions, strata, quotas, consent."""

import math
import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.enums import OnWithdrawal, QuestionKind
from annotation.enums import Uncertainty

KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")
# These are columns of the annotators table of every dataset.
RESERVED_QUESTION_KEYS = ("annotator_id", "profile_version")
MOST_PER_ITEM = 10_000
MOST_SEATS = 2**31 - 1


class KeyField(serializers.CharField):
    """A short name for use in data: letters, digits and `_ . + -`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        value = str(super().to_internal_value(data))
        if not KEY.match(value):
            raise serializers.ValidationError(
                _("Use letters, digits and _ . + - only, beginning with a letter or digit.")
            )
        return value


class CriterionSerializer(serializers.Serializer[Any]):
    key = KeyField()
    label = serializers.CharField(max_length=300)  # type: ignore[assignment]
    scale = serializers.JSONField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Ratings and values are asked by it (docs/task-types.md); for other task types "
        "it describes the scale to data users.",
    )


class OptionSerializer(serializers.Serializer[Any]):
    key = KeyField()
    label = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"key": attrs["key"], "label": attrs.get("label") or attrs["key"]}


class QuestionSerializer(serializers.Serializer[Any]):
    key = KeyField()
    label = serializers.CharField(max_length=300)  # type: ignore[assignment]
    kind = serializers.ChoiceField(QuestionKind.choices, default=QuestionKind.SINGLE)
    options = OptionSerializer(many=True, allow_empty=False)
    purpose = KeyField(
        required=False,
        allow_blank=True,
        help_text="The consent purpose this answer is bound to.",
    )
    show_if = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(), allow_empty=False),
        required=False,
        help_text="Earlier question → option keys: asked only of those whose answers match all.",
    )

    def validate_key(self, key: str) -> str:
        if key in RESERVED_QUESTION_KEYS:
            raise serializers.ValidationError(_("This key is a column of every dataset."))
        return key

    def validate_options(self, options: list[dict[str, str]]) -> list[dict[str, str]]:
        refuse_repeats([option["key"] for option in options])
        return options

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        show_if = attrs.pop("show_if", None)
        waits = {"show_if": show_if} if show_if else {}
        return {**attrs, "purpose": attrs.get("purpose", ""), **waits}


class StratumSerializer(serializers.Serializer[Any]):
    key = KeyField(max_length=64)
    where = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(), allow_empty=False),
        required=False,
        default=dict,
        help_text="Question key → option keys; empty matches everybody (the catch-all).",
    )
    quota = serializers.IntegerField(
        min_value=0, max_value=MOST_SEATS, allow_null=True, default=None
    )
    target = serializers.IntegerField(
        min_value=0,
        max_value=MOST_PER_ITEM,
        allow_null=True,
        default=None,
        help_text="Judgments wanted per item. Left out in every stratum, the overlap is allocated.",
    )
    targets = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_PER_ITEM),
        default=dict,
        help_text="Item stratum → judgments wanted per item of it, where that differs.",
    )
    share = serializers.FloatField(
        min_value=0,
        allow_null=True,
        default=None,
        help_text="Share of a reference population, on any scale: allocates the overlap.",
    )

    def validate_share(self, share: float | None) -> float | None:
        if share is not None and not math.isfinite(share):
            raise serializers.ValidationError(_("A valid number is required."))
        return share


class ItemStratumSerializer(serializers.Serializer[Any]):
    key = KeyField(max_length=64)
    where = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(), allow_empty=False),
        allow_empty=False,
        help_text="`language`, or a key of items' metadata → values. The first that fits holds.",
    )


class AdaptiveSerializer(serializers.Serializer[Any]):
    budget = serializers.IntegerField(
        min_value=0, max_value=MOST_SEATS, help_text="Judgments to allot beyond the targets."
    )
    most = serializers.IntegerField(
        min_value=1, max_value=MOST_PER_ITEM, help_text="Most judgments of a stratum on an item."
    )
    measure = serializers.ChoiceField(Uncertainty.choices, default=Uncertainty.WIDTH)


class QuotaSerializer(serializers.Serializer[Any]):
    key = KeyField(max_length=64)
    where = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(), allow_empty=False),
        allow_empty=False,
        help_text="Question key → option keys: whose seats are counted.",
    )
    seats = serializers.IntegerField(min_value=0, max_value=MOST_SEATS)


class PurposeSerializer(serializers.Serializer[Any]):
    key = KeyField()
    label = serializers.CharField(max_length=300, required=False)  # type: ignore[assignment]
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "label": attrs.get("label") or attrs["key"]}


class ConsentSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(read_only=True)
    text = serializers.CharField(max_length=50_000)
    purposes = PurposeSerializer(many=True, required=False)
    on_withdrawal = serializers.ChoiceField(
        OnWithdrawal.choices,
        default=OnWithdrawal.ERASE.value,
        help_text="`erase`: all that a person gave goes when they withdraw. `keep_judgments`: what "
        "they said about themselves and wrote in their own words goes, and their judgments stay "
        "under a pseudonym that leads to nobody.",
    )

    def validate_purposes(self, purposes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refuse_repeats([purpose["key"] for purpose in purposes])
        return purposes

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "text": attrs["text"],
            "purposes": attrs.get("purposes", []),
            "on_withdrawal": attrs["on_withdrawal"],
        }


def refuse_repeats(keys: list[str]) -> None:
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise serializers.ValidationError(
            _("Used twice: %(keys)s.") % {"keys": ", ".join(repeated)}
        )
