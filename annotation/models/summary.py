from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.campaign import Campaign
from annotation.models.job import ENDED, Job


class Summary(Job):
    """The job that counts a campaign too large to be counted in a request, and what it counted.

    `body` holds the parts that pages show by name (`annotation.selectors.counting`), as of
    `counted_at`; `wanted` and `submitted` are its sums over all coverage.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="summaries")
    counted_at = models.DateTimeField(null=True)
    items = models.BigIntegerField(default=0)
    judgments = models.BigIntegerField(default=0)
    wanted = models.BigIntegerField(default=0)
    submitted = models.BigIntegerField(default=0)
    body = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=~Q(state__in=ENDED), name="one_summary_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"summary {self.pk}"
