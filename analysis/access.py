"""The only roads from a person to analyses: the campaign's owner and admins, nobody else."""

from django.db.models import QuerySet

from accounts.models import User
from analysis.models import AnalysisRun, Population
from annotation.access import found, managed_campaign
from annotation.models import Campaign


def analysed_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for a person who may analyse it. Raises `NotFound`."""
    return managed_campaign(user, slug)


def runs_of(campaign: Campaign) -> QuerySet[AnalysisRun]:
    """Runs of a campaign that was found here, newest first, without what they found."""
    return campaign.analysis_runs.select_related("population").defer("result").order_by("-pk")


def managed_run(user: User, slug: str, pk: int) -> AnalysisRun:
    """A run of a campaign that this person manages. Raises `NotFound`."""
    campaign = analysed_campaign(user, slug)
    run = campaign.analysis_runs.select_related("population").filter(pk=pk).first()
    if run is not None:
        run.campaign = campaign
    return found(run)


def managed_population(user: User, slug: str, pk: int) -> Population:
    """A reference population of a campaign that this person manages. Raises `NotFound`."""
    campaign = analysed_campaign(user, slug)
    return found(campaign.populations.filter(pk=pk).first())
