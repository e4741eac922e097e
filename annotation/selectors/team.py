"""Who works on a campaign, and who is invited to: a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from annotation.enums import CampaignRole
from annotation.models import Campaign, CampaignMembership, Invitation


@dataclass(frozen=True)
class Member:
    """One person of a team. `number` is their membership's; None for whom the campaign belongs to.

    `since` is when they came into the team, or when their campaign was made.
    """

    number: int | None
    user: User
    role: CampaignRole
    since: datetime

    @property
    def is_holder(self) -> bool:
        return self.number is None


def members_of(campaign: Campaign) -> list[Member]:
    """Whom the campaign belongs to, and then everybody else in the order in which they came."""
    holder = Member(None, campaign.owner, CampaignRole.OWNER, campaign.created_at)
    others = CampaignMembership.objects.filter(campaign=campaign).select_related("user")
    return [
        holder,
        *(Member(one.pk, one.user, CampaignRole(one.role), one.added_at) for one in others),
    ]


def open_invitations(campaign: Campaign) -> QuerySet[Invitation]:
    """Invitations by which somebody may still come in, newest first."""
    return campaign.invitations.filter(
        revoked_at=None, expires_at__gt=timezone.now(), taken__lt=F("most")
    ).select_related("created_by")
