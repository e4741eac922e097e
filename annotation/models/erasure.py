from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.campaign import Campaign
from annotation.models.job import Job


class Erasure(Job):
    """The job that erases what a person gave to a campaign, or altogether: their tombstone.

    Without a campaign it is everything, the account too. `judgments` and `assignments` count what
    was erased, so that what is missing elsewhere stays explicable; what stays as nobody's is not
    counted, since the number would tell whose it was. It is never called off.
    """

    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="erasures"
    )
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.PROTECT, related_name="erasures"
    )
    judgments = models.PositiveIntegerField(_("judgments"), default=0)
    assignments = models.PositiveIntegerField(_("assignments"), default=0)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["annotator", "campaign"], name="one_erasure_each"),
            models.UniqueConstraint(
                fields=["annotator"], condition=Q(campaign=None), name="one_erasure_altogether"
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
