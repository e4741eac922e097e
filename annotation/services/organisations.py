"""Organisations: made, named, their people, and the campaigns that belong to them."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import OrganisationRole
from annotation.errors import Conflict, NotFound
from annotation.models import (
    Campaign,
    Organisation,
    OrganisationCampaign,
    OrganisationInvitation,
    OrganisationMembership,
)
from annotation.services.campaigns import slug_in_use
from annotation.services.team import lock_team

# What stands in addresses where an organisation's slug would.
RESERVED = {"join"}


def create_organisation(name: str, slug: str, *, by: User) -> Organisation:
    """A new organisation, which its maker administers. Raises `Conflict` for a slug in use."""
    if slug in RESERVED:
        raise slug_in_use(slug)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(name=name, slug=slug)
            OrganisationMembership.objects.create(
                organisation=organisation, user=by, role=OrganisationRole.ADMIN, added_by=by
            )
            record(Deed.ORGANISATION_MADE, thing=organisation, by=by, name=name, slug=slug)
    except IntegrityError as error:
        raise slug_in_use(slug) from error
    return organisation


def rename_organisation(organisation: Organisation, name: str) -> Organisation:
    """Give it another name; its address stays."""
    with transaction.atomic():
        organisation = lock_organisation(organisation.pk)
        before, organisation.name = organisation.name, name
        if before != name:
            organisation.save(update_fields=["name"])
            record(Deed.ORGANISATION_RENAMED, thing=organisation, name=name, before=before)
    return organisation


def change_organisation_role(
    membership: OrganisationMembership, role: OrganisationRole
) -> OrganisationMembership:
    """Give a member another role. Raises `Conflict` for the last who administers it."""
    with transaction.atomic():
        lock_organisation(membership.organisation_id)
        membership = standing(membership)
        if membership.role == role:
            return membership
        refuse_last_admin(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        record(
            Deed.ORGANISATION_ROLE,
            thing=membership.organisation,
            email=membership.user.email,
            organisation=membership.organisation.name,
            role=role,
            before=before,
        )
    return membership


def remove_organisation_member(
    membership: OrganisationMembership, *, deed: Deed = Deed.ORGANISATION_REMOVED
) -> None:
    """Take somebody out, and with them the invitations that they gave.

    What they have in campaigns of their own right stays. Raises `Conflict` for the last who
    administers the organisation.
    """
    with transaction.atomic():
        lock_organisation(membership.organisation_id)
        membership = standing(membership)
        refuse_last_admin(membership)
        given = OrganisationInvitation.objects.filter(
            organisation=membership.organisation, created_by=membership.user, revoked_at=None
        )
        given.filter(taken__lt=F("most")).update(revoked_at=timezone.now())
        membership.delete()
        record(
            deed,
            thing=membership.organisation,
            email=membership.user.email,
            organisation=membership.organisation.name,
        )


def leave_organisation(organisation: Organisation, user: User) -> None:
    """Take oneself out. Raises `NotFound` for who is not in it, `Conflict` likewise."""
    membership = OrganisationMembership.objects.filter(organisation=organisation, user=user).first()
    if membership is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    remove_organisation_member(membership, deed=Deed.ORGANISATION_LEFT)


def place_campaign(
    campaign: Campaign, organisation: Organisation | None, *, members_read: bool
) -> OrganisationCampaign | None:
    """Let the campaign belong to an organisation, or to none; it stays whose it is.

    Who administers the organisation has the rights of owners in it from then on.
    """
    with transaction.atomic():
        campaign = lock_team(campaign.pk)
        placed = OrganisationCampaign.objects.select_related("organisation").filter(
            campaign=campaign
        )
        before = placed.first()
        if organisation is None:
            if before is not None:
                before.delete()
                record(
                    Deed.CAMPAIGN_TAKEN_OUT,
                    campaign=campaign,
                    thing=before.organisation,
                    organisation=before.organisation.name,
                )
            return None
        placement = before or OrganisationCampaign(campaign=campaign)
        if (placement.organisation_id, placement.members_read) == (organisation.pk, members_read):
            return placement
        placement.organisation, placement.members_read = organisation, members_read
        placement.save()
        record(
            Deed.CAMPAIGN_PLACED,
            campaign=campaign,
            thing=organisation,
            organisation=organisation.name,
            members_read=members_read,
        )
    return placement


def lock_organisation(pk: int) -> Organisation:
    """The organisation, its people taken in turn by everybody who changes them."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=pk)


def standing(membership: OrganisationMembership) -> OrganisationMembership:
    """The membership as it is now. Raises `NotFound` where it ended in the meantime."""
    known = OrganisationMembership.objects.select_related("user", "organisation")
    found = known.filter(pk=membership.pk).first()
    if found is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found


def refuse_last_admin(membership: OrganisationMembership) -> None:
    others = OrganisationMembership.objects.filter(
        organisation=membership.organisation, role=OrganisationRole.ADMIN
    ).exclude(pk=membership.pk)
    if membership.role == OrganisationRole.ADMIN and not others.exists():
        raise Conflict(
            _("Somebody has to administer the organisation. Give another member that role first."),
            code="last-admin",
        )
