from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from exports.models.snapshot import Snapshot


class ReleasePolicy(models.Model):
    """What a campaign asks of its public releases, beside its rule on small groups.

    Without a row, the defaults.
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="release_policy"
    )
    needs_approval = models.BooleanField(
        _("a second person approves public releases"), default=False
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("release policy")
        verbose_name_plural = _("release policies")

    def __str__(self) -> str:
        return f"release policy of {self.campaign_id}"


class Approval(models.Model):
    """A second person's word on a release; given once, and kept."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="approval")
    approved = models.BooleanField(_("approved"))
    note = models.TextField(_("note"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"approval of snapshot {self.snapshot_id}"
