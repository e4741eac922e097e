from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Response
from policies.enums import VerdictKind
from policies.models.rule import Rule, RuleVersion


class Verdict(models.Model):
    """Somebody's word on whether a response keeps to a rule; the newest counts, all are kept.

    The database refuses changes, but for the author's name once they have left. `by_admin` is
    whether an admin spoke: on rules of tier 1 their word goes before researchers'.
    """

    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="verdicts", db_index=False
    )
    version = models.ForeignKey(
        RuleVersion, on_delete=models.CASCADE, related_name="verdicts", db_index=False
    )
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="verdicts")
    verdict = models.CharField(_("verdict"), max_length=8, choices=VerdictKind)
    reason = models.TextField(_("reason"), blank=True)
    by_admin = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="verdicts"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["rule", "response", "id"], name="verdicts_by_rule")]

    def __str__(self) -> str:
        return f"verdict {self.pk}"
