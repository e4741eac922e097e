from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Participant(models.Model):
    """Who a crowd platform's participant is here: a keyed hash of their id, never the id itself.

    The same id of the same platform is the same annotator, in every campaign.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    annotator = models.OneToOneField(
        "accounts.Annotator", on_delete=models.CASCADE, related_name="participant"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return f"participant {self.pk}"
