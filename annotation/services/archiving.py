"""Putting campaigns aside and taking them up again. Nothing of them changes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.services.trail import record
from annotation.enums import CampaignStatus
from annotation.errors import Conflict
from annotation.models import Campaign


def archive_campaign(campaign: Campaign) -> Campaign:
    """Take the campaign out of lists; repeating it changes nothing.

    Raises `Conflict` for one that is open: people would go on judging what nobody looks at.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.status == CampaignStatus.OPEN:
            raise Conflict(
                _("An open campaign cannot be archived. Pause or close it first."),
                code="wrong-state",
            )
        if campaign.archived_at is None:
            campaign.archived_at = timezone.now()
            campaign.save(update_fields=["archived_at"])
            record(Deed.CAMPAIGN_ARCHIVED, campaign=campaign)
    return campaign


def restore_campaign(campaign: Campaign) -> Campaign:
    """Bring the campaign back into lists; repeating it changes nothing."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.archived_at is not None:
            campaign.archived_at = None
            campaign.save(update_fields=["archived_at"])
            record(Deed.CAMPAIGN_RESTORED, campaign=campaign)
    return campaign
