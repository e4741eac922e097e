from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign


class Population(models.Model):
    """Whom a campaign's people should speak for: shares of a population by answers.

    `margins` are `{"question", "shares": {option key: share}}`, the shares of each adding up to
    one. Raking weights people so that all margins hold.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="populations")
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=300, blank=True)
    margins = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reference population")
        verbose_name_plural = _("reference populations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="one_population_per_name")
        ]

    def __str__(self) -> str:
        return self.name
