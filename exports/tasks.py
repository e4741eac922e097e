"""Celery's side of snapshots: take an id, fetch, delegate."""

from collections.abc import Sequence

from celery import shared_task
from django.db import transaction

from annotation.enums import JobState
from annotation.services.jobs import run_job, silent_jobs
from exports.enums import SnapshotState
from exports.models import Snapshot, SnapshotShard
from exports.services.shards import make_shard, shards_have_ended
from exports.services.snapshots import discard_unpublished, make_snapshot


@shared_task(name="exports.run_snapshot")
def run_snapshot(snapshot_id: int) -> None:
    if Snapshot.objects.filter(pk=snapshot_id, state=SnapshotState.AWAITING).exists():
        return
    run_job(Snapshot, snapshot_id, lambda job: make_snapshot(job, spread=send_shards))
    discard_unpublished(snapshot_id)
    # A shard that ended while this held the lock has called in vain. Not at once, as it may be
    # another worker that holds the lock.
    if waits_in_vain(snapshot_id):
        run_snapshot.apply_async((snapshot_id,), countdown=1)


@shared_task(name="exports.run_shard")
def run_shard(shard_id: int) -> None:
    run_job(SnapshotShard, shard_id, make_shard)
    shard = SnapshotShard.objects.filter(pk=shard_id).first()
    if shard is None:
        return
    if waits_in_vain(shard.snapshot_id):
        run_snapshot.delay(shard.snapshot_id)
    else:
        discard_unpublished(shard.snapshot_id)


@shared_task(name="exports.resume_stalled_snapshots")
def resume_stalled_snapshots() -> None:
    for snapshot_id in silent_jobs(Snapshot):
        run_snapshot.delay(snapshot_id)
    for shard_id in silent_jobs(SnapshotShard):
        run_shard.delay(shard_id)


def waits_in_vain(snapshot_id: int) -> bool:
    """Whether a snapshot waits for shards of which nothing more is to come."""
    running = Snapshot.objects.filter(pk=snapshot_id, state=JobState.RUNNING)
    return running.exists() and shards_have_ended(snapshot_id)


def send_shards(shard_ids: Sequence[int]) -> None:
    for shard_id in shard_ids:
        run_shard.delay(shard_id)


def start_snapshot(snapshot: Snapshot) -> None:
    """Send a snapshot to the workers once the row is there for them; one may wait for approval."""
    if snapshot.state == SnapshotState.AWAITING:
        return
    transaction.on_commit(lambda: run_snapshot.delay(snapshot.pk))
