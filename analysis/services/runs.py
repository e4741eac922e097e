"""Dated runs: asked for, worked out by a worker, worked out again over the same judgments."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from threadpoolctl import threadpool_limits

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from analysis.arrays import Extent, extent_now, judged
from analysis.enums import View
from analysis.errors import Conflict, Unfit
from analysis.models import AnalysisRun, Population
from analysis.services.methods import METHODS, Work
from annotation.models import Campaign
from annotation.models.job import ENDED
from annotation.selectors.small_groups import least_people
from annotation.services.jobs import report_progress, request_cancel

DEFAULT_SEED = 2026
DEFAULT_BOOTSTRAPS = 200
MOST_BOOTSTRAPS = 2000
LARGEST_SEED = 2**32 - 1


@transaction.atomic
def request_run(
    campaign: Campaign,
    *,
    views: Sequence[str] = (),
    seed: int = DEFAULT_SEED,
    bootstraps: int = DEFAULT_BOOTSTRAPS,
    population: Population | None = None,
    requested_by: User | None,
) -> AnalysisRun:
    """Note that the campaign is to be analysed; a worker does it, as of when it begins.

    Without `views`, all of them. Raises `Conflict` where a run is under way, `Unfit` where a
    parameter is out of bounds.
    """
    check_parameters(seed, bootstraps)
    chosen = [one.value for one in METHODS if not views or one.value in views]
    parameters = {
        "views": chosen,
        "seed": seed,
        "bootstraps": bootstraps,
        "least_annotators": least_people(campaign),
    }
    return new_run(campaign, requested_by, parameters=parameters, population=population, as_of=None)


@transaction.atomic
def request_again(run: AnalysisRun, *, requested_by: User | None) -> AnalysisRun:
    """Note that a run's views are wanted again: same parameters, same judgments.

    The result is the same, unless people have withdrawn since: it is without them then. The
    minimum group size is today's where that is larger. Raises `Conflict` where the run read nothing
    yet, or another is under way.
    """
    if run.highest is None:
        raise Conflict(_("This run has not read any judgments."), code="nothing-read")
    least = max(run.parameters["least_annotators"], least_people(run.campaign))
    return new_run(
        run.campaign,
        requested_by,
        parameters={**run.parameters, "least_annotators": least},
        population=run.population,
        as_of=run.as_of,
        highest=run.highest,
    )


def new_run(campaign: Campaign, requested_by: User | None, **fields: Any) -> AnalysisRun:
    # One run at a time: this lock makes two people who ask at once come after each other.
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.analysis_runs.exclude(state__in=ENDED).exists():
        raise Conflict(
            _("An analysis of this campaign is under way; wait for it or call it off."),
            code="run-under-way",
        )
    run = AnalysisRun.objects.create(
        campaign=campaign, created_by=requested_by, software_version=settings.VERSION, **fields
    )
    record(Deed.RUN_REQUESTED, campaign=campaign, thing=run, by=requested_by, number=run.pk)
    return run


def check_parameters(seed: int, bootstraps: int) -> None:
    problems = {}
    if not 0 <= seed <= LARGEST_SEED:
        problems["seed"] = (0, LARGEST_SEED)
    if not 0 <= bootstraps <= MOST_BOOTSTRAPS:
        problems["bootstraps"] = (0, MOST_BOOTSTRAPS)
    if problems:
        raise Unfit(
            _("These parameters are not possible; nothing was started."),
            fields={
                name: _("Give a number from %(from)s to %(to)s.") % {"from": low, "to": high}
                for name, (low, high) in problems.items()
            },
        )


def cancel_run(run: AnalysisRun) -> None:
    """Call a run off; nothing of it stays. Raises `Conflict` where it has ended."""
    request_cancel(run)


def make_run(job: AnalysisRun) -> None:
    """The work of a run: read judgments once, then view after view, stored together at the end.

    A run that was begun before reads the same judgments again.
    """
    campaign = job.campaign
    extent = extent_of(job)
    views = [View(one) for one in job.parameters["views"]]
    steps = len(views) + 1
    report_progress(job, 0, steps)
    found = judged(campaign, extent, step=lambda rows: report_progress(job, 0))
    report_progress(job, 1)
    work = Work(
        campaign=campaign,
        extent=extent,
        judged=found,
        least=job.parameters["least_annotators"],
        seed=job.parameters["seed"],
        bootstraps=job.parameters["bootstraps"],
        population=job.population,
        alive=lambda: report_progress(job, job.steps_done),
    )
    result = {}
    # Threads of the linear algebra cost more than they gain on tables as small as these; with one
    # of them sums do not depend on how many there are, and workers do not take each other's time.
    with threadpool_limits(limits=1):
        for number, view in enumerate(views):
            result[view.value] = METHODS[view](work)
            report_progress(job, number + 2)
    people = len(found.annotators)
    job.result, job.judgments, job.digest = result, found.judgments, found.digest
    job.annotators = people if people >= work.least else None
    job.save(update_fields=["result", "judgments", "annotators", "digest"])


def extent_of(job: AnalysisRun) -> Extent:
    """Where the run reads to: noted once, so that a later attempt reads the same."""
    if job.as_of is None or job.highest is None:
        extent = extent_now(job.campaign)
        job.as_of, job.highest = extent.as_of, extent.highest
        job.save(update_fields=["as_of", "highest"])
    return Extent(job.as_of, job.highest)
