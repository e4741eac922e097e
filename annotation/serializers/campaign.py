"""A campaign's body: the one place where its form is checked, for REST and for pages."""

import math
import re
from collections.abc import Collection
from dataclasses import asdict
from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.enums import OnWithdrawal, QuestionKind
from annotation.asking import Asking
from annotation.entry import Entry, entry_of
from annotation.enums import CampaignStatus, Paradigm, Strategy, TaskTypeKey, Uncertainty
from annotation.flow import Flow, flow_body
from annotation.models import Campaign
from annotation.selectors.campaigns import (
    campaign_overlap,
    campaign_questions,
    campaign_quotas,
    campaign_strata,
)
from annotation.serializers.about import AboutSerializer
from annotation.serializers.asking import AskingSerializer, check_asking
from annotation.serializers.entry import EntrySerializer, check_entry
from annotation.serializers.flow import FlowSerializer
from annotation.serializers.translations import TranslationsField, fitting_translations
from annotation.specs import CampaignSpec
from annotation.task_types import ScaleProblem, task_type_of

KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")
# These are columns of the annotators table of every dataset.
RESERVED_QUESTION_KEYS = ("annotator_id", "profile_version")
# These are pages of their own beside a campaign's.
RESERVED_SLUGS = ("new", "imports")
MOST_PER_ITEM = 10_000
MOST_TITLE = 200
MOST_SEATS = 2**31 - 1
DEFAULT_CRITERION = task_type_of(TaskTypeKey.PAIRWISE).default_criterion
DEFAULT_CONSENT = {
    "text": (
        "I take part of my own free will and can stop at any time. My judgments are stored "
        "under a pseudonym and may be used and published for research."
    ),
    "purposes": [],
    "on_withdrawal": OnWithdrawal.ERASE.value,
}


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


def with_defaults(attrs: dict[str, Any]) -> dict[str, Any]:
    attrs = {
        **attrs,
        "criteria": attrs.get("criteria") or [task_type_of(attrs["task_type"]).default_criterion],
        "asking": attrs.get("asking") or Asking().body(),
        "questions": attrs.get("questions") or [],
        "strata": attrs.get("strata") or [],
        "consent": attrs.get("consent") or dict(DEFAULT_CONSENT),
        "item_strata": attrs.get("item_strata") or [],
        "quotas": attrs.get("quotas") or [],
        "excludes": attrs.get("excludes") or [],
        "about": attrs.get("about") or {},
        "flow": attrs.get("flow") or asdict(Flow()),
        "entry": attrs.get("entry") or Entry().body(),
        "translations": attrs.get("translations") or {},
        "adaptive": attrs.get("adaptive"),
    }
    if not allocated_or_targeted(attrs):
        raise serializers.ValidationError(
            {"overlap": _("Say how many judgments each item needs, here or by strata.")}
        )
    return attrs


def allocated_or_targeted(attrs: dict[str, Any]) -> bool:
    return bool(attrs.get("overlap")) or any(one["target"] is not None for one in attrs["strata"])


def refuse_repeats(keys: list[str]) -> None:
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise serializers.ValidationError(
            _("Used twice: %(keys)s.") % {"keys": ", ".join(repeated)}
        )


def refuse_unknown_fields(data: Any, known: Collection[str]) -> None:
    """A misspelt setting would silently be its default."""
    unknown = [str(key) for key in data if key not in known] if isinstance(data, dict) else []
    if unknown:
        raise serializers.ValidationError(
            {key: _("A campaign has no such setting.") for key in unknown}
        )


def check_people(attrs: dict[str, Any]) -> None:
    """Strata and quotas must be defined over the questions that the campaign asks."""
    options = {
        question["key"]: {option["key"] for option in question["options"]}
        for question in attrs["questions"]
    }
    for part in ("strata", "quotas"):
        refuse_repeats([one["key"] for one in attrs[part]])
        for number, one in enumerate(attrs[part]):
            check_where(f"{part}.{number}.where", one["where"], options)
    check_branching(attrs["questions"])
    shares = attrs["about"].get("population_shares", {})
    wanted = {key: list(shares_of) for key, shares_of in shares.items()}
    check_where("about.population_shares", wanted, options)


def check_branching(questions: list[dict[str, Any]]) -> None:
    """A question may wait for answers to questions before it, and only for those."""
    options: dict[str, set[str]] = {}
    for number, question in enumerate(questions):
        for key, wanted in question.get("show_if", {}).items():
            unknown = [one for one in wanted if one not in options.get(key, set())]
            if key not in options or unknown:
                named = key if key not in options else f"{key}: {', '.join(unknown)}"
                raise serializers.ValidationError(
                    {
                        f"questions.{number}.show_if": _("Not asked before this question: %s.")
                        % named
                    }
                )
        options[question["key"]] = {option["key"] for option in question["options"]}


def check_scales(attrs: dict[str, Any]) -> None:
    """Each criterion's scale by its task type, in the form in which it is stored."""
    task_type = task_type_of(attrs["task_type"])
    for number, criterion in enumerate(attrs["criteria"]):
        try:
            criterion["scale"] = task_type.clean_scale(criterion["scale"])
        except ScaleProblem as problem:
            raise serializers.ValidationError(
                {f"criteria.{number}.scale": str(problem)}
            ) from problem


def check_where(path: str, where: dict[str, list[str]], options: dict[str, set[str]]) -> None:
    for key, wanted in where.items():
        unknown = [one for one in wanted if one not in options.get(key, set())]
        if key not in options or unknown:
            named = key if key not in options else f"{key}: {', '.join(unknown)}"
            raise serializers.ValidationError({path: _("Not asked by this campaign: %s.") % named})


def check_targets(attrs: dict[str, Any]) -> None:
    """Targets for all strata or for none, and by item strata that the campaign has."""
    refuse_repeats([one["key"] for one in attrs["item_strata"]])
    known = {one["key"] for one in attrs["item_strata"]}
    without = [one["target"] is None for one in attrs["strata"]]
    for number, stratum in enumerate(attrs["strata"]):
        if any(without) and not all(without) and stratum["target"] is None:
            raise serializers.ValidationError(
                {f"strata.{number}.target": _("Give every stratum a target, or none.")}
            )
        unknown = sorted(set(stratum["targets"]) - known)
        if unknown or (stratum["targets"] and all(without)):
            problem = _("No such item strata, or the overlap is allocated: %s.")
            raise serializers.ValidationError(
                {f"strata.{number}.targets": problem % ", ".join(unknown or stratum["targets"])}
            )


def check_purposes(attrs: dict[str, Any]) -> None:
    """A question may only be bound to a purpose that the consent names."""
    known = {purpose["key"] for purpose in attrs["consent"]["purposes"]}
    for number, question in enumerate(attrs["questions"]):
        if question["purpose"] and question["purpose"] not in known:
            raise serializers.ValidationError(
                {f"questions.{number}.purpose": _("The consent has no such purpose.")}
            )


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
