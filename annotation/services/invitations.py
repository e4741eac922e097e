"""Inviting people into a campaign's team: signed, expiring, limited and revocable."""

import hmac
from datetime import timedelta
from typing import Any, TypeVar

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.deeds import Deed
from accounts.enums import Role
from accounts.models import User
from accounts.services.trail import record
from accounts.services.users import create_user
from annotation.access import has_right
from annotation.enums import ROLES_WITH, CampaignRole, Right
from annotation.errors import Conflict, NotFound
from annotation.models import Campaign, CampaignMembership, Invitation
from annotation.models.invitation import Offer
from annotation.selectors.team import open_invitations
from annotation.services.team import lock_team

SALT = "annotation.invitation"
MOST_DAYS = 30
MOST_PEOPLE = 50
MOST_OPEN = 50
OfferT = TypeVar("OfferT", bound=Offer)
# The first of a list of roles is the one with the fewest rights.
RANK = {role: rank for rank, role in enumerate(ROLES_WITH[Right.VIEW])}


def invite(
    campaign: Campaign,
    *,
    role: CampaignRole,
    email: str = "",
    most: int = 1,
    days: int = 7,
    by: User,
) -> Invitation:
    """A new invitation: to this e-mail alone, or without one to the first `most` who come.

    Raises `Conflict` where too many are open.
    """
    with transaction.atomic():
        campaign = lock_team(campaign.pk)
        if open_invitations(campaign).count() >= MOST_OPEN:
            raise too_many_open()
        invitation = Invitation.objects.create(
            campaign=campaign,
            role=role,
            email=email.strip(),
            most=1 if email else most,
            expires_at=timezone.now() + timedelta(days=days),
            created_by=by,
        )
        record_invitation(Deed.INVITED, invitation, by=by, expires_at=invitation.expires_at)
    return invitation


def record_invitation(deed: Deed, invitation: Invitation, by: User | None, **details: Any) -> None:
    """Put into the trail what became of an invitation; one by link is for so many."""
    record(
        deed,
        campaign=invitation.campaign_id,
        thing=invitation,
        by=by,
        whom=invitation.email or str(invitation.most),
        role=invitation.role,
        **details,
    )


def revoke_invitation(invitation: Invitation) -> None:
    """Let nobody in by it any more; who has come in stays."""
    with transaction.atomic():
        not_yet = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
        if not_yet.update(revoked_at=timezone.now()):
            record_invitation(Deed.INVITATION_REVOKED, invitation, by=None)


def too_many_open() -> Conflict:
    return Conflict(
        ngettext(
            "There is %(most)s open invitation. Revoke it before you make more.",
            "There are %(most)s open invitations. Revoke some before you make more.",
            MOST_OPEN,
        )
        % {"most": MOST_OPEN},
        code="too-many-invitations",
    )


def signer(salt: str) -> Signer:
    return Signer(salt=salt, sep=".")


def offer_token(offer: Offer, salt: str) -> str:
    """The secret part of an offer's address, signed for what the offer is into."""
    return signer(salt).sign(f"{offer.pk}-{offer.nonce}")


def invitation_token(invitation: Invitation) -> str:
    """The secret part of its address; whoever has it can come in while it is open."""
    return offer_token(invitation, SALT)


def offered(token: str, salt: str, known: QuerySet[OfferT]) -> OfferT:
    """The open offer of a token among these. Raises `NotFound` for every other; all look alike."""
    refusal = NotFound(_("This invitation is not valid, or no longer."))
    try:
        number, _dash, nonce = signer(salt).unsign(token).partition("-")
    except BadSignature:
        raise refusal from None
    offer = known.filter(pk=int(number)).first()
    if offer is None or not hmac.compare_digest(offer.nonce, nonce) or not offer.is_open:
        raise refusal
    return offer


def invited_by(token: str) -> Invitation:
    """The open invitation of a token. Raises `NotFound` for every other; all look alike."""
    invitation = offered(token, SALT, Invitation.objects.select_related("campaign", "created_by"))
    if not still_may_invite(invitation):
        raise NotFound(_("This invitation is not valid, or no longer."))
    return invitation


def still_may_invite(invitation: Invitation) -> bool:
    """Whether who gave the invitation is an owner of the campaign to this day, or an admin."""
    inviter = invitation.created_by
    if inviter is None or not inviter.is_active:
        return False
    if inviter.is_admin:
        return True
    mine = Campaign.objects.filter(has_right(inviter, Right.OWN), pk=invitation.campaign_id)
    return mine.exists()


def why_not_accepted(invitation: Offer, user: User) -> str:
    """What keeps this person from coming in; empty where nothing does."""
    if user.is_annotator:
        return _(
            "This account judges for campaigns, so it cannot see what others judged. Sign out and "
            "make an account for this invitation with another e-mail."
        )
    if invitation.email and invitation.email.lower() != user.email.lower():
        return _("This invitation is for another e-mail. Sign in with the account that has it.")
    return ""


def refuse_unfit(invitation: Offer, user: User) -> None:
    """Raise `Conflict` for who may not come in by it."""
    if problem := why_not_accepted(invitation, user):
        raise Conflict(problem, code="not-invited")


def accept_invitation(invitation: Invitation, user: User) -> CampaignMembership | None:
    """Come into the team with the role offered; who has one already keeps the higher of both.

    None for whom the campaign belongs to. Takes none of the invitation's places where nothing
    changes. Raises `Conflict` for who may not, and where the last place has just been taken.
    """
    refuse_unfit(invitation, user)
    with transaction.atomic():
        campaign = lock_team(invitation.campaign_id)
        # Two who come at once by a link for one: the second finds no place.
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if not invitation.is_open:
            raise Conflict(_("This invitation is not valid, or no longer."), code="not-open")
        if campaign.owner_id == user.pk:
            return None
        role = CampaignRole(invitation.role)
        membership, is_new = CampaignMembership.objects.get_or_create(
            campaign=campaign,
            user=user,
            defaults={"role": role, "added_by": invitation.created_by},
        )
        if not is_new:
            if RANK[CampaignRole(membership.role)] >= RANK[role]:
                return membership
            membership.role = role
            membership.save(update_fields=["role"])
        invitation.taken += 1
        invitation.save(update_fields=["taken"])
        record_invitation(Deed.INVITATION_ACCEPTED, invitation, by=user)
    return membership


def sign_up_invited(invitation: Invitation, email: str, password: str) -> User:
    """A researcher's account for who was invited, in the team at once.

    An invitation to an e-mail is for that e-mail, whatever else was sent. Raises `Conflict`
    where the e-mail is in use, or the last place has just been taken: then there is no account.
    """
    with transaction.atomic():
        user = create_user(invitation.email or email, password, role=Role.RESEARCHER)
        accept_invitation(invitation, user)
    return user
