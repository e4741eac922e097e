from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign

DEFAULT_LEAST = 5
SMALLEST_LEAST = 2
LARGEST_LEAST = 100


class AnalysisRule(models.Model):
    """From how many annotators on a campaign's groups are shown; without a row, the default."""

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="analysis_rule"
    )
    least_annotators = models.PositiveSmallIntegerField(
        _("annotators in each group that is shown, at least"),
        default=DEFAULT_LEAST,
        validators=[MinValueValidator(SMALLEST_LEAST), MaxValueValidator(LARGEST_LEAST)],
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("analysis rule")
        verbose_name_plural = _("analysis rules")

    def __str__(self) -> str:
        return f"analysis rule of {self.campaign_id}"
