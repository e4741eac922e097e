"""Setting from how many people on a campaign's groups are told of."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.errors import Unfit
from annotation.models import Campaign, GroupRule
from annotation.models.group_rule import LARGEST_LEAST, SMALLEST_LEAST


@transaction.atomic
def set_least_people(
    campaign: Campaign, least: int, *, changed_by: User, field: str = "least_people"
) -> GroupRule:
    """Set the campaign's smallest group.

    Whoever runs the campaign may ask for more; asking for less than stands is for admins. Raises
    `PermissionDenied`, and `Unfit` naming `field` where the number is out of bounds.
    """
    if not SMALLEST_LEAST <= least <= LARGEST_LEAST:
        raise Unfit(_("This is not possible."), fields={field: out_of_bounds()})
    # Taken in turn by everybody who sets this campaign's rule.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    rule = GroupRule.objects.filter(campaign=campaign).first() or GroupRule()
    # Told to the campaign at hand too, which may have read another number before.
    rule.campaign = campaign
    if least < rule.least_people and not changed_by.is_admin:
        raise PermissionDenied
    before = rule.least_people
    rule.least_people, rule.changed_by, rule.changed_at = least, changed_by, timezone.now()
    if rule.pk is None or least != before:
        record(
            Deed.CAMPAIGN_LEAST_PEOPLE,
            campaign=campaign,
            by=changed_by,
            least=least,
            before=before,
        )
    rule.save()
    return rule


def out_of_bounds() -> str:
    """Which numbers are possible, for people."""
    return _("Give a number from %(from)s to %(to)s.") % {
        "from": SMALLEST_LEAST,
        "to": LARGEST_LEAST,
    }
