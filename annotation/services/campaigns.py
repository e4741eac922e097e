"""Creating, changing, opening, pausing and closing campaigns."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.enums import OnWithdrawal
from accounts.models import User
from accounts.services.consents import create_document
from accounts.services.questionnaires import create_questionnaire
from accounts.services.trail import record
from annotation.access import campaigns_run_by
from annotation.asking import Asking
from annotation.entry import entry_of, who_may_come_in
from annotation.enums import CampaignStatus, Right
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign, Guideline
from annotation.rendering import render_markdown
from annotation.selectors.campaigns import (
    campaign_overlap,
    campaign_questions,
    campaign_quotas,
    campaign_strata,
)
from annotation.services.strata import (
    align_strata,
    allocates,
    frozen,
    lay_strata,
    set_quotas,
)
from annotation.specs import AskingSpec, CampaignSpec, ConsentSpec

# Changing these once people may have answered would mix two designs in one dataset.
FROZEN_AFTER_OPENING = (
    "slug",
    "task_type",
    "paradigm",
    "criteria",
    "questions",
    "item_strata",
    "quotas",
    "asking",
)
# Changing these lays coverage anew, or brings it to other targets.
NEEDS_PLANNING = ("questions", "strata", "overlap", "item_strata")
PLAIN_FIELDS = (
    *("slug", "title", "paradigm", "task_type", "criteria", "strategy", "lease_minutes"),
    *("repeat_rate", "max_per_annotator", "max_per_day", "max_per_session"),
    *("session_break_minutes", "seat_hours", "item_strata", "about", "flow", "entry", "asking"),
    "translations",
)
TRANSITIONS = {
    CampaignStatus.OPEN: (CampaignStatus.DRAFT, CampaignStatus.PAUSED),
    CampaignStatus.PAUSED: (CampaignStatus.OPEN,),
    CampaignStatus.CLOSED: (CampaignStatus.OPEN, CampaignStatus.PAUSED),
}

MOVES = {
    CampaignStatus.OPEN: Deed.CAMPAIGN_OPENED,
    CampaignStatus.PAUSED: Deed.CAMPAIGN_PAUSED,
    CampaignStatus.CLOSED: Deed.CAMPAIGN_CLOSED,
}


def create_campaign(
    owner: User, spec: CampaignSpec, *, copied_from: Campaign | None = None
) -> Campaign:
    """Create a draft campaign from a complete, validated spec; `copied_from` is for the trail.

    Raises `Conflict` where the slug is in use.
    """
    try:
        with transaction.atomic():
            campaign = Campaign(owner=owner)
            set_plain_fields(campaign, spec)
            campaign.questionnaire = create_questionnaire(spec["questions"])
            campaign.consent_document = create_document(
                spec["consent"]["text"],
                spec["consent"]["purposes"],
                translations=translations_under(campaign, "consent"),
                on_withdrawal=spec["consent"].get("on_withdrawal", OnWithdrawal.ERASE),
            )
            campaign.save(force_insert=True)
            write_guideline(campaign, spec["guideline"])
            change_design(campaign, spec)
            set_exclusions(campaign, spec["excludes"], by=owner)
            record_made(campaign, copied_from)
    except IntegrityError as error:
        raise slug_in_use(spec["slug"]) from error
    return campaign


def record_made(campaign: Campaign, copied_from: Campaign | None) -> None:
    said: dict[str, Any] = {"slug": campaign.slug, "title": campaign.title}
    if copied_from is not None:
        record(Deed.CAMPAIGN_COPIED, campaign=copied_from, by=campaign.owner, into=campaign.slug)
        said["copied_from"] = copied_from.slug
    record(Deed.CAMPAIGN_MADE, campaign=campaign, by=campaign.owner, **said)


def hold_campaign(campaign: Campaign) -> None:
    """Let no other transaction change the campaign's settings until this one has ended."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def change_campaign(campaign: Campaign, spec: CampaignSpec, *, by: User | None = None) -> Campaign:
    """Change the parts of a campaign that `spec` names, as its owner unless `by` says otherwise.

    Raises `Conflict` naming the parts that are frozen since the campaign was opened.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.opened_at:
            refuse_frozen(campaign, spec)
        refuse_other_task_type(campaign, spec)
        before = parts_of(campaign, spec)
        try:
            with transaction.atomic():
                set_plain_fields(campaign, spec)
                change_documents(campaign, spec)
                campaign.save()
        except IntegrityError as error:
            raise slug_in_use(spec.get("slug", campaign.slug)) from error
        change_design(campaign, spec)
        if "excludes" in spec:
            set_exclusions(campaign, spec["excludes"], by=by or campaign.owner)
        after = parts_of(campaign, spec)
        if changed := [name for name, part in after.items() if part != before[name]]:
            record(Deed.CAMPAIGN_CHANGED, campaign=campaign, by=by, parts=", ".join(changed))
    return campaign


def parts_of(campaign: Campaign, spec: CampaignSpec) -> dict[str, object]:
    """What tells whether a part of the campaign has changed, for each part that `spec` names.

    Of documents it is the version, of which each change makes a new one.
    """
    parts: dict[str, object] = {
        name: getattr(campaign, name) for name in PLAIN_FIELDS if name in spec
    }
    parts |= {
        "guideline": campaign.guideline_id,
        "questions": campaign.questionnaire_id if "questions" in spec else None,
        "consent": campaign.consent_document_id,
    }
    if {"strata", "overlap"} & set(spec):
        parts["strata"] = campaign_strata(campaign)
        parts["overlap"] = campaign_overlap(campaign)
    if "adaptive" in spec:
        parts["adaptive"] = (
            campaign.adaptive_budget,
            campaign.adaptive_most,
            campaign.adaptive_measure,
        )
    if "quotas" in spec:
        parts["quotas"] = campaign_quotas(campaign)
    if "excludes" in spec:
        parts["excludes"] = sorted(campaign.excludes.values_list("pk", flat=True))
    return parts


def set_plain_fields(campaign: Campaign, spec: CampaignSpec) -> None:
    for field in PLAIN_FIELDS:
        if field in spec:
            setattr(campaign, field, spec[field])  # type: ignore[literal-required]
    adaptive = spec.get("adaptive")
    if adaptive:
        campaign.adaptive_budget = adaptive["budget"]
        campaign.adaptive_most = adaptive["most"]
        campaign.adaptive_measure = adaptive["measure"]


def change_documents(campaign: Campaign, spec: CampaignSpec) -> None:
    """New versions of guideline, questionnaire and consent, each only where it differs.

    What prepares people for judging goes with the guideline: other questions about it, or other
    practice, are another version.
    """
    current = campaign.guideline
    text = spec.get("guideline", current.text if current else "")
    if (
        current is None
        or text != current.text
        or entry_of(campaign).preparation != current.preparation
        or guideline_translations(campaign) != current.translations
    ):
        write_guideline(campaign, text)
    if "questions" in spec:
        campaign.questionnaire = create_questionnaire(
            spec["questions"], series=campaign.questionnaire.series
        )
    if "consent" in spec or "translations" in spec:
        change_consent(campaign, spec)


def change_consent(campaign: Campaign, spec: CampaignSpec) -> None:
    current = campaign.consent_document
    asked: ConsentSpec = {
        "text": current.text,
        "purposes": current.purposes,
        "on_withdrawal": current.on_withdrawal,
    }
    wanted: ConsentSpec = {**asked, **spec.get("consent", asked)}
    translations = translations_under(campaign, "consent")
    if wanted != asked or translations != current.translations:
        campaign.consent_document = create_document(
            wanted["text"],
            wanted["purposes"],
            series=current.series,
            translations=translations,
            on_withdrawal=wanted["on_withdrawal"],
        )


def translations_under(campaign: Campaign, *parts: str) -> dict[str, dict[str, str]]:
    """The translations of some parts of the campaign, for the document that has these parts."""
    chosen = {
        language: {path: text for path, text in texts.items() if path.partition(".")[0] in parts}
        for language, texts in campaign.translations.items()
    }
    return {language: texts for language, texts in chosen.items() if texts}


def guideline_translations(campaign: Campaign) -> dict[str, dict[str, str]]:
    """What a version of the guideline has of the translations, its safe HTML among them."""
    translations = translations_under(campaign, "guideline", "entry")
    for texts in translations.values():
        if "guideline" in texts:
            texts["html"] = render_markdown(texts["guideline"])
    return translations


def write_guideline(campaign: Campaign, text: str) -> None:
    newest = campaign.guidelines.aggregate(newest=Max("version"))["newest"] or 0
    campaign.guideline = Guideline.objects.create(
        campaign=campaign,
        version=newest + 1,
        text=text,
        html=render_markdown(text),
        preparation=entry_of(campaign).preparation,
        translations=guideline_translations(campaign),
    )
    campaign.save(update_fields=["guideline"])


def change_design(campaign: Campaign, spec: CampaignSpec) -> None:
    """Strata, overlap, item strata and quotas: anew in a draft, aligned once it was opened."""
    if campaign.opened_at:
        align_design(campaign, spec)
        return
    if "quotas" in spec:
        set_quotas(campaign, spec["quotas"])
    if not {"strata", "overlap", "item_strata"} & set(spec):
        return
    strata = spec.get("strata", campaign_strata(campaign))
    if strata and not allocates(strata):
        campaign.overlap = None  # their targets decide
    else:
        # Without a new overlap, an item goes on to need as many judgments as before.
        campaign.overlap = spec.get("overlap") or campaign_overlap(campaign)
    campaign.save(update_fields=["overlap"])
    lay_strata(campaign, strata)


def align_design(campaign: Campaign, spec: CampaignSpec) -> None:
    if "strata" in spec and spec["strata"] != campaign_strata(campaign):
        align_strata(campaign, spec["strata"])
    overlap = spec.get("overlap")
    if overlap and overlap != campaign_overlap(campaign):
        stratum = campaign.strata.filter(is_implicit=True).first()
        if stratum is None:
            raise frozen("overlap")
        stratum.target = stratum.expected = campaign.overlap = overlap
        stratum.save(update_fields=["target", "expected"])
        campaign.save(update_fields=["overlap"])


def set_exclusions(campaign: Campaign, slugs: Sequence[str], *, by: User) -> None:
    """Campaigns whose people may not join this one; raises `Unfit` for one that is not there.

    Those that are excluded already may stay, whosever they are.
    """
    known = Q(pk__in=campaigns_run_by(by, Right.VIEW).values("pk")) | Q(excluded_by=campaign)
    found = {one.slug: one for one in Campaign.objects.filter(known, slug__in=slugs)}
    missing = [slug for slug in slugs if slug not in found or slug == campaign.slug]
    if missing:
        raise Unfit(
            _("Only other campaigns of yours can be excluded. Nothing was changed."),
            fields={"excludes": _("No such campaign: %(slugs)s.") % {"slugs": ", ".join(missing)}},
        )
    campaign.excludes.set(found.values())


def refuse_frozen(campaign: Campaign, spec: CampaignSpec) -> None:
    current = frozen_values(campaign)
    named = [field for field in FROZEN_AFTER_OPENING if field in spec]
    changed = [field for field in named if spec[field] != current[field]]  # type: ignore[literal-required]
    if "entry" in spec and who_may_come_in(spec["entry"]) != who_may_come_in(campaign.entry):
        changed.append("entry")
    if changed:
        raise frozen(*changed)


def frozen_values(campaign: Campaign) -> CampaignSpec:
    """What the frozen parts are, so that sending them back unchanged is no change."""
    return {
        "slug": campaign.slug,
        "task_type": campaign.task_type,
        "paradigm": campaign.paradigm,
        "criteria": campaign.criteria,
        "questions": campaign_questions(campaign),
        "item_strata": campaign.item_strata,
        "quotas": campaign_quotas(campaign),
        "asking": cast(AskingSpec, Asking.of(campaign.asking).body()),
    }


def refuse_other_task_type(campaign: Campaign, spec: CampaignSpec) -> None:
    """Items were checked for the task type they were imported under."""
    wanted = spec.get("task_type", campaign.task_type)
    if wanted != campaign.task_type and campaign.items.exists():
        raise Conflict(
            _("The task type stays as it is once a campaign has items. Nothing was changed."),
            code="has-items",
        )


def slug_in_use(slug: str) -> Conflict:
    return Conflict(
        _('The address "%(slug)s" is taken; choose another.') % {"slug": slug}, code="slug-in-use"
    )


def open_campaign(campaign: Campaign) -> Campaign:
    """Let annotators in: draft or paused → open."""
    return move_campaign(campaign, CampaignStatus.OPEN)


def pause_campaign(campaign: Campaign) -> Campaign:
    """Stop serving; answers to what is already on screens are still taken: open → paused."""
    return move_campaign(campaign, CampaignStatus.PAUSED)


def close_campaign(campaign: Campaign) -> Campaign:
    """End the campaign for good; answers to what is on screens are taken until leases lapse."""
    return move_campaign(campaign, CampaignStatus.CLOSED)


def move_campaign(campaign: Campaign, status: CampaignStatus) -> Campaign:
    """Move along draft → open ⇄ paused → closed; repeating the last move changes nothing."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.status == status:
            return campaign
        if campaign.status not in TRANSITIONS[status]:
            raise Conflict(
                _("A campaign that is %(status)s cannot become %(wanted)s.")
                % {"status": campaign.get_status_display(), "wanted": CampaignStatus(status).label},
                code="wrong-state",
            )
        if status == CampaignStatus.OPEN and has_ended(campaign):
            raise Conflict(
                _("The campaign’s end has passed; extend it before you open it."), code="has-ended"
            )
        if status == CampaignStatus.OPEN and campaign.archived_at:
            raise Conflict(_("This campaign is archived. Bring it back first."), code="archived")
        campaign.status = status
        if status == CampaignStatus.OPEN:
            campaign.opened_at = campaign.opened_at or timezone.now()
        if status == CampaignStatus.CLOSED:
            campaign.closed_at = timezone.now()
        campaign.save(update_fields=["status", "opened_at", "closed_at"])
        record(MOVES[status], campaign=campaign)
    return campaign


def has_ended(campaign: Campaign) -> bool:
    """Whether the moment has passed at which the campaign was to be paused."""
    return campaign.ends_at is not None and campaign.ends_at <= timezone.now()
