from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import JudgmentFormat
from annotation.models.campaign import Campaign
from annotation.models.item import ItemImport
from annotation.models.job import Job


class JudgmentImport(Job):
    """A file of judgments given elsewhere on its way into a campaign: all of them, or none.

    `purposes` is what the importing researcher states that the people agreed to, `basis` why they
    may state it, `asserted_by` who they are. Ids of people and judgments are those of `source`.
    `strength` is the one stated for preferences that have none, `columns` names a table's fields.
    Progress is counted in bytes of the file, each of them `PASSES` times: read and published.
    `records_read` is the resume point.
    """

    PASSES = 2

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="judgment_imports"
    )
    stored_name = models.CharField(max_length=300, blank=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    format = models.CharField(
        _("format"), max_length=20, choices=JudgmentFormat, default=JudgmentFormat.AUTO
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    purposes = ArrayField(models.CharField(max_length=40), default=list)
    basis = models.TextField(_("basis"), blank=True)
    asserted_by = models.CharField(_("stated by"), max_length=254)
    # Of files that tell which response is better and no more.
    strength = models.PositiveSmallIntegerField(_("strength"), null=True, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    takes_items = models.BooleanField(default=True)
    item_import = models.ForeignKey(
        ItemImport, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    records_read = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True, editable=False)
    created_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    withdrawn_count = models.BigIntegerField(default=0)
    people_count = models.BigIntegerField(default=0)
    error_count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("import of judgments")
        verbose_name_plural = _("imports of judgments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import of judgments {self.pk}"


class JudgmentProblem(models.Model):
    """A line of a file that cannot become a judgment, and why."""

    judgment_import = models.ForeignKey(
        JudgmentImport, on_delete=models.CASCADE, related_name="problems"
    )
    line = models.BigIntegerField()
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class ImportedAnnotator(models.Model):
    """Somebody who judged elsewhere: which annotator they are here, and where they came from.

    `digest` is a keyed hash of their id there, never the id itself. The row stays when the person
    withdraws, so that giving the file again does not bring them back.
    """

    annotator = models.OneToOneField(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="imported"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="imported_annotators", db_index=False
    )
    judgment_import = models.ForeignKey(
        JudgmentImport, null=True, on_delete=models.SET_NULL, related_name="people"
    )
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("imported annotator")
        verbose_name_plural = _("imported annotators")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "digest"], name="one_imported_annotator_per_id"
            )
        ]

    def __str__(self) -> str:
        return f"imported annotator {self.pk}"


class StagedPerson(models.Model):
    """A version of somebody's answers about themselves, read from a file; in an unlogged table."""

    judgment_import = models.ForeignKey(
        JudgmentImport, on_delete=models.CASCADE, related_name="staged_people", db_constraint=False
    )
    line = models.BigIntegerField()
    person = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    answers = models.JSONField()

    def __str__(self) -> str:
        return f"line {self.line}"


class StagedJudgment(models.Model):
    """A judgment read from a file and checked, waiting for the rest; in an unlogged table.

    It holds what the judgment will hold, its id among it. `person` is the digest of the annotator,
    `key` and `supersedes_key` hash the judgments' ids in their source, `stratum` and `profile` are
    as the file names them.
    """

    judgment_import = models.ForeignKey(
        JudgmentImport, on_delete=models.CASCADE, related_name="staged", db_constraint=False
    )
    line = models.BigIntegerField()
    judgment_id = models.BigIntegerField()
    supersedes_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=64)
    item_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    supersedes_key = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    stratum = models.CharField(max_length=64, blank=True)
    profile_version = models.PositiveIntegerField()
    profile = models.JSONField(null=True)
    is_repeat = models.BooleanField()
    after_lease = models.BooleanField()
    flags = models.JSONField()
    answers = models.JSONField()
    acceptable = models.JSONField(null=True)
    spans = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    confidence = models.FloatField(null=True)
    presented_order = models.JSONField()
    language = models.CharField(max_length=35, blank=True)
    active_ms = models.BigIntegerField(null=True)
    elapsed_ms = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"line {self.line}"
