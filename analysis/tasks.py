"""Celery's side of analyses: take an id, fetch, delegate."""

from celery import shared_task
from django.db import transaction

from analysis.models import AnalysisRun
from analysis.services.runs import make_run
from annotation.services.jobs import run_job, silent_jobs


@shared_task(name="analysis.run_analysis")
def run_analysis(run_id: int) -> None:
    run_job(AnalysisRun, run_id, make_run)


@shared_task(name="analysis.resume_stalled_runs")
def resume_stalled_runs() -> None:
    for run_id in silent_jobs(AnalysisRun):
        run_analysis.delay(run_id)


def start_run(run: AnalysisRun) -> None:
    """Send a run to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_analysis.delay(run.pk))
