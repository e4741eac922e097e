"""A snapshot is published whole, or leaves nothing."""

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError

from annotation.enums import JobState
from annotation.errors import Conflict
from annotation.services.jobs import JobCancelled, run_job
from exports.models import Snapshot, SnapshotFile, SnapshotShard
from exports.services import shards, work
from exports.services import snapshots as service
from exports.services.snapshots import cancel_snapshot, make_snapshot, request_snapshot
from exports.tables import SCHEMA_VERSION
from exports.tasks import resume_stalled_snapshots, run_snapshot
from tests.exports.builders import pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.reading import content_of, rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = pytest.mark.django_db(transaction=True)

FIGURES = ("coverage", "demographics", "answers")
DOCUMENTS = [
    *("README.md", "data_dictionary.csv", "croissant.json", "CITATION.cff"),
    *(f"figure-{name}{suffix}" for name in FIGURES for suffix in (".svg", ".csv")),
    "MANIFEST.json",
]


def in_storage(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def published_in(folder: Path) -> list[str]:
    """What lies in storage beside the frozen data."""
    return [name for name in in_storage(folder) if not name.startswith("moments/")]


def requested() -> Snapshot:
    campaign = ranking_campaign().campaign
    return request_snapshot(campaign, requested_by=campaign.owner)


def test_snapshot_publishes_files_with_true_sizes_rows_and_hashes(storage_folder: Path):
    snapshot = snapshot_of(pairwise_campaign().campaign)
    assert (snapshot.state, snapshot.percent, snapshot.error) == (JobState.DONE, 100, "")
    # Judgments and items count twice, as they are fetched and written.
    assert snapshot.steps_done == snapshot.steps_total == 2 * 4 + 2 * 2 + 5 + 4
    assert (snapshot.schema_version, snapshot.software_version) == (SCHEMA_VERSION, "0.1.0")
    assert snapshot.as_of is not None
    assert snapshot.created_at < snapshot.as_of < snapshot.finished_at
    files = list(snapshot.files.all())
    assert [file.table for file in files if file.table] == [
        *("judgments", "comparisons", "rankings", "ratings", "annotators"),
        *("items", "responses", "assignments", "coverage"),
    ]
    assert [file.name for file in files if not file.table] == DOCUMENTS
    for file in files:
        content = content_of(snapshot, file.name)
        assert file.bytes == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert file.rows == (len(rows_in(snapshot, file.table)) if file.table else None)
    assert published_in(storage_folder) == sorted(file.stored_name for file in files)


def test_manifest_names_every_other_file_truly():
    snapshot = snapshot_of(pairwise_campaign().campaign, "jsonl")
    manifest = json.loads(content_of(snapshot, "MANIFEST.json"))
    files = manifest.pop("files")
    assert manifest == {
        "dataset": "pairs",
        "title": 'Pairs: "all" voices',
        "campaigns": [{"campaign": "pairs", "title": 'Pairs: "all" voices', "version": 1}],
        "note": "",
        "as_of": snapshot.as_of.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "format": "jsonl",
        "schema_version": SCHEMA_VERSION,
        "software_version": "0.1.0",
        "pseudonyms": "per-release",
        "release": {
            "profile": "full",
            "text": "included",
            "k": 0,
            "identifying": [],
            "withheld": [],
        },
        "derived": [],
    }
    assert [file["name"] for file in files] == [
        file.name for file in snapshot.files.all() if file.name != "MANIFEST.json"
    ]
    for file in files:
        content = content_of(snapshot, file["name"])
        assert (file["bytes"], file["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def test_a_request_keeps_a_secret_key_of_its_own():
    campaign = ranking_campaign().campaign
    keys = {
        bytes(request_snapshot(campaign, requested_by=None).key),
        bytes(request_snapshot(campaign, requested_by=None).key),
    }
    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/secret/place"), "no space left"),
        (PermissionError(errno.EACCES, "Permission denied", "/secret/place"), "Permission denied"),
    ],
)
def test_storage_errors_fail_with_their_reason_and_leave_nothing(
    error: OSError, words: str, storage_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    saved: list[str] = []
    original = FileSystemStorage._save

    def third_breaks(self: Any, name: str, content: Any) -> str:
        saved.append(name)
        if len(saved) == 3:
            raise error
        return original(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", third_breaks)
    job = requested()
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert words in job.error
    assert "/secret" not in job.error
    assert len(saved) == 3
    assert in_storage(storage_folder) == []
    assert not SnapshotFile.objects.exists()


def test_a_full_disk_while_writing_fails_with_its_reason(monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    job = requested()
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "no space left" in job.error


def test_unexpected_errors_leave_nothing(storage_folder: Path, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(SnapshotFile.objects, "bulk_create", breaks)
    job = requested()
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert in_storage(storage_folder) == []


def test_cancelling_before_work_ends_the_job_at_once(storage_folder: Path):
    job = requested()
    cancel_snapshot(job)
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert in_storage(storage_folder) == []
    with pytest.raises(Conflict):
        cancel_snapshot(job)


@pytest.mark.parametrize("files_stored", [0, 1, 12])
def test_cancelling_during_work_leaves_nothing(
    files_stored: int, storage_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    job = requested()
    monkeypatch.setattr(work, "SECONDS_BETWEEN_REPORTS", 0)
    stored: list[str] = []
    original = shards.store_file

    def cancel_then_store(*args: Any) -> Any:
        if len(stored) == files_stored - 1:
            cancel_snapshot(job)
        stored.append("")
        return original(*args)

    def cancel_then_freeze(*args: Any) -> Any:
        cancel_snapshot(job)
        return freeze(*args)

    freeze = service.freeze
    if files_stored:
        monkeypatch.setattr(service, "store_file", cancel_then_store)
        monkeypatch.setattr(shards, "store_file", cancel_then_store)
    else:
        monkeypatch.setattr(service, "freeze", cancel_then_freeze)
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert len(stored) == files_stored
    assert in_storage(storage_folder) == []
    assert not SnapshotFile.objects.exists()


def test_cancelling_at_the_very_end_still_counts(monkeypatch: pytest.MonkeyPatch):
    job = requested()
    Snapshot.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    job.refresh_from_db()
    service.freeze_moment(job)
    for shard in service.begin_shards(job, None):
        run_job(SnapshotShard, shard.pk, shards.make_shard)
    cancel_snapshot(job)
    monkeypatch.setattr(service, "report_progress", lambda *_: None)
    with pytest.raises(JobCancelled):
        service.publish(job)


def test_a_lost_database_leaves_the_job_to_be_resumed_and_it_starts_over_cleanly(
    storage_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    job = requested()
    with monkeypatch.context() as patch:

        def lost(*_: Any, **__: Any) -> None:
            raise OperationalError("gone")

        patch.setattr(SnapshotFile.objects, "bulk_create", lost)
        with pytest.raises(OperationalError):
            run_job(Snapshot, job.pk, make_snapshot)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    (storage_folder / f"snapshots/{job.pk}/documents/left.over").write_bytes(b"half")
    run_snapshot(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert published_in(storage_folder) == sorted(file.stored_name for file in job.files.all())


def test_running_a_done_snapshot_again_changes_nothing():
    snapshot = snapshot_of(ranking_campaign().campaign)
    before = list(snapshot.files.values_list("name", "sha256"))
    run_snapshot(snapshot.pk)
    assert list(snapshot.files.values_list("name", "sha256")) == before
    assert content_of(snapshot, "README.md")


def test_tasks_tolerate_missing_rows():
    run_snapshot(10**9)
    assert not Snapshot.objects.exists()


def test_silent_snapshots_are_sent_again(sent: list[int]):
    job = requested()
    resume_stalled_snapshots()
    assert sent == []
    Snapshot.objects.filter(pk=job.pk).update(created_at="2020-01-01T00:00:00Z")
    resume_stalled_snapshots()
    assert sent == [job.pk]


def test_progress_never_goes_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(work, "SECONDS_BETWEEN_REPORTS", 0)
    campaign = open_with_items(4)
    judge_everything(take_part(campaign))
    job = request_snapshot(campaign, requested_by=None)
    seen: list[tuple[int, int]] = []
    run_job(
        Snapshot, job.pk, lambda one: make_snapshot(one, on_progress=lambda *at: seen.append(at))
    )
    totals = {total for _done, total in seen}
    assert totals == {4 + 4 + 4 + 4 + 4 + 4}
    done = [done for done, _total in seen]
    assert done == sorted(done)
    assert (done[0], done[-1], len(set(done)) > 4) == (0, 24, True)
