"""A campaign as annotators would see it, saved or not. Nothing here is stored."""

from annotation.entry import entry_of
from annotation.library.samples import sample_item
from annotation.models import Assignment, Campaign
from annotation.services.campaigns import set_plain_fields
from annotation.services.rehearsing import rehearsal
from annotation.specs import CampaignSpec

# Of an assignment that exists in memory only; none in the database has this id.
NOWHERE = 0


def previewed(campaign: Campaign, spec: CampaignSpec) -> Campaign:
    """The campaign, or a new one, as it would be with the parts in `spec`; not to be saved."""
    set_plain_fields(campaign, spec)
    return campaign


def previewed_assignment(campaign: Campaign) -> Assignment:
    """An item to show: the campaign's first, else its first practice item, else a sample."""
    item = campaign.items.order_by("pk").first() if campaign.pk else None
    if item:
        order = list(item.responses.values_list("external_id", flat=True))
        return Assignment(pk=NOWHERE, campaign=campaign, item=item, presented_order=order)
    practice = entry_of(campaign).practice
    shown = practice[0] if practice else sample_item(campaign.task_type)
    assignment = rehearsal(campaign, shown, NOWHERE)
    assignment.pk = NOWHERE
    return assignment
