"""The people of a campaign: roles, leaving, and handing the campaign over."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import CampaignRole
from annotation.errors import Conflict, NotFound
from annotation.models import Campaign, CampaignMembership, Invitation


def change_role(membership: CampaignMembership, role: CampaignRole) -> CampaignMembership:
    """Give somebody of the team another role; it holds from their next request on."""
    with transaction.atomic():
        lock_team(membership.campaign_id)
        membership = standing(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        if before != role:
            record(
                Deed.ROLE_CHANGED,
                campaign=membership.campaign_id,
                thing=membership.user,
                email=membership.user.email,
                role=role,
                before=before,
            )
    return membership


def remove_member(membership: CampaignMembership, *, deed: Deed = Deed.MEMBER_REMOVED) -> None:
    """Take somebody out of the team, and with them the invitations that they gave."""
    with transaction.atomic():
        lock_team(membership.campaign_id)
        membership = standing(membership)
        open_ones = Invitation.objects.filter(
            campaign=membership.campaign_id, created_by=membership.user_id, revoked_at=None
        )
        open_ones.filter(taken__lt=F("most")).update(revoked_at=timezone.now())
        membership.delete()
        gone = membership.user
        record(deed, campaign=membership.campaign_id, thing=gone, email=gone.email)


def leave_campaign(campaign: Campaign, user: User) -> None:
    """Take oneself out of the team. Raises `Conflict` for whom the campaign belongs to."""
    if campaign.owner_id == user.pk:
        raise Conflict(
            _("This campaign is yours. Hand it over to somebody else before you leave."),
            code="holds-campaign",
        )
    membership = CampaignMembership.objects.filter(campaign=campaign, user=user).first()
    if membership is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    remove_member(membership, deed=Deed.MEMBER_LEFT)


def transfer_campaign(campaign: Campaign, membership: CampaignMembership, *, by: User) -> Campaign:
    """Hand the campaign over to somebody of its team; who had it stays as one of its owners.

    Only who has it may, and admins. Raises `Conflict` for others, and for whoever comes second of
    two who do it at once.
    """
    with transaction.atomic():
        campaign = lock_team(campaign.pk)
        if campaign.owner_id != by.pk and not by.is_admin:
            raise Conflict(
                _("Only the person whom the campaign belongs to can hand it over."),
                code="not-holder",
            )
        membership = standing(membership)
        if membership.campaign_id != campaign.pk:
            raise NotFound(_("There is nothing here, or it is not yours to see."))
        former, campaign.owner = campaign.owner, membership.user
        membership.delete()
        campaign.save(update_fields=["owner"])
        CampaignMembership.objects.create(
            campaign=campaign, user=former, role=CampaignRole.OWNER, added_by=by
        )
        record(
            Deed.CAMPAIGN_TRANSFERRED,
            campaign=campaign,
            thing=campaign.owner,
            by=by,
            email=campaign.owner.email,
            before=former.email,
        )
    return campaign


def lock_team(campaign_id: int) -> Campaign:
    """The campaign, its team taken in turn by everybody who changes it."""
    return Campaign.objects.select_for_update(no_key=True, of=("self",)).get(pk=campaign_id)


def standing(membership: CampaignMembership) -> CampaignMembership:
    """The membership as it is now. Raises `NotFound` where it ended in the meantime."""
    found = CampaignMembership.objects.select_related("user").filter(pk=membership.pk).first()
    if found is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found
