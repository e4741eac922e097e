"""Steering a campaign that people work in: until when, how many judgments, how many people."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.services.trail import record
from annotation.enums import CampaignStatus
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign
from annotation.services.campaigns import change_campaign
from annotation.specs import CampaignSpec


def set_end(campaign: Campaign, ends_at: datetime | None) -> Campaign:
    """Until when the campaign is open; it is paused then, and never closed by itself.

    None: until somebody pauses or closes it. Raises `Unfit` for an end that has passed.
    """
    if ends_at is not None and ends_at <= timezone.now():
        raise Unfit(
            _("Nothing was changed."), fields={"ends_at": _("Give a moment that is to come.")}
        )
    with transaction.atomic():
        changed = Campaign.objects.filter(pk=campaign.pk).exclude(status=CampaignStatus.CLOSED)
        if not changed.update(ends_at=ends_at):
            raise Conflict(_("A closed campaign stays closed."), code="campaign-closed")
        record(Deed.CAMPAIGN_END, campaign=campaign, ends_at=ends_at)
    campaign.ends_at = ends_at
    return campaign


def steer(campaign: Campaign, spec: CampaignSpec, **end: Any) -> Campaign:
    """Change targets, seats and limits, and with `ends_at` the end: all of it, or nothing."""
    with transaction.atomic():
        if "ends_at" in end and end["ends_at"] != campaign.ends_at:
            campaign = set_end(campaign, end["ends_at"])
        return change_campaign(campaign, spec) if spec else campaign
