from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from exports.models.snapshot import Snapshot


class Withdrawal(models.Model):
    """A person who has withdrawn: nothing of theirs is in any snapshot made from then on.

    From one campaign, or without one from all. `annotator_id` is their number and no link, since
    their row may be gone. Once `files_erased_at` is set, no frozen file has rows of theirs.
    """

    annotator_id = models.BigIntegerField()
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.CASCADE, related_name="withdrawals"
    )
    files_erased_at = models.DateTimeField(null=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotator_id", "campaign"], name="one_withdrawal_each"
            ),
            models.UniqueConstraint(
                fields=["annotator_id"],
                condition=models.Q(campaign=None),
                name="one_withdrawal_altogether",
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class HeldRows(models.Model):
    """A snapshot that was made before a withdrawal and holds rows of that person."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.CASCADE, related_name="held")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="withdrawn_rows")
    judgments = models.PositiveIntegerField(_("judgments"))
    assignments = models.PositiveIntegerField(_("assignments"))

    class Meta:
        verbose_name = _("rows of a withdrawn person")
        verbose_name_plural = _("rows of withdrawn people")
        constraints = [
            models.UniqueConstraint(
                fields=["withdrawal", "snapshot"], name="one_mark_per_withdrawal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} in {self.snapshot_id}"
