"""A worker that is killed without warning, in a process of its own."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from annotation.enums import JobState
from exports.models import FrozenFile, Snapshot, SnapshotShard
from exports.services import copying
from exports.services.snapshots import request_again, request_snapshot
from exports.tasks import run_shard, run_snapshot
from tests.exports.builders import made
from tests.exports.reading import content_of, rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Works as a worker would, and stops for ever before its fourth file of the second shard is stored.
WORKER = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.STORAGES["default"]["OPTIONS"]["location"] = sys.argv[2]
settings.WORK_DIR = sys.argv[3]
django.setup()
from annotation.services.jobs import run_job
from exports.models import Snapshot
from exports.services import copying, shards
from exports.services.snapshots import make_snapshot
copying.ROWS_IN_SHARD = 8
stored, store_file = [], shards.store_file
def stop(snapshot, file, folder):
    stored.append(file)
    if folder == "00001" and file.name.startswith("ratings"):
        print("stopped", flush=True)
        time.sleep(600)
    return store_file(snapshot, file, folder)
shards.store_file = stop
run_job(Snapshot, int(sys.argv[4]), make_snapshot)
"""


def killed_half_way(job: Snapshot, storage: Path) -> None:
    arguments = [connection.settings_dict["NAME"], str(storage), str(settings.WORK_DIR)]
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments, str(job.pk)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "stopped\n"
        finally:
            worker.send_signal(signal.SIGKILL)


def test_a_killed_worker_leaves_nothing_half_and_another_goes_on(
    storage_folder: Path, monkeypatch: Any
):
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 8)
    campaign = open_with_items(12)
    for _person in range(2):
        judge_everything(take_part(campaign))
    job = request_snapshot(campaign, requested_by=None)
    killed_half_way(job, storage_folder)
    job.refresh_from_db()
    assert (job.state, job.files.count()) == (JobState.RUNNING, 0)
    states = list(job.shards.values_list("state", flat=True))
    assert states == [JobState.DONE, JobState.RUNNING, JobState.QUEUED]
    frozen = set(FrozenFile.objects.values_list("pk", flat=True))
    deadline = time.monotonic() + 20
    while job.state != JobState.DONE and time.monotonic() < deadline:
        # As beat would send them; the database frees the locks of the dead within moments.
        run_snapshot(job.pk)
        for shard in job.shards.exclude(state=JobState.DONE):
            run_shard(shard.pk)
        job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    attempts = list(SnapshotShard.objects.order_by("number").values_list("attempts", flat=True))
    assert attempts == [1, 2, 1]
    assert frozen < set(FrozenFile.objects.values_list("pk", flat=True))
    for file in job.files.all():
        assert hashlib.sha256(content_of(job, file.name)).hexdigest() == file.sha256
    assert len(rows_in(job, "judgments")) == 24
    untouched = made(request_again(job, format="parquet", requested_by=None))
    hashes = [dict(one.files.values_list("name", "sha256")) for one in (job, untouched)]
    assert hashes[0] == hashes[1]
    inside = {str(path.relative_to(storage_folder)) for path in storage_folder.rglob("*")}
    stored = {name for name in inside if name.startswith(f"snapshots/{job.pk}/")}
    known = set(job.files.values_list("stored_name", flat=True))
    assert {name for name in stored if (storage_folder / name).is_file()} == known
