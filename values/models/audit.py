from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.enums import JobState
from annotation.models import Campaign, Job
from annotation.models.group_rule import least_people_of
from values.enums import Sides


class Audit(Job):
    """The values that a corpus carries, by a classifier trained on what people said of a sample.

    `campaign` is the corpus, `labels` the campaign of task type *values* with the labelled texts,
    `criterion` what it asked there. `parameters` is a `values.services.auditing.Parameters`.
    `last_judgment` and `last_item` bound what is read, so that a resumed audit reads the same;
    `inputs_sha256` tells whether it still does. `results` (`values.services.reporting`) and files
    exist only once the job is done. Progress is counted in items.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="audits")
    labels = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=64)
    sides = models.CharField(_("sides"), max_length=10, choices=Sides)
    parameters = models.JSONField(default=dict)
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)
    last_judgment = models.BigIntegerField(null=True, editable=False)
    last_item = models.BigIntegerField(null=True, editable=False)
    inputs_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    results = models.JSONField(null=True, editable=False)
    software_version = models.CharField(max_length=20, editable=False)

    class Meta:
        verbose_name = _("audit of values")
        verbose_name_plural = _("audits of values")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"audit {self.pk}"

    @property
    def tells_of_small_groups(self) -> bool:
        """Whether it was made when groups could be smaller than its campaigns allow by now."""
        least = max(least_people_of(self.campaign), least_people_of(self.labels))
        return bool(self.parameters["least_group"] < least)

    @property
    def is_told(self) -> bool:
        """Whether what it found may be shown: it is done, and groups are as large as they must."""
        is_done = self.state == JobState.DONE and self.results is not None
        return is_done and not self.tells_of_small_groups


class AuditFile(models.Model):
    """One published file of an audit; `rows` is empty for the report."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=100)
    bytes = models.BigIntegerField(_("bytes"))
    rows = models.BigIntegerField(_("rows"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_name = models.CharField(max_length=300, editable=False)

    class Meta:
        verbose_name = _("audit file")
        verbose_name_plural = _("audit files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "name"], name="one_audit_file_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class AuditPart(models.Model):
    """Some hundred items whose predictions lie in storage while the audit is made."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    items = models.PositiveIntegerField()
    last_item = models.BigIntegerField()
    stored_name = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("part of an audit")
        verbose_name_plural = _("parts of audits")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="one_audit_part_per_number")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of audit {self.audit_id}"
