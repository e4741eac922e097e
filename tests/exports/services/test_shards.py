"""Many workers on one snapshot: the same rows, whoever does what and whoever dies."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from annotation.enums import JobState
from annotation.models import Campaign
from exports.models import Snapshot, SnapshotShard
from exports.services import copying, fetching, shards, work
from exports.services.snapshots import cancel_snapshot, request_again, request_snapshot
from exports.tasks import resume_stalled_snapshots, run_shard, run_snapshot
from tests.exports.builders import made, snapshot_of
from tests.exports.reading import content_of, rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("judgments", "comparisons", "annotators", "items", "responses", "assignments", "coverage")


@pytest.fixture
def campaign() -> Campaign:
    campaign = open_with_items(12)
    for _person in range(2):
        judge_everything(take_part(campaign))
    return campaign


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 8)
    monkeypatch.setattr(fetching, "JUDGMENTS_AT_ONCE", 3)
    monkeypatch.setattr(work, "SECONDS_BETWEEN_REPORTS", 0)


def state_of(job: Snapshot) -> str:
    return Snapshot.objects.get(pk=job.pk).state


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(row) for row in rows)


def test_workers_share_a_snapshot_and_the_last_one_publishes(
    campaign: Campaign, sent: list[int], sent_shards: list[int]
):
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    assert len(sent_shards) == 3  # 24 judgments
    assert (state_of(job), job.files.count()) == (JobState.RUNNING, 0)
    for place, shard in enumerate(reversed(sent_shards)):
        assert sent == []
        run_shard(shard)
        done = Snapshot.objects.get(pk=job.pk)
        assert 0 < done.steps_done <= done.steps_total, place
    assert sent == [job.pk]
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.percent) == (JobState.DONE, 1, 100)
    assert [file.name for file in job.files.filter(table="judgments")] == [
        f"judgments-{number:05d}-of-00003.parquet" for number in range(3)
    ]
    assert [file.name for file in job.files.filter(table="ratings")] == ["ratings.parquet"]


def test_shards_hold_what_one_file_would_and_whole_items(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
):
    many = snapshot_of(campaign, key=bytes(32))
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 1000)
    one = snapshot_of(campaign, key=bytes(32))
    assert (many.moment.shards, one.moment.shards) == (3, 1)
    for table in TABLES:
        assert in_order(rows_in(many, table)) == in_order(rows_in(one, table))
    shards_by_item: dict[str, set[int]] = {}
    for shard in many.shards.all():
        for name in ("judgments", "comparisons", "items", "coverage"):
            stored = next(file for file in shard.files if file["table"] == name)
            published = many.files.get(stored_name=stored["stored_name"])
            from tests.exports.reading import rows_of

            for row in rows_of(content_of(many, published.name), "parquet"):
                shards_by_item.setdefault(row["item_id"], set()).add(shard.number)
    assert len(shards_by_item) == 12
    assert {len(found) for found in shards_by_item.values()} == {1}


def test_the_same_bytes_whoever_did_the_work(campaign: Campaign, sent_shards: list[int]):
    first = snapshot_of(campaign)
    second = request_again(first, format="parquet", requested_by=None)
    run_snapshot(second.pk)
    for shard in reversed(sent_shards):
        run_shard(shard)
    run_snapshot(second.pk)
    hashes = [dict(one.files.values_list("name", "sha256")) for one in (first, second)]
    assert len(hashes[0]) > 12
    assert hashes[0] == hashes[1]


def test_a_shard_whose_worker_died_is_sent_again_and_done_once(
    campaign: Campaign, sent_shards: list[int], monkeypatch: pytest.MonkeyPatch
):
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    first, *others = sent_shards
    with monkeypatch.context() as patch:

        def dies(*_: Any) -> None:
            raise OperationalError("the connection went with the worker")

        patch.setattr(shards, "store_file", dies)
        with pytest.raises(OperationalError):
            run_shard(first)
    for shard in others:
        run_shard(shard)
    assert SnapshotShard.objects.get(pk=first).state == JobState.RUNNING
    SnapshotShard.objects.filter(pk=first).update(heartbeat_at="2020-01-01T00:00:00Z")
    sent_shards.clear()
    resume_stalled_snapshots()
    assert sent_shards == [first]
    run_shard(first)
    run_snapshot(job.pk)
    assert state_of(job) == JobState.DONE
    assert len(rows_in(Snapshot.objects.get(pk=job.pk), "judgments")) == 24
    assert SnapshotShard.objects.get(pk=first).attempts == 2


def test_one_failing_shard_fails_the_snapshot_with_its_reason(
    campaign: Campaign,
    sent: list[int],
    sent_shards: list[int],
    storage_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    run_shard(sent_shards[0])
    with monkeypatch.context() as patch:

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(shards, "store_file", full)
        run_shard(sent_shards[1])
    assert sent == [job.pk]
    run_snapshot(job.pk)
    run_shard(sent_shards[2])
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "no space left" in job.error
    states = [shard.state for shard in job.shards.order_by("pk")]
    assert states == [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
    assert [path for path in storage_folder.rglob("*") if path.is_file()] == []


def test_a_cancelled_snapshot_stops_its_shards(
    campaign: Campaign, sent_shards: list[int], storage_folder: Path
):
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    run_shard(sent_shards[0])
    cancel_snapshot(Snapshot.objects.get(pk=job.pk))
    run_shard(sent_shards[1])
    run_snapshot(job.pk)
    run_shard(sent_shards[2])
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    states = [shard.state for shard in job.shards.order_by("pk")]
    assert states == [JobState.DONE, JobState.CANCELLED, JobState.CANCELLED]
    assert [path for path in storage_folder.rglob("*") if path.is_file()] == []


def test_waiting_for_shards_uses_up_no_attempts(campaign: Campaign):
    job = request_snapshot(campaign, requested_by=None)
    for _time in range(8):
        run_snapshot(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 0)
    assert made(job).state == JobState.DONE


def test_rows_that_are_gone_fail_a_shard_with_a_reason(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
):
    numbers_in = fetching.numbers_in

    def with_a_missing_one(*args: Any) -> Any:
        found = numbers_in(*args)
        found[0] = found[0] + 10**6
        return found

    monkeypatch.setattr(fetching, "numbers_in", with_a_missing_one)
    job = snapshot_of(campaign)
    assert (job.state, job.error) == (JobState.FAILED, fetching.GONE)
