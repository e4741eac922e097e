"""Inviting people into an organisation, by the same signed links as into campaigns."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.enums import Role
from accounts.models import User
from accounts.services.trail import record
from accounts.services.users import create_user
from annotation.enums import OrganisationRole
from annotation.errors import Conflict, NotFound
from annotation.models import (
    Organisation,
    OrganisationInvitation,
    OrganisationMembership,
)
from annotation.selectors.organisations import open_invitations
from annotation.services.invitations import (
    MOST_OPEN,
    offer_token,
    offered,
    refuse_unfit,
    too_many_open,
)
from annotation.services.organisations import lock_organisation

SALT = "annotation.organisation-invitation"


def invite_into_organisation(
    organisation: Organisation,
    *,
    role: OrganisationRole,
    email: str = "",
    most: int = 1,
    days: int = 7,
    by: User,
) -> OrganisationInvitation:
    """A new invitation: to this e-mail alone, or without one to the first `most` who come.

    Raises `Conflict` where too many are open.
    """
    with transaction.atomic():
        organisation = lock_organisation(organisation.pk)
        if open_invitations(organisation).count() >= MOST_OPEN:
            raise too_many_open()
        invitation = OrganisationInvitation.objects.create(
            organisation=organisation,
            role=role,
            email=email.strip(),
            most=1 if email else most,
            expires_at=timezone.now() + timedelta(days=days),
            created_by=by,
        )
        record_offer(Deed.ORGANISATION_INVITED, invitation, expires_at=invitation.expires_at)
    return invitation


def record_offer(deed: Deed, invitation: OrganisationInvitation, **details: Any) -> None:
    """Put into the trail what became of an invitation into an organisation."""
    record(
        deed,
        thing=invitation.organisation,
        whom=invitation.email or str(invitation.most),
        organisation=invitation.organisation.name,
        role=invitation.role,
        **details,
    )


def revoke_organisation_invitation(invitation: OrganisationInvitation) -> None:
    """Let nobody in by it any more; who has come in stays."""
    with transaction.atomic():
        not_yet = OrganisationInvitation.objects.filter(pk=invitation.pk, revoked_at=None)
        if not_yet.update(revoked_at=timezone.now()):
            record_offer(Deed.ORGANISATION_INVITATION_REVOKED, invitation)


def organisation_token(invitation: OrganisationInvitation) -> str:
    """The secret part of its address; whoever has it can come in while it is open."""
    return offer_token(invitation, SALT)


def invited_into_organisation(token: str) -> OrganisationInvitation:
    """The open invitation of a token. Raises `NotFound` for every other; all look alike.

    One ends as well when who gave it does not administer the organisation any more.
    """
    known = OrganisationInvitation.objects.select_related("organisation", "created_by")
    invitation = offered(token, SALT, known)
    if not still_administers(invitation):
        raise NotFound(_("This invitation is not valid, or no longer."))
    return invitation


def still_administers(invitation: OrganisationInvitation) -> bool:
    inviter = invitation.created_by
    if inviter is None or not inviter.is_active:
        return False
    administers = OrganisationMembership.objects.filter(
        organisation=invitation.organisation, user=inviter, role=OrganisationRole.ADMIN
    )
    return inviter.is_admin or administers.exists()


def join_organisation(invitation: OrganisationInvitation, user: User) -> OrganisationMembership:
    """Come in with the role offered; who is in it already keeps the higher of both.

    Takes none of the invitation's places where nothing changes. Raises `Conflict` for who may not,
    and where the last place has just been taken.
    """
    refuse_unfit(invitation, user)
    with transaction.atomic():
        organisation = lock_organisation(invitation.organisation_id)
        invitation = (
            OrganisationInvitation.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=invitation.pk)
        )
        if not invitation.is_open:
            raise Conflict(_("This invitation is not valid, or no longer."), code="not-open")
        membership, is_new = OrganisationMembership.objects.get_or_create(
            organisation=organisation,
            user=user,
            defaults={"role": invitation.role, "added_by": invitation.created_by},
        )
        if not is_new:
            if membership.role in (OrganisationRole.ADMIN, invitation.role):
                return membership
            membership.role = invitation.role
            membership.save(update_fields=["role"])
        invitation.taken += 1
        invitation.save(update_fields=["taken"])
        record_offer(Deed.ORGANISATION_JOINED, invitation, by=user)
    return membership


def sign_up_into_organisation(
    invitation: OrganisationInvitation, email: str, password: str
) -> User:
    """A researcher's account for who was invited, in the organisation at once; raises likewise."""
    with transaction.atomic():
        user = create_user(invitation.email or email, password, role=Role.RESEARCHER)
        join_organisation(invitation, user)
    return user
