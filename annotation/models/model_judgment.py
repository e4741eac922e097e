"""What models answered, as annotators of items: beside what people judged, never among it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import TaskTypeKey
from annotation.models.campaign import Campaign
from annotation.models.item import Item
from annotation.models.job import Job


class ModelJudgmentImport(Job):
    """A file of models' answers on its way into a campaign: all of them, or none.

    `model` and `prompt_version` stand for lines that name none. Progress is counted in bytes of
    the file. Everything happens in one transaction, so an import that is resumed begins anew.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="model_imports")
    stored_name = models.CharField(max_length=300, blank=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    model = models.CharField(_("model"), max_length=200, blank=True)
    prompt_version = models.CharField(_("version of the prompt"), max_length=100, blank=True)
    records_read = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True, editable=False)
    created_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    error_count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("import of models' answers")
        verbose_name_plural = _("imports of models' answers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import of models' answers {self.pk}"


class ModelJudgmentProblem(models.Model):
    """A line of a file that cannot become a model's answer, and why."""

    model_import = models.ForeignKey(
        ModelJudgmentImport, on_delete=models.CASCADE, related_name="problems"
    )
    line = models.BigIntegerField()
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class ModelJudgment(models.Model):
    """A model's answer to an item: the output of a machine, and nobody's judgment.

    A table of its own, so that nothing which reads judgments can take it for one: it has no
    annotator, no seat, no consent and no stratum. The database refuses UPDATE and DELETE, as for
    judgments. `key` hashes what tells one answer from others: model, version of the prompt,
    settings, item and `sample`, the number among answers that were drawn under equal settings.
    `sha256` is that of what was said.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="model_judgments", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="model_judgments")
    model_import = models.ForeignKey(
        ModelJudgmentImport, on_delete=models.PROTECT, related_name="judgments"
    )
    model = models.CharField(_("model"), max_length=200)
    prompt_version = models.CharField(_("version of the prompt"), max_length=100, blank=True)
    settings = models.JSONField(_("settings"), default=dict)
    sample = models.PositiveIntegerField(_("sample"), default=1)
    task_type = models.CharField(max_length=12, choices=TaskTypeKey)
    answers = models.JSONField(_("answers"))
    acceptable = models.JSONField(_("acceptable"), null=True)
    spans = models.JSONField(_("highlighted spans"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    confidence = models.FloatField(_("confidence"), null=True)
    presented_order = models.JSONField()
    content_hashes = models.JSONField()
    submitted_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    software_version = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("model's answer")
        verbose_name_plural = _("models' answers")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_model_judgment_per_key")
        ]
        indexes = [models.Index(fields=["campaign", "id"], name="model_judgments_by_campaign")]

    def __str__(self) -> str:
        return f"answer {self.pk} of {self.model}"
