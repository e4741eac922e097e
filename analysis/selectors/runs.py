"""Which runs may be shown, and what has happened since."""

from django.db.models import Exists, OuterRef

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


def people_have_left(run: AnalysisRun) -> bool:
    """Whether somebody whose judgments the run read has withdrawn since."""
    if run.as_of is None:
        return False
    judged = Judgment.objects.filter(
        campaign=run.campaign_id, annotator=OuterRef("annotator"), pk__lte=run.highest
    )
    gone = Seat.objects.filter(campaign=run.campaign_id, withdrawn_at__gt=run.as_of)
    return gone.filter(Exists(judged)).exists()
