"""Rules as REST takes and shows them; pages check theirs by the same."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from policies.enums import DecidedBy, RuleKind, Tier
from policies.models import Rule, RuleVersion

DECIDED_BY = [one for one in DecidedBy.choices if one[0] != DecidedBy.OWN]
MOST_WORDS = 50
TOLD = (
    *("number", "title", "text", "source", "jurisdiction", "kind", "decided_by", "applies_to"),
    *("verdicts_since", "effective_from", "effective_until", "created_at"),
)


class ScopeSerializer(serializers.Serializer[Any]):
    campaigns = serializers.ListField(
        child=serializers.SlugField(max_length=64),
        max_length=MOST_WORDS,
        required=False,
        help_text="Only in these campaigns; for rules of the installation.",
    )
    languages = serializers.ListField(
        child=serializers.CharField(max_length=35),
        max_length=MOST_WORDS,
        required=False,
        help_text="Only items in these languages or variants of them.",
    )
    metadata = serializers.DictField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=200), min_length=1, max_length=MOST_WORDS
        ),
        required=False,
        help_text="Only items whose metadata has one of these values under each key.",
    )


class ValuesEvidenceSerializer(serializers.Serializer[Any]):
    campaign = serializers.SlugField(
        max_length=64, help_text="A campaign of task type values; texts are matched by content."
    )
    criterion = serializers.CharField(max_length=64)
    value = serializers.CharField(max_length=64, help_text="The value's key in the taxonomy.")
    share = serializers.FloatField(
        min_value=0.01, max_value=1, help_text="The share of people who must find it."
    )
    people = serializers.IntegerField(
        min_value=5, max_value=100_000, help_text="How many people must have read the text."
    )


class WordingSerializer(serializers.Serializer[Any]):
    """A version of a rule."""

    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=20_000)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=500, required=False, allow_blank=True, help_text="Where it is laid down."
    )
    jurisdiction = serializers.CharField(max_length=200, required=False, allow_blank=True)
    kind = serializers.ChoiceField(RuleKind.choices)
    decided_by = serializers.ChoiceField(DECIDED_BY, default=DecidedBy.REVIEW.value)
    applies_to = ScopeSerializer(required=False)
    evidence = ValuesEvidenceSerializer(
        required=False, help_text="Of a rule that is decided by values."
    )
    effective_from = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Not in the past; left out, now."
    )
    effective_until = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["decided_by"] == DecidedBy.VALUES and not attrs.get("evidence"):
            raise serializers.ValidationError({"evidence": _("Say which values decide.")})
        return attrs


class NewRuleSerializer(WordingSerializer):
    key = serializers.SlugField(max_length=64)


class NewInstallationRuleSerializer(NewRuleSerializer):
    tier = serializers.ChoiceField(
        [one for one in Tier.choices if one[0] != Tier.PERSON], default=Tier.INSTALLATION.value
    )


class NewVersionSerializer(WordingSerializer):
    keeps_verdicts = serializers.BooleanField(
        default=True, help_text="Whether verdicts on the version before still count."
    )


class RuleVersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    jurisdiction = serializers.CharField()
    kind = serializers.ChoiceField(RuleKind.choices)
    decided_by = serializers.ChoiceField(DECIDED_BY)
    applies_to = ScopeSerializer()
    evidence = ValuesEvidenceSerializer(allow_null=True)
    verdicts_since = serializers.IntegerField(
        help_text="Verdicts given on versions from this one on count."
    )
    effective_from = serializers.DateTimeField()
    effective_until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class RuleSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="Its key; a campaign's with its slug before it.")
    tier = serializers.ChoiceField(Tier.choices)
    campaign = serializers.CharField(allow_null=True)
    key = serializers.CharField()
    versions = RuleVersionSerializer(many=True, help_text="Oldest first.")


def version_body(version: RuleVersion) -> dict[str, Any]:
    return {
        **{name: getattr(version, name) for name in TOLD},
        "evidence": version.evidence or None,
    }


def rule_body(rule: Rule) -> dict[str, Any]:
    """A rule with its versions, which have been fetched with it."""
    return {
        "id": rule.pk,
        "reference": rule.reference,
        "tier": rule.tier,
        "campaign": rule.campaign.slug if rule.campaign else None,
        "key": rule.key,
        "versions": [version_body(one) for one in rule.versions.all()],
    }
