from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Annotator(models.Model):
    """A person judging. Researchers know annotators by pseudonym only.

    Who has withdrawn altogether stays as a row without anything that tells who it was.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="annotator"
    )
    pseudonym = models.CharField(_("pseudonym"), max_length=20, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("annotator")
        verbose_name_plural = _("annotators")

    def __str__(self) -> str:
        return self.pseudonym
