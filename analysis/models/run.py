from django.db import models
from django.utils.translation import gettext_lazy as _

from analysis.models.population import Population
from annotation.models import Campaign
from annotation.models.job import Job


class AnalysisRun(Job):
    """The job that works out a campaign's views as of one moment, and what it found.

    `parameters` are `{"views", "seed", "bootstraps", "least_annotators"}`. Judgments are read up to
    number `highest` as of `as_of`; `digest` names exactly those that were read. `result` holds, by
    view and criterion, tables of figures in which groups under the minimum are not there any more
    (`analysis.services.tables`); nothing of a single person is in it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="analysis_runs")
    population = models.ForeignKey(
        Population, null=True, on_delete=models.SET_NULL, related_name="runs"
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    as_of = models.DateTimeField(_("as of"), null=True)
    highest = models.BigIntegerField(null=True)
    judgments = models.BigIntegerField(default=0)
    annotators = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict)
    software_version = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("analysis run")
        verbose_name_plural = _("analysis runs")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["campaign", "-id"], name="runs_by_campaign")]

    def __str__(self) -> str:
        return f"analysis run {self.pk}"
