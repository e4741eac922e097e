"""The only roads from a person to analyses: the campaign's owner and admins, nobody else."""

from django.db.models import QuerySet

from accounts.models import User
from analysis.models import AnalysisRun, Population
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.models import Campaign


def analysed_campaign(user: User, slug: str, right: Right) -> Campaign:
    """The campaign, for a person who has this right in it. Raises `NotFound`."""
    return managed_campaign(user, slug, right)


def runs_of(campaign: Campaign) -> QuerySet[AnalysisRun]:
    """Runs of a campaign that was found here, newest first, without what they found."""
    return campaign.analysis_runs.select_related("population").defer("result").order_by("-pk")


def managed_run(user: User, slug: str, pk: int, right: Right) -> AnalysisRun:
    """A run of a campaign in which this person has this right. Raises `NotFound`."""
    campaign = analysed_campaign(user, slug, right)
    run = campaign.analysis_runs.select_related("population").filter(pk=pk).first()
    if run is not None:
        run.campaign = campaign
    return found(run)


def managed_population(user: User, slug: str, pk: int, right: Right) -> Population:
    """A reference population of such a campaign. Raises `NotFound`."""
    campaign = analysed_campaign(user, slug, right)
    return found(campaign.populations.filter(pk=pk).first())
