from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from values.models.taxonomy import Taxonomy


class ValueSample(models.Model):
    """Texts drawn from a corpus that people are to label in a campaign of their own.

    Without a taxonomy they are asked by the built-in one.
    """

    corpus = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="value_samples")
    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="sampled_from")
    taxonomy = models.ForeignKey(
        Taxonomy, null=True, on_delete=models.PROTECT, related_name="samples"
    )
    size = models.PositiveIntegerField(_("texts"))
    seed = models.BigIntegerField(_("seed"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sample of texts")
        verbose_name_plural = _("samples of texts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.size} texts of {self.corpus_id}"
