from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from exports.enums import TextKind, TextVerdict


class TextDecision(models.Model):
    """A reviewer's word on one text that a person wrote; the newest on a text counts.

    `row` is the number of the judgment or assignment, and no link, since that may be gone; `place`
    tells which note of it. `sha256` is of the text that was read: should it be another one, the
    decision says nothing. `cuts` are the parts to hide, [start, end) in characters. What was
    written is never kept here.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="text_decisions")
    kind = models.CharField(max_length=6, choices=TextKind)
    row = models.BigIntegerField()
    place = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(_("verdict"), max_length=6, choices=TextVerdict)
    cuts = models.JSONField(default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("decision on a text")
        verbose_name_plural = _("decisions on texts")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "row", "place", "id"], name="decisions_by_text")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.kind} {self.row}"
