"""A campaign's body: the one place where its form is checked, for REST and for pages."""

import math
from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotation.asking import Asking
from annotation.entry import entry_of
from annotation.enums import CampaignStatus, Paradigm, Strategy, TaskTypeKey
from annotation.flow import flow_body
from annotation.models import Campaign
from annotation.selectors.campaigns import (
    campaign_overlap,
    campaign_questions,
    campaign_quotas,
    campaign_strata,
)
from annotation.serializers.about import AboutSerializer
from annotation.serializers.asking import AskingSerializer, check_asking
from annotation.serializers.campaign_checks import (
    check_people,
    check_purposes,
    check_scales,
    check_targets,
    refuse_unknown_fields,
    with_defaults,
)
from annotation.serializers.campaign_parts import (
    MOST_PER_ITEM,
    AdaptiveSerializer,
    ConsentSerializer,
    CriterionSerializer,
    ItemStratumSerializer,
    QuestionSerializer,
    QuotaSerializer,
    StratumSerializer,
    refuse_repeats,
)
from annotation.serializers.entry import EntrySerializer, check_entry
from annotation.serializers.flow import FlowSerializer
from annotation.serializers.translations import TranslationsField, fitting_translations
from annotation.specs import CampaignSpec

# These are pages of their own beside a campaign's.
RESERVED_SLUGS = ("new", "imports")
MOST_TITLE = 200


class CampaignSerializer(serializers.Serializer[Any]):
    """The campaign's body as docs/api.md has it. Keys left out take the documented defaults."""

    # Annotators get `public_campaign_body`.
    shown_to_some = ("items", "archived_at")

    slug = serializers.SlugField(max_length=64)
    title = serializers.CharField(max_length=MOST_TITLE)
    guideline = serializers.CharField(
        max_length=100_000, required=False, allow_blank=True, default=""
    )
    paradigm = serializers.ChoiceField(Paradigm.choices, default=Paradigm.DESCRIPTIVE)
    task_type = serializers.ChoiceField(TaskTypeKey.choices)
    criteria = CriterionSerializer(many=True, required=False)
    questions = QuestionSerializer(many=True, required=False)
    strata = StratumSerializer(many=True, required=False)
    overlap = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PER_ITEM,
        required=False,
        allow_null=True,
        help_text="Judgments wanted per item, where there are no strata. With strata their "
        "targets decide, and this reads back as their sum.",
    )
    strategy = serializers.ChoiceField(Strategy.choices, default=Strategy.BALANCED)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=10_080, default=30)
    repeat_rate = serializers.FloatField(min_value=0.0, max_value=0.5, default=0.0)
    max_per_annotator = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None
    )
    max_per_day = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None
    )
    max_per_session = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None
    )
    session_break_minutes = serializers.IntegerField(min_value=1, max_value=1440, default=30)
    seat_hours = serializers.IntegerField(
        min_value=1,
        max_value=8760,
        default=24,
        help_text="A seat without any judgment returns to its quota after so many hours.",
    )
    adaptive = AdaptiveSerializer(
        required=False, allow_null=True, help_text="For the strategy `adaptive`."
    )
    item_strata = ItemStratumSerializer(many=True, required=False)
    quotas = QuotaSerializer(
        many=True, required=False, help_text="Limits of seats across strata (marginal quotas)."
    )
    excludes = serializers.ListField(
        child=serializers.SlugField(),
        required=False,
        help_text="Campaigns of yours whose people may not join this one.",
    )
    consent = ConsentSerializer(required=False)
    asking = AskingSerializer(
        required=False, help_text="What people are asked for besides their answers."
    )
    about = AboutSerializer(
        required=False, help_text="For the documentation of datasets, in your own words."
    )
    flow = FlowSerializer(
        required=False, help_text="How judging goes: revising, skipping, breaks, pay, warnings."
    )
    entry = EntrySerializer(
        required=False, help_text="Who may come in, and what comes before judging."
    )
    translations = TranslationsField(
        required=False,
        help_text="Language → path of a text → its translation, as docs/translating.md has it.",
    )
    status = serializers.CharField(read_only=True)
    guideline_version = serializers.IntegerField(read_only=True)
    items = serializers.IntegerField(read_only=True, help_text="Items ready to be served.")
    archived_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when it has been out of lists."
    )

    def validate_slug(self, slug: str) -> str:
        if slug in RESERVED_SLUGS:
            raise serializers.ValidationError(_("This address is a page of its own."))
        return slug

    def validate_repeat_rate(self, rate: float) -> float:
        if math.isnan(rate):  # it passes every comparison with the bounds
            raise serializers.ValidationError(_("A valid number is required."))
        return rate

    def validate_criteria(self, criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refuse_repeats([criterion["key"] for criterion in criteria])
        return criteria

    def validate_questions(self, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refuse_repeats([question["key"] for question in questions])
        return questions

    def validate_strata(self, strata: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refuse_repeats([stratum["key"] for stratum in strata])
        return strata

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = with_defaults(attrs)
        check_people(attrs)
        check_targets(attrs)
        check_purposes(attrs)
        check_entry(attrs)
        check_scales(attrs)
        check_asking(attrs)
        known = self.instance.translations if self.instance else {}
        attrs["translations"] = fitting_translations(attrs, known)
        if (attrs["strategy"] == Strategy.ADAPTIVE) != bool(attrs.get("adaptive")):
            raise serializers.ValidationError(
                {"adaptive": _("Goes with the strategy adaptive, and only with it.")}
            )
        if attrs["strategy"] == Strategy.ADAPTIVE and attrs["task_type"] == TaskTypeKey.VALUES:
            raise serializers.ValidationError(
                {"strategy": _("Adaptive serving compares responses; values compare none.")}
            )
        return attrs

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        refuse_unknown_fields(data, self.fields)
        return dict(super().to_internal_value(data))

    def to_representation(self, instance: Campaign) -> dict[str, Any]:
        return campaign_body(instance)


class CampaignQuerySerializer(serializers.Serializer[Any]):
    """Which campaigns a list shall have."""

    status = serializers.ChoiceField(CampaignStatus.choices, required=False)
    task_type = serializers.ChoiceField(TaskTypeKey.choices, required=False)
    archived = serializers.BooleanField(
        required=False, help_text="Of those that you run: the archived ones instead."
    )


class CampaignSummarySerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()
    status = serializers.ChoiceField(CampaignStatus.choices)
    task_type = serializers.ChoiceField(TaskTypeKey.choices)


def campaign_summary(campaign: Campaign) -> dict[str, Any]:
    """A campaign as lists name it."""
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "status": campaign.status,
        "task_type": campaign.task_type,
    }


def changed_campaign(campaign: Campaign, data: Any) -> CampaignSerializer:
    """A serializer for the campaign as it would be: what it is now, with the parts in `data`.

    The whole must be valid, not only the parts; `changed_parts` gives those after validation.
    """
    whole = {**campaign_body(campaign), **data} if isinstance(data, dict) else data
    return CampaignSerializer(campaign, data=whole)


def changed_parts(serializer: CampaignSerializer, data: Any) -> CampaignSpec:
    """The parts of a valid campaign that `data` names; what is only read is left out."""
    valid = serializer.validated_data
    return cast(CampaignSpec, {key: valid[key] for key in data if key in valid})


def campaign_body(campaign: Campaign) -> dict[str, Any]:
    """The whole body, for those who manage the campaign."""
    return {
        **public_campaign_body(campaign),
        "strata": campaign_strata(campaign),
        "overlap": campaign_overlap(campaign),
        "strategy": campaign.strategy,
        "lease_minutes": campaign.lease_minutes,
        "repeat_rate": campaign.repeat_rate,
        "max_per_day": campaign.max_per_day,
        "max_per_session": campaign.max_per_session,
        "session_break_minutes": campaign.session_break_minutes,
        "seat_hours": campaign.seat_hours,
        "adaptive": adaptive_body(campaign),
        "item_strata": campaign.item_strata,
        "quotas": campaign_quotas(campaign),
        "excludes": [one.slug for one in campaign.excludes.order_by("slug")],
        "about": campaign.about,
        "entry": entry_of(campaign).body(),
        "translations": campaign.translations,
        "items": campaign.planned_items,
        "archived_at": campaign.archived_at,
    }


def adaptive_body(campaign: Campaign) -> dict[str, Any] | None:
    if campaign.strategy != Strategy.ADAPTIVE:
        return None
    return {
        "budget": campaign.adaptive_budget,
        "most": campaign.adaptive_most,
        "measure": campaign.adaptive_measure,
    }


def public_campaign_body(campaign: Campaign) -> dict[str, Any]:
    """What annotators may read: nothing of strata, targets or how items are chosen."""
    guideline = campaign.guideline
    document = campaign.consent_document
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "status": campaign.status,
        "guideline": guideline.text if guideline else "",
        "guideline_version": guideline.version if guideline else None,
        "paradigm": campaign.paradigm,
        "task_type": campaign.task_type,
        "criteria": campaign.criteria,
        "asking": Asking.of(campaign.asking).body(),
        "questions": campaign_questions(campaign),
        "max_per_annotator": campaign.max_per_annotator,
        "flow": flow_body(campaign),
        "consent": {
            "version": document.version,
            "text": document.text,
            "purposes": document.purposes,
            "on_withdrawal": document.on_withdrawal,
        },
    }
