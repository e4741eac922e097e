"""The only roads from a person to campaigns and what belongs to them.

Whatever a person may not reach looks exactly like what does not exist.
"""

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import annotator_of
from accounts.enums import Role
from accounts.models import Annotator, User
from accounts.standing import Given, StandingQuery
from annotation.enums import CampaignStatus, OpenTo
from annotation.errors import NotFound
from annotation.models import (
    Arrival,
    Assignment,
    Campaign,
    EntryLink,
    ItemImport,
    JudgmentImport,
    Message,
    ModelJudgmentImport,
    NoticeDelivery,
    NoticeTarget,
    Seat,
)

T = TypeVar("T")
VISIBLE_TO_ANNOTATORS = (CampaignStatus.OPEN, CampaignStatus.PAUSED, CampaignStatus.CLOSED)

OWN_SEAT = StandingQuery(
    "own_seat",
    lambda: Seat.objects.select_related("campaign__guideline", "stratum").filter(
        campaign__slug=Given("slug"),
        annotator__user=Given("user"),
        annotator__user__role=Role.ANNOTATOR,
    ),
)
OWN_ASSIGNMENT = StandingQuery(
    "own_assignment",
    lambda: Assignment.objects.select_related("campaign", "guideline").filter(
        pk=Given("assignment"),
        annotator__user=Given("user"),
        annotator__user__role=Role.ANNOTATOR,
    ),
)


def campaigns_run_by(user: User) -> QuerySet[Campaign]:
    """Campaigns that this person manages: all for admins, their own for researchers."""
    if user.is_admin:
        return Campaign.objects.all()
    if user.is_researcher:
        return Campaign.objects.filter(owner=user)
    return Campaign.objects.none()


def managed_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for a person who manages it. Raises `NotFound`."""
    campaign = (
        campaigns_run_by(user)
        .select_related("guideline", "consent_document", "questionnaire", "owner", "group_rule")
        .filter(slug=slug)
        .first()
    )
    return found(campaign)


def campaigns_shown_to(user: User) -> QuerySet[Campaign]:
    """Campaigns an annotator may know of: open ones, and those they have a seat in.

    Of campaigns for people of entry links, those only who have come; who came by a link knows of
    nothing else.
    Those they have withdrawn from are none of theirs any more.
    """
    annotator = annotator_of(user)
    if annotator is None:
        return Campaign.objects.none()
    own = Seat.objects.filter(annotator=annotator)
    left = own.filter(withdrawn_at__isnull=False).values("campaign")
    return campaigns_known_to(user, annotator).exclude(pk__in=left)


def campaigns_known_to(user: User, annotator: Annotator) -> QuerySet[Campaign]:
    if user.is_guest:
        came_into = Arrival.objects.filter(annotator=annotator).values("campaign")
        return Campaign.objects.filter(status__in=VISIBLE_TO_ANNOTATORS, pk__in=came_into)
    joined = Seat.objects.filter(annotator=annotator).values("campaign")
    to_everyone = ~Q(entry__open_to=OpenTo.LINKS.value) | Q(entry__open_to__isnull=True)
    return Campaign.objects.filter(
        Q(to_everyone, status=CampaignStatus.OPEN)
        | Q(status__in=VISIBLE_TO_ANNOTATORS, pk__in=joined)
    )


def shown_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for an annotator who may know of it. Raises `NotFound`."""
    campaign = (
        campaigns_shown_to(user)
        .select_related("guideline", "consent_document", "questionnaire")
        .filter(slug=slug)
        .first()
    )
    return found(campaign)


def readable_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for whoever may read about it in either role. Raises `NotFound`."""
    return shown_campaign(user, slug) if user.is_annotator else managed_campaign(user, slug)


def own_seat(user: User, slug: str) -> Seat:
    """The annotator's own seat in a campaign. Raises `NotFound`."""
    return found(OWN_SEAT.first(slug=slug, user=user.pk))


def standing_seat(user: User, slug: str) -> Seat:
    """The annotator's own seat, unless they have withdrawn from it. Raises `NotFound`."""
    seat = own_seat(user, slug)
    return found(None if seat.withdrawn_at else seat)


def own_assignment(user: User, pk: int) -> Assignment:
    """The annotator's own assignment, with its campaign. Raises `NotFound`."""
    return found(OWN_ASSIGNMENT.first(assignment=pk, user=user.pk))


def managed_import(user: User, pk: int) -> ItemImport:
    """An import into a campaign that this person manages. Raises `NotFound`."""
    item_import = (
        ItemImport.objects.select_related("campaign")
        .filter(pk=pk, campaign__in=campaigns_run_by(user))
        .first()
    )
    return found(item_import)


def managed_judgment_import(user: User, pk: int) -> JudgmentImport:
    """An import of judgments into a campaign that this person manages. Raises `NotFound`."""
    judgment_import = (
        JudgmentImport.objects.select_related("campaign")
        .filter(pk=pk, campaign__in=campaigns_run_by(user))
        .first()
    )
    return found(judgment_import)


def managed_model_import(user: User, pk: int) -> ModelJudgmentImport:
    """An import of models' answers into a campaign that this person manages. Raises `NotFound`."""
    model_import = (
        ModelJudgmentImport.objects.select_related("campaign")
        .filter(pk=pk, campaign__in=campaigns_run_by(user))
        .first()
    )
    return found(model_import)


def managed_entry_link(user: User, slug: str, pk: int) -> EntryLink:
    """An entry link of a campaign that this person manages. Raises `NotFound`."""
    link = EntryLink.objects.select_related("campaign").filter(
        pk=pk, campaign__slug=slug, campaign__in=campaigns_run_by(user)
    )
    return found(link.first())


def managed_notice_target(user: User, slug: str, pk: int) -> NoticeTarget:
    """A target of notices, in use, of a campaign that this person manages. Raises `NotFound`."""
    campaign = managed_campaign(user, slug)
    target = NoticeTarget.objects.filter(pk=pk, campaign=campaign, removed_at=None).first()
    if target:
        target.campaign = campaign
    return found(target)


def managed_delivery(user: User, slug: str, pk: int) -> NoticeDelivery:
    """A delivery of a notice of a campaign that this person manages. Raises `NotFound`."""
    campaign = managed_campaign(user, slug)
    delivery = NoticeDelivery.objects.select_related("target", "notice").filter(
        pk=pk, notice__campaign=campaign
    )
    return found(delivery.first())


def managed_message(user: User, slug: str, pk: int) -> Message:
    """A message to annotators of a campaign that this person manages. Raises `NotFound`."""
    campaign = managed_campaign(user, slug)
    message = Message.objects.select_related("created_by").filter(pk=pk, campaign=campaign).first()
    if message:
        message.campaign = campaign
    return found(message)


def managed_seat(user: User, slug: str, pseudonym: str) -> Seat:
    """An annotator's seat in a campaign that this person manages. Raises `NotFound`.

    Who has withdrawn is not there any more.
    """
    campaign = managed_campaign(user, slug)
    seat = (
        Seat.objects.filter(
            campaign=campaign,
            annotator__pseudonym=pseudonym,
            withdrawn_at=None,
            annotator__withdrawn_at=None,
        )
        .select_related("annotator__imported", "stratum")
        .first()
    )
    if seat:
        seat.campaign = campaign
    return found(seat)


def found(thing: T | None) -> T:
    if thing is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return thing
