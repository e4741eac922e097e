"""From how many annotators on a campaign's groups are shown."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from analysis.errors import Unfit
from analysis.models import AnalysisRule
from analysis.models.rule import DEFAULT_LEAST, LARGEST_LEAST, SMALLEST_LEAST
from annotation.models import Campaign


def least_annotators(campaign: Campaign) -> int:
    """The campaign's minimum group size."""
    rule = AnalysisRule.objects.filter(campaign=campaign).first()
    return rule.least_annotators if rule else DEFAULT_LEAST


@transaction.atomic
def set_least_annotators(campaign: Campaign, least: int, *, changed_by: User) -> AnalysisRule:
    """Set the campaign's minimum group size.

    Whoever runs the campaign may ask for more; asking for less than stands is for admins. Raises
    `PermissionDenied`, and `Unfit` where the number is out of bounds.
    """
    if not SMALLEST_LEAST <= least <= LARGEST_LEAST:
        raise Unfit(
            _("This is not possible."),
            fields={
                "least_annotators": _("Give a number from %(from)s to %(to)s.")
                % {"from": SMALLEST_LEAST, "to": LARGEST_LEAST}
            },
        )
    # Taken in turn by everybody who sets this campaign's rule.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    rule = AnalysisRule.objects.filter(campaign=campaign).first()
    rule = rule or AnalysisRule(campaign=campaign)
    if least < rule.least_annotators and not changed_by.is_admin:
        raise PermissionDenied
    rule.least_annotators, rule.changed_by, rule.changed_at = least, changed_by, timezone.now()
    rule.save()
    return rule
