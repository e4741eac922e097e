"""Many workers on the derived formats of one snapshot: the same files, whoever makes them."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from annotation.enums import JobState
from annotation.models import Campaign
from exports.models import Derivation, Snapshot
from exports.services import derivations, work
from exports.services.snapshots import cancel_snapshot, request_again, request_snapshot
from exports.tasks import resume_stalled_snapshots, run_derivation, run_snapshot
from tests.exports.builders import pairwise_campaign, snapshot_of

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = [
    "llamafactory",
    {"format": "llamafactory", "name": "plain", "content": "plain"},
    {"format": "trl-kto", "mode": "soft", "test_share": 0.5},
    "label-studio",
]
NOBODY = {"format": "trl-kto", "name": "nobody", "annotators": ["p-nobody"]}


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "SECONDS_BETWEEN_REPORTS", 0)


@pytest.fixture
def campaign() -> Campaign:
    return pairwise_campaign().campaign


def requested(campaign: Campaign, *derived: Any) -> Snapshot:
    job = request_snapshot(campaign, derived=derived, requested_by=None)
    run_snapshot(job.pk)
    return Snapshot.objects.get(pk=job.pk)


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_workers_share_the_formats_and_the_last_one_publishes_the_same_bytes(
    campaign: Campaign, sent: list[int], sent_derivations: list[int]
):
    first = snapshot_of(campaign, derived=ASKED)
    assert Derivation.objects.count() == 0
    again = request_again(first, format="parquet", requested_by=None)
    run_snapshot(again.pk)
    again.refresh_from_db()
    assert (again.state, again.files.count(), len(sent_derivations)) == (JobState.RUNNING, 0, 4)
    for one in reversed(sent_derivations):
        assert sent == []
        run_derivation(one)
    assert sent == [again.pk]
    run_snapshot(again.pk)
    again.refresh_from_db()
    assert (again.state, again.attempts) == (JobState.DONE, 1)
    told = [
        list(one.files.values_list("name", "table", "rows", "sha256")) for one in (first, again)
    ]
    assert told[0] == told[1]
    assert "dataset_info.json" in [name for name, *_rest in told[0]]


def test_a_single_format_is_made_by_the_job_that_publishes(
    campaign: Campaign, sent_derivations: list[int]
):
    job = requested(campaign, "trl-kto")
    assert (job.state, sent_derivations) == (JobState.DONE, [])


def test_a_derivation_whose_worker_died_is_sent_again_and_done_once(
    campaign: Campaign, sent_derivations: list[int], monkeypatch: pytest.MonkeyPatch
):
    job = requested(campaign, *ASKED)
    first, *others = sent_derivations
    with monkeypatch.context() as patch:

        def dies(*_: Any) -> None:
            raise OperationalError("the connection went with the worker")

        patch.setattr(derivations, "store_file", dies)
        with pytest.raises(OperationalError):
            run_derivation(first)
    for one in others:
        run_derivation(one)
    Derivation.objects.filter(pk=first).update(heartbeat_at="2020-01-01T00:00:00Z")
    sent_derivations.clear()
    resume_stalled_snapshots()
    assert sent_derivations == [first]
    run_derivation(first)
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Derivation.objects.get(pk=first).attempts == 2


def test_a_slice_that_holds_nothing_fails_the_snapshot_and_stops_the_others(
    campaign: Campaign, sent: list[int], sent_derivations: list[int], storage_folder: Path
):
    job = requested(campaign, "trl-preference", NOBODY, "lewidi")
    made, empty, later = sent_derivations
    run_derivation(made)
    run_derivation(empty)
    assert sent == [job.pk]
    run_snapshot(job.pk)
    run_derivation(later)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "No judgments match: annotators p-nobody." in job.error
    states = [one.state for one in job.derivations.order_by("number")]
    assert states == [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
    assert files_under(storage_folder) == []


def test_a_full_disk_fails_the_snapshot_with_its_reason(
    campaign: Campaign,
    sent_derivations: list[int],
    storage_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    job = requested(campaign, *ASKED)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(derivations, "store_file", full)
    run_derivation(sent_derivations[0])
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "no space left" in job.error
    assert files_under(storage_folder) == []


def test_a_cancelled_snapshot_stops_its_derivations(
    campaign: Campaign, sent_derivations: list[int], storage_folder: Path
):
    job = requested(campaign, *ASKED)
    run_derivation(sent_derivations[0])
    cancel_snapshot(Snapshot.objects.get(pk=job.pk))
    run_derivation(sent_derivations[1])
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job.derivations.get(number=1).state == JobState.CANCELLED
    assert files_under(storage_folder) == []


def test_waiting_for_derivations_uses_up_no_attempts(campaign: Campaign):
    job = requested(campaign, *ASKED)
    for _time in range(8):
        run_snapshot(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 0)
