from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from policies.enums import Importance, Likelihood


class BoundsSetting(models.Model):
    """What a campaign says of its bounds; without a row, the defaults.

    `applies_to_training` is whether rules of tier 2 hold in every training file, or only where one
    is asked for within bounds.
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="bounds_setting"
    )
    applies_to_training = models.BooleanField(
        _("rules of tier 2 hold in every training file"), default=True
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("bounds of a campaign")
        verbose_name_plural = _("bounds of campaigns")

    def __str__(self) -> str:
        return f"bounds of {self.campaign_id}"


class RegisterEntry(models.Model):
    """What a campaign's owner says of one heading of the risk–benefit register."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="register")
    key = models.CharField(max_length=32)
    likelihood = models.CharField(
        _("likelihood"), max_length=8, choices=Likelihood, blank=True, default=Likelihood.OPEN
    )
    importance = models.CharField(
        _("importance"), max_length=8, choices=Importance, blank=True, default=Importance.OPEN
    )
    note = models.TextField(_("note"), blank=True)
    mitigation = models.TextField(_("what is done about it"), blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_register_entry_per_key")
        ]

    def __str__(self) -> str:
        return self.key
