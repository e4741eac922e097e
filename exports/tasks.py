"""Celery's side of snapshots: take an id, fetch, delegate."""

from celery import shared_task
from django.db import transaction

from annotation.services.jobs import run_job, silent_jobs
from exports.models import Snapshot
from exports.services.snapshots import discard_unpublished, make_snapshot


@shared_task(name="exports.run_snapshot")
def run_snapshot(snapshot_id: int) -> None:
    run_job(Snapshot, snapshot_id, make_snapshot)
    discard_unpublished(snapshot_id)


@shared_task(name="exports.resume_stalled_snapshots")
def resume_stalled_snapshots() -> None:
    for snapshot_id in silent_jobs(Snapshot):
        run_snapshot.delay(snapshot_id)


def start_snapshot(snapshot: Snapshot) -> None:
    """Send a snapshot to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_snapshot.delay(snapshot.pk))
