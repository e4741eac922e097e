"""Which runs may be shown, and what has happened since."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from analysis.models import AnalysisRun
from annotation.enums import JobState
from annotation.models import Campaign, Judgment, Seat


def newest_shown(campaign: Campaign, view: str, least: int) -> AnalysisRun | None:
    """The newest finished run that has the view and withholds groups of fewer than `least`.

    A run from before the minimum was raised may show smaller groups, and is shown to nobody.
    """
    return (
        campaign.analysis_runs.filter(
            state=JobState.DONE,
            parameters__views__contains=[view],
            parameters__least_annotators__gte=least,
        )
        .select_related("population")
        .order_by("-pk")
        .first()
    )


def may_be_shown(run: AnalysisRun, least: int) -> bool:
    """Whether what the run found may be shown under the campaign's minimum of today."""
    return run.state == JobState.DONE and run.parameters["least_annotators"] >= least


def those_who_left() -> QuerySet[Seat]:
    """Of an outer query over runs: seats of people whose judgments it read, left since."""
    judged = Judgment.objects.filter(
        campaign=OuterRef("campaign"),
        annotator=OuterRef("annotator"),
        pk__lte=OuterRef(OuterRef("highest")),
    )
    return Seat.objects.filter(
        Exists(judged), campaign=OuterRef("campaign"), withdrawn_at__gt=OuterRef("as_of")
    )


def with_leaving(runs: QuerySet[AnalysisRun], most: int) -> list[tuple[AnalysisRun, bool]]:
    """So many runs, and whether somebody whose judgments they read has withdrawn since."""
    return [(run, run.has_left) for run in marked_by_leaving(runs)[:most]]


def marked_by_leaving(runs: QuerySet[AnalysisRun]) -> QuerySet[Any]:
    """With `has_left`: whether somebody whose judgments they read has withdrawn since."""
    return runs.annotate(has_left=Exists(those_who_left()))


def people_have_left(run: AnalysisRun) -> bool:
    """Whether somebody whose judgments the run read has withdrawn since."""
    return AnalysisRun.objects.filter(Exists(those_who_left()), pk=run.pk).exists()
