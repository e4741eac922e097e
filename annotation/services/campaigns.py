"""Creating, changing, opening, pausing and closing campaigns."""

from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.services.consents import create_document
from accounts.services.questionnaires import create_questionnaire
from annotation.enums import CampaignStatus
from annotation.errors import Conflict
from annotation.models import Campaign, Guideline, Stratum
from annotation.rendering import render_markdown
from annotation.selectors.campaigns import campaign_overlap
from annotation.specs import CampaignSpec, StratumSpec

EVERYBODY = "everyone"
# Changing these once people may have answered would mix two designs in one dataset.
FROZEN_AFTER_OPENING = (
    "slug",
    "task_type",
    "paradigm",
    "criteria",
    "questions",
    "strata",
    "overlap",
)
PLAIN_FIELDS = (
    *("slug", "title", "paradigm", "task_type", "criteria", "strategy", "lease_minutes"),
    *("repeat_rate", "max_per_annotator"),
)
TRANSITIONS = {
    CampaignStatus.OPEN: (CampaignStatus.DRAFT, CampaignStatus.PAUSED),
    CampaignStatus.PAUSED: (CampaignStatus.OPEN,),
    CampaignStatus.CLOSED: (CampaignStatus.OPEN, CampaignStatus.PAUSED),
}


def create_campaign(owner: User, spec: CampaignSpec) -> Campaign:
    """Create a draft campaign from a complete, validated spec.

    Raises `Conflict` where the slug is in use.
    """
    try:
        with transaction.atomic():
            campaign = Campaign(owner=owner)
            set_plain_fields(campaign, spec)
            campaign.questionnaire = create_questionnaire(spec["questions"])
            campaign.consent_document = create_document(
                spec["consent"]["text"], spec["consent"]["purposes"]
            )
            campaign.save(force_insert=True)
            write_guideline(campaign, spec["guideline"])
            replace_strata(campaign, spec["strata"], spec.get("overlap"))
    except IntegrityError as error:
        raise slug_in_use(spec["slug"]) from error
    return campaign


def change_campaign(campaign: Campaign, spec: CampaignSpec) -> Campaign:
    """Change the parts of a campaign that `spec` names.

    Raises `Conflict` naming the parts that are frozen since the campaign was opened.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.opened_at:
            refuse_frozen(spec)
        refuse_other_task_type(campaign, spec)
        try:
            with transaction.atomic():
                set_plain_fields(campaign, spec)
                change_documents(campaign, spec)
                campaign.save()
        except IntegrityError as error:
            raise slug_in_use(spec.get("slug", campaign.slug)) from error
        change_strata(campaign, spec)
    return campaign


def set_plain_fields(campaign: Campaign, spec: CampaignSpec) -> None:
    for field in PLAIN_FIELDS:
        if field in spec:
            setattr(campaign, field, spec[field])  # type: ignore[literal-required]


def change_documents(campaign: Campaign, spec: CampaignSpec) -> None:
    """New versions of guideline, questionnaire and consent, each only where it differs."""
    if "guideline" in spec and (
        campaign.guideline is None or spec["guideline"] != campaign.guideline.text
    ):
        write_guideline(campaign, spec["guideline"])
    if "questions" in spec:
        campaign.questionnaire = create_questionnaire(
            spec["questions"], series=campaign.questionnaire.series
        )
    if "consent" in spec:
        change_consent(campaign, spec)


def change_consent(campaign: Campaign, spec: CampaignSpec) -> None:
    current = campaign.consent_document
    wanted = spec["consent"]
    if wanted["text"] != current.text or list(wanted["purposes"]) != list(current.purposes):
        campaign.consent_document = create_document(
            wanted["text"], wanted["purposes"], series=current.series
        )


def write_guideline(campaign: Campaign, text: str) -> None:
    newest = campaign.guidelines.aggregate(newest=Max("version"))["newest"] or 0
    campaign.guideline = Guideline.objects.create(
        campaign=campaign, version=newest + 1, text=text, html=render_markdown(text)
    )
    campaign.save(update_fields=["guideline"])


def change_strata(campaign: Campaign, spec: CampaignSpec) -> None:
    """New strata where the spec names them; overlap alone speaks only where there are none."""
    if "strata" in spec:
        # Without strata and a new overlap, an item goes on to need as many judgments as before.
        overlap = spec.get("overlap") or campaign_overlap(campaign)
        replace_strata(campaign, spec["strata"], overlap)
    elif spec.get("overlap") and campaign.strata.filter(is_implicit=True).exists():
        replace_strata(campaign, [], spec["overlap"])


def replace_strata(campaign: Campaign, strata: Sequence[StratumSpec], overlap: int | None) -> None:
    """Lay the strata anew while nobody has a seat; what was planned for old ones goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM annotation_coverage WHERE stratum_id IN "
            "(SELECT id FROM annotation_stratum WHERE campaign_id = %s)",
            [campaign.pk],
        )
        cursor.execute("DELETE FROM annotation_stratum WHERE campaign_id = %s", [campaign.pk])
    if not strata:
        Stratum.objects.create(
            campaign=campaign, key=EVERYBODY, target=overlap or 1, is_implicit=True
        )
        return
    Stratum.objects.bulk_create(
        Stratum(
            campaign=campaign,
            key=stratum["key"],
            where=stratum["where"],
            target=stratum["target"],
            quota=stratum.get("quota"),
            position=position,
        )
        for position, stratum in enumerate(strata)
    )


def refuse_frozen(spec: CampaignSpec) -> None:
    frozen = [field for field in FROZEN_AFTER_OPENING if field in spec]
    if frozen:
        raise Conflict(
            f"Frozen since the campaign was opened: {', '.join(frozen)}. Nothing was changed.",
            code="frozen",
        )


def refuse_other_task_type(campaign: Campaign, spec: CampaignSpec) -> None:
    """Items were checked for the task type they were imported under."""
    wanted = spec.get("task_type", campaign.task_type)
    if wanted != campaign.task_type and campaign.items.exists():
        raise Conflict(
            "The task type stays as it is once a campaign has items. Nothing was changed.",
            code="has-items",
        )


def slug_in_use(slug: str) -> Conflict:
    return Conflict(f'The address "{slug}" is taken; choose another.', code="slug-in-use")


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
                f"A campaign that is {campaign.status} cannot become {status}.",
                code="wrong-state",
            )
        campaign.status = status
        if status == CampaignStatus.OPEN:
            campaign.opened_at = campaign.opened_at or timezone.now()
        if status == CampaignStatus.CLOSED:
            campaign.closed_at = timezone.now()
        campaign.save(update_fields=["status", "opened_at", "closed_at"])
    return campaign
