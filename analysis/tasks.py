"""Celery's side of analyses: take an id, fetch, delegate."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from analysis.models import AnalysisRun
from analysis.services.runs import make_run
from annotation.enums import JobKind
from annotation.services.jobs import run_job, silent_jobs
from annotation.services.noticing import tell_failed_jobs


@shared_task(name="analysis.run_analysis")
def run_analysis(run_id: int) -> None:
    run_job(AnalysisRun, run_id, make_run)


@shared_task(name="analysis.resume_stalled_runs")
def resume_stalled_runs() -> None:
    for run_id in silent_jobs(AnalysisRun):
        run_analysis.delay(run_id)


@shared_task(name="analysis.tell_failures")
def tell_failures() -> int:
    """Tell those who run the campaigns of analyses that failed."""
    return tell_failed_jobs(AnalysisRun, JobKind.ANALYSIS, timezone.now())


def start_run(run: AnalysisRun) -> None:
    """Send a run to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_analysis.delay(run.pk))
