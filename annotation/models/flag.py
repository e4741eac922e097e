from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import Flag
from annotation.models.judgment import Judgment


class JudgmentFlag(models.Model):
    """A circumstance of a judgment, worked out from it alone and its person's own judgments.

    Beside the judgment, which never changes. It removes nothing and rejects nobody.
    """

    judgment = models.ForeignKey(
        Judgment, on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    flag = models.CharField(max_length=14, choices=Flag)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            models.UniqueConstraint(fields=["judgment", "flag"], name="one_flag_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.flag} on {self.judgment_id}"
