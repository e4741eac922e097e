"""Celery's side of snapshots: take an id, fetch, delegate."""

from collections.abc import Sequence

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from annotation.enums import JobKind, JobState
from annotation.services.jobs import run_job, silent_jobs
from annotation.services.noticing import tell_failed_jobs
from exports.enums import SnapshotState
from exports.models import Comparison, Derivation, Snapshot, SnapshotShard
from exports.services.comparing import make_comparison
from exports.services.derivations import derivations_have_ended, make_derivation
from exports.services.erasing import obey_withdrawals
from exports.services.shards import make_shard, shards_have_ended
from exports.services.snapshots import discard_unpublished, make_snapshot


@shared_task(name="exports.run_snapshot")
def run_snapshot(snapshot_id: int) -> None:
    if Snapshot.objects.filter(pk=snapshot_id, state=SnapshotState.AWAITING).exists():
        return
    run_job(
        Snapshot,
        snapshot_id,
        lambda job: make_snapshot(job, spread=send_shards, spread_derived=send_derivations),
    )
    discard_unpublished(snapshot_id)
    # A shard or a derivation that ended while this held the lock has called in vain. Not at once,
    # as it may be another worker that holds the lock.
    if waits_in_vain(snapshot_id):
        run_snapshot.apply_async((snapshot_id,), countdown=1)


@shared_task(name="exports.run_shard")
def run_shard(shard_id: int) -> None:
    run_job(SnapshotShard, shard_id, make_shard)
    shard = SnapshotShard.objects.filter(pk=shard_id).first()
    if shard is not None:
        go_on(shard.snapshot_id)


@shared_task(name="exports.run_derivation")
def run_derivation(derivation_id: int) -> None:
    run_job(Derivation, derivation_id, make_derivation)
    derivation = Derivation.objects.filter(pk=derivation_id).first()
    if derivation is not None:
        go_on(derivation.snapshot_id)


def go_on(snapshot_id: int) -> None:
    """After a part of a snapshot's work: send the snapshot again where that was the last one."""
    if waits_in_vain(snapshot_id):
        run_snapshot.delay(snapshot_id)
    else:
        discard_unpublished(snapshot_id)


@shared_task(name="exports.run_comparison")
def run_comparison(comparison_id: int) -> None:
    run_job(Comparison, comparison_id, make_comparison)


@shared_task(name="exports.resume_stalled_snapshots")
def resume_stalled_snapshots() -> None:
    for snapshot_id in silent_jobs(Snapshot):
        run_snapshot.delay(snapshot_id)
    for shard_id in silent_jobs(SnapshotShard):
        run_shard.delay(shard_id)
    for derivation_id in silent_jobs(Derivation):
        run_derivation.delay(derivation_id)
    for comparison_id in silent_jobs(Comparison):
        run_comparison.delay(comparison_id)


@shared_task(name="exports.obey_withdrawals")
def obey_withdrawals_now() -> None:
    obey_withdrawals()


def waits_in_vain(snapshot_id: int) -> bool:
    """Whether a snapshot waits for shards or derivations of which nothing more is to come."""
    running = Snapshot.objects.filter(pk=snapshot_id, state=JobState.RUNNING)
    return (
        running.exists() and shards_have_ended(snapshot_id) and derivations_have_ended(snapshot_id)
    )


def send_shards(shard_ids: Sequence[int]) -> None:
    for shard_id in shard_ids:
        run_shard.delay(shard_id)


def send_derivations(derivation_ids: Sequence[int]) -> None:
    for derivation_id in derivation_ids:
        run_derivation.delay(derivation_id)


@shared_task(name="exports.tell_failures")
def tell_failures() -> int:
    """Tell those who run the campaigns of snapshots that failed."""
    return tell_failed_jobs(Snapshot, JobKind.SNAPSHOT, timezone.now())


def start_comparison(comparison: Comparison) -> None:
    """Send a comparison to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_comparison.delay(comparison.pk))


def start_snapshot(snapshot: Snapshot) -> None:
    """Send a snapshot to the workers once the row is there for them; one may wait for approval."""
    if snapshot.state == SnapshotState.AWAITING:
        return
    transaction.on_commit(lambda: run_snapshot.delay(snapshot.pk))
