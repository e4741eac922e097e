from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import ReportKind
from annotation.models.campaign import Campaign
from annotation.models.coverage import Assignment
from annotation.models.item import Item, Response


class Report(models.Model):
    """An annotator's word that an item, or one response of it, is harmful or unfit to be shown.

    It says nothing of how the item is judged. One person reports the same thing once: saying it
    again changes the note.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reports")
    response = models.ForeignKey(
        Response, null=True, on_delete=models.PROTECT, related_name="reports"
    )
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="reports"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "response", "kind"],
                nulls_distinct=False,
                name="one_report_of_a_kind",
            )
        ]
        indexes = [models.Index(fields=["campaign", "id"], name="reports_by_campaign")]

    def __str__(self) -> str:
        return f"report {self.pk}"
