"""A campaign's bounds, its register and a person's own bounds as REST takes and shows them."""

from typing import Any

from rest_framework import serializers

from annotation.models.group_rule import LARGEST_LEAST
from policies.enums import LEAST_PEOPLE, Importance, Likelihood, VerdictKind
from policies.preferences import HIGHEST, LOWEST
from policies.register import Level, Side
from policies.serializers.rules import RuleSerializer

LONGEST = 5000


class SettingSerializer(serializers.Serializer[Any]):
    applies_to_training = serializers.BooleanField(
        help_text="Whether rules of tier 2 hold in every training file."
    )
    least_people = serializers.IntegerField(
        min_value=LEAST_PEOPLE,
        max_value=LARGEST_LEAST,
        help_text="Groups of fewer people are told of nowhere; the campaign's one rule. Asking for "
        "less than stands is for admins.",
    )


class CampaignBoundsSerializer(SettingSerializer):
    rules = RuleSerializer(many=True, help_text="Of the installation and of the campaign.")


class RegisterWordsSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=32)
    likelihood = serializers.ChoiceField(Likelihood.choices, required=False, allow_blank=True)
    importance = serializers.ChoiceField(Importance.choices, required=False, allow_blank=True)
    note = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    mitigation = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class ChangeRegisterSerializer(serializers.Serializer[Any]):
    entries = RegisterWordsSerializer(many=True, max_length=100)  # type: ignore[call-arg]


class RegisterEntrySerializer(RegisterWordsSerializer):
    side = serializers.ChoiceField(Side.choices)
    level = serializers.ChoiceField(Level.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()


class RegisterSerializer(serializers.Serializer[Any]):
    entries = RegisterEntrySerializer(many=True)


class StateSerializer(serializers.Serializer[Any]):
    agreed = serializers.BooleanField(
        help_text="That these are kept, for files made of your own judgments. False erases them."
    )
    answers = serializers.DictField(
        child=serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST), default=dict
    )
    text = serializers.CharField(max_length=LONGEST, allow_blank=True, default="")


class OwnRuleSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    text = serializers.CharField(max_length=500)


class OwnBoundsSerializer(serializers.Serializer[Any]):
    agreed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    answers = serializers.DictField(child=serializers.IntegerField())
    text = serializers.CharField()
    rules = OwnRuleSerializer(many=True)


class OwnVerdictSerializer(serializers.Serializer[Any]):
    response = serializers.IntegerField(min_value=1, help_text="A response you were shown.")
    verdict = serializers.ChoiceField(VerdictKind.choices)
