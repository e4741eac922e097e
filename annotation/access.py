"""The only roads from a person to campaigns and what belongs to them.

Whatever a person may not reach looks exactly like what does not exist.
"""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from accounts.access import annotator_of
from accounts.enums import Role
from accounts.models import Annotator, User
from accounts.standing import Given, StandingQuery
from annotation.enums import ROLES_WITH, CampaignStatus, OpenTo, OrganisationRole, Right
from annotation.errors import NotFound
from annotation.models import (
    Arrival,
    Assignment,
    Campaign,
    CampaignMembership,
    EntryLink,
    GivenFile,
    Invitation,
    ItemImport,
    JudgmentImport,
    Message,
    ModelJudgmentImport,
    NoticeDelivery,
    NoticeTarget,
    Organisation,
    OrganisationCampaign,
    OrganisationInvitation,
    OrganisationMembership,
    Seat,
)

T = TypeVar("T")
P = TypeVar("P", bound=Model)
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


def campaigns_run_by(user: User, right: Right = Right.OWN) -> QuerySet[Campaign]:
    """Campaigns in which this person has at least this right: all for admins.

    Who asks for no right in particular asks for that of owners. By a token for one campaign there
    is no other.
    """
    found = Campaign.objects.all()
    if user.limited_to is not None:
        found = found.filter(pk=user.limited_to)
    if user.is_admin:
        return found
    if user.is_researcher:
        return found.filter(has_right(user, right))
    return found.none()


def has_right(user: User, right: Right, campaign: str = "") -> Q:
    """The condition on a campaign, or on what leads to one by `campaign`, a path of fields."""
    path = f"{campaign}__" if campaign else ""
    roles = CampaignMembership.objects.filter(user=user, role__in=ROLES_WITH[right])
    placed = placed_for(user, right)
    return (
        Q((f"{path}owner", user))
        | Q((f"{path}pk__in", roles.values("campaign")))
        | Q((f"{path}pk__in", placed.values("campaign")))
    )


def placed_for(user: User, right: Right) -> QuerySet[OrganisationCampaign]:
    """Campaigns in which an organisation gives this person the right.

    Who administers it has that of owners in all of its campaigns, its members may view those that
    say so.
    """
    through = Q(
        organisation__memberships__user=user,
        organisation__memberships__role=OrganisationRole.ADMIN,
    )
    if right == Right.VIEW:
        through |= Q(organisation__memberships__user=user, members_read=True)
    return OrganisationCampaign.objects.filter(through).order_by()


def right_of(user: User, campaign: str = "") -> Combinable:
    """The right of a person who may at least view, as a column."""
    if user.is_admin:
        return Value(Right.OWN.value)
    return Case(
        *(
            When(has_right(user, right, campaign), then=Value(right.value))
            for right in (Right.OWN, Right.EDIT)
        ),
        default=Value(Right.VIEW.value),
    )


def check_right(campaign: Campaign, right: Right) -> None:
    """Raise `PermissionDenied` for who may view a campaign found here, and no more."""
    if campaign.right < right:
        raise PermissionDenied


def managed_campaign(user: User, slug: str, right: Right = Right.OWN) -> Campaign:
    """The campaign, for a person who has this right in it.

    Raises `NotFound` for who may not even view it, `PermissionDenied` for who may.
    """
    campaign = found(
        campaigns_run_by(user, Right.VIEW)
        .select_related("guideline", "consent_document", "questionnaire", "owner", "group_rule")
        .annotate(held=right_of(user))
        .filter(slug=slug)
        .first()
    )
    campaign.right = campaign.held
    check_right(campaign, right)
    return campaign


def managed_part(parts: QuerySet[P], user: User, right: Right = Right.OWN) -> P:
    """What belongs to a campaign, for a person who has this right in it; raises likewise."""
    part = found(
        parts.select_related("campaign")
        .filter(campaign__in=campaigns_run_by(user, Right.VIEW))
        .annotate(right=right_of(user, "campaign"))
        .first()
    )
    part.campaign.right = part.right  # type: ignore[attr-defined]
    check_right(part.campaign, right)  # type: ignore[attr-defined]
    return part


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
    if user.is_annotator:
        return shown_campaign(user, slug)
    return managed_campaign(user, slug, Right.VIEW)


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


def managed_import(user: User, pk: int, right: Right = Right.OWN) -> ItemImport:
    """An import into a campaign in which this person has this right; raises likewise."""
    return managed_part(ItemImport.objects.filter(pk=pk), user, right)


def managed_given_file(user: User, pk: int, right: Right = Right.OWN) -> GivenFile:
    """A file given for such a campaign, which is not imported yet."""
    return managed_part(GivenFile.objects.filter(pk=pk), user, right)


def managed_judgment_import(user: User, pk: int, right: Right = Right.OWN) -> JudgmentImport:
    """An import of judgments into such a campaign."""
    return managed_part(JudgmentImport.objects.filter(pk=pk), user, right)


def managed_model_import(user: User, pk: int, right: Right = Right.OWN) -> ModelJudgmentImport:
    """An import of models' answers into such a campaign."""
    return managed_part(ModelJudgmentImport.objects.filter(pk=pk), user, right)


def imports_into(user: User, slug: str, right: Right = Right.OWN) -> QuerySet[ItemImport]:
    """Imports of items into a campaign in which this person has this right."""
    return managed_campaign(user, slug, right).imports.select_related("campaign")


def judgment_imports_into(
    user: User, slug: str, right: Right = Right.OWN
) -> QuerySet[JudgmentImport]:
    """Imports of judgments into such a campaign."""
    return managed_campaign(user, slug, right).judgment_imports.select_related("campaign")


def managed_entry_link(user: User, slug: str, pk: int, right: Right = Right.OWN) -> EntryLink:
    """An entry link of such a campaign."""
    return managed_part(EntryLink.objects.filter(pk=pk, campaign__slug=slug), user, right)


def managed_member(user: User, slug: str, pk: int) -> CampaignMembership:
    """Somebody's membership in a campaign that this person is an owner of."""
    memberships = CampaignMembership.objects.filter(pk=pk, campaign__slug=slug)
    return managed_part(memberships.select_related("user"), user, Right.OWN)


def managed_invitation(user: User, slug: str, pk: int) -> Invitation:
    """An invitation into such a campaign."""
    return managed_part(Invitation.objects.filter(pk=pk, campaign__slug=slug), user, Right.OWN)


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Organisations that this person is in; for admins of the installation all of them.

    By a token for one campaign there is none.
    """
    if user.limited_to is not None or not user.runs_campaigns:
        return Organisation.objects.none()
    mine = OrganisationMembership.objects.filter(user=user).values("organisation")
    return Organisation.objects.all() if user.is_admin else Organisation.objects.filter(pk__in=mine)


def own_organisation(user: User, slug: str, *, to_administer: bool = False) -> Organisation:
    """An organisation of this person's.

    Raises `NotFound` for who is not in it, `PermissionDenied` for who is, but may not administer it
    where that is asked for.
    """
    administering = OrganisationMembership.objects.filter(
        organisation=OuterRef("pk"), user=user, role=OrganisationRole.ADMIN
    )
    known = organisations_of(user).annotate(administers=Exists(administering))
    organisation = found(known.filter(slug=slug).first())
    organisation.is_administered = user.is_admin or organisation.administers
    if to_administer and not organisation.is_administered:
        raise PermissionDenied
    return organisation


def placeable_organisation(user: User, campaign: Campaign, slug: str) -> Organisation:
    """An organisation that an owner of the campaign may let it belong to.

    One of their own, or the one that it belongs to. Raises `NotFound`.
    """
    placed = Organisation.objects.filter(placements__campaign=campaign, slug=slug).first()
    return placed or own_organisation(user, slug)


def managed_organisation_member(user: User, slug: str, pk: int) -> OrganisationMembership:
    """Somebody's membership in an organisation that this person administers; raises likewise."""
    organisation = own_organisation(user, slug, to_administer=True)
    return found(organisation.memberships.select_related("user").filter(pk=pk).first())


def managed_organisation_invitation(user: User, slug: str, pk: int) -> OrganisationInvitation:
    """An invitation into such an organisation; raises likewise."""
    organisation = own_organisation(user, slug, to_administer=True)
    return found(organisation.invitations.filter(pk=pk).first())


def managed_notice_target(user: User, slug: str, pk: int) -> NoticeTarget:
    """A target of notices, in use, of a campaign that this person may edit; raises likewise."""
    campaign = managed_campaign(user, slug, Right.EDIT)
    target = NoticeTarget.objects.filter(pk=pk, campaign=campaign, removed_at=None).first()
    if target:
        target.campaign = campaign
    return found(target)


def managed_delivery(user: User, slug: str, pk: int) -> NoticeDelivery:
    """A delivery of a notice of a campaign that this person may edit; raises likewise."""
    campaign = managed_campaign(user, slug, Right.EDIT)
    delivery = NoticeDelivery.objects.select_related("target", "notice").filter(
        pk=pk, notice__campaign=campaign
    )
    return found(delivery.first())


def managed_message(user: User, slug: str, pk: int) -> Message:
    """A message to annotators of a campaign that this person may edit; raises likewise."""
    campaign = managed_campaign(user, slug, Right.EDIT)
    message = Message.objects.select_related("created_by").filter(pk=pk, campaign=campaign).first()
    if message:
        message.campaign = campaign
    return found(message)


def managed_seat(user: User, slug: str, pseudonym: str) -> Seat:
    """An annotator's seat in a campaign that this person may view. Raises `NotFound`.

    Who has withdrawn is not there any more.
    """
    campaign = managed_campaign(user, slug, Right.VIEW)
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
