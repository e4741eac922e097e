"""Making and revoking entry links."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import CampaignStatus, PlatformKey
from annotation.errors import Conflict
from annotation.models import Campaign, EntryLink
from annotation.platforms.panel import link_key

MOST_LINKS = 200


def create_entry_link(campaign: Campaign, spec: Mapping[str, Any], *, by: User) -> EntryLink:
    """A new door into the campaign, from a validated spec. Raises `Conflict` for a closed one."""
    if campaign.status == CampaignStatus.CLOSED:
        raise Conflict(_("A closed campaign takes nobody in."), code="campaign-closed")
    if campaign.entry_links.count() >= MOST_LINKS:
        raise Conflict(_("A campaign has at most 200 entry links."), code="too-many-links")
    with transaction.atomic():
        link = EntryLink.objects.create(campaign=campaign, created_by=by, **spec)
        record(Deed.LINK_MADE, campaign=campaign, thing=link, by=by, name=link.name)
    return link


def revoke_entry_link(link: EntryLink) -> EntryLink:
    """Close the door; who is inside stays, and is sent back when done."""
    with transaction.atomic():
        open_one = EntryLink.objects.filter(pk=link.pk, revoked_at=None)
        if open_one.update(revoked_at=timezone.now()):
            record(Deed.LINK_REVOKED, campaign=link.campaign_id, thing=link, name=link.name)
    link.refresh_from_db()
    return link


def renew_key(link: EntryLink) -> str:
    """Another key for a panel's signed links; what was signed with the old one is refused."""
    if link.platform != PlatformKey.PANEL:
        raise Conflict(_("Only links of panels are signed."), code="not-signed")
    with transaction.atomic():
        EntryLink.objects.filter(pk=link.pk).update(key_version=F("key_version") + 1)
        link.refresh_from_db(fields=["key_version"])
        record(Deed.LINK_KEY, campaign=link.campaign_id, thing=link, name=link.name)
    return link_key(link)
