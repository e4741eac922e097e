from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models import Job
from exports.models.moment import Moment


class Comparison(Job):
    """What changed from one moment to another, worked out by a worker where moments are large.

    `body` is counts, and the lowest numbers of the judgments concerned
    (`exports.services.comparing`). Progress is counted in judgments read.
    """

    older = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="+")
    newer = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="comparisons")
    body = models.JSONField(null=True)

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        constraints = [
            models.UniqueConstraint(fields=["older", "newer"], name="one_comparison_of_moments")
        ]

    def __str__(self) -> str:
        return f"moment {self.newer_id} since {self.older_id}"
