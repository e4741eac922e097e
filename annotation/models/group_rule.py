from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models.campaign import Campaign

DEFAULT_LEAST = 5
SMALLEST_LEAST = 2
LARGEST_LEAST = 1000


class GroupRule(models.Model):
    """From how many people on a campaign's groups are told of; without a row, the default.

    One number for everything that tells of groups: pages, REST, files, reports and releases.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="group_rule")
    least_people = models.PositiveSmallIntegerField(
        _("people in a group that is told of, at least"),
        default=DEFAULT_LEAST,
        validators=[MinValueValidator(SMALLEST_LEAST), MaxValueValidator(LARGEST_LEAST)],
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rule on small groups")
        verbose_name_plural = _("rules on small groups")

    def __str__(self) -> str:
        return f"rule on small groups of {self.campaign_id}"


def least_people_of(campaign: Campaign) -> int:
    """The campaign's smallest group; without a query where `group_rule` was fetched with it."""
    rule = getattr(campaign, "group_rule", None)
    return rule.least_people if rule else DEFAULT_LEAST
