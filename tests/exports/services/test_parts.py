"""Judgments are fetched once, in parts, whoever fetches them, and belong to the moment."""

import threading
from typing import Any

import numpy as np
import pytest
from django.db import connection, connections

from annotation.models import Campaign, Item, Judgment
from annotation.services.jobs import advisory_lock
from exports.frozen import parts, shelf, sources
from exports.models import FrozenFile, Snapshot
from exports.services import copying, fetching, freezing, work
from exports.services.snapshots import request_again, request_snapshot
from exports.tasks import run_shard, run_snapshot
from tests.exports.builders import made, snapshot_of
from tests.exports.reading import rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    campaign = open_with_items(12)
    for _person in range(2):
        judge_everything(take_part(campaign))
    return campaign


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 8)
    monkeypatch.setattr(fetching, "JUDGMENTS_AT_ONCE", 3)
    monkeypatch.setattr(fetching, "PAUSE", 0.01)
    monkeypatch.setattr(parts, "ROWS_IN_PART", 10)
    monkeypatch.setattr(work, "SECONDS_BETWEEN_REPORTS", 0)


def names_in(snapshot: Snapshot, beginning: str) -> list[tuple[str, int]]:
    files = snapshot.moment.files.filter(name__startswith=beginning).order_by("name")
    return list(files.values_list("name", "rows"))


def judged() -> list[int]:
    return list(Judgment.objects.order_by("pk").values_list("pk", flat=True))


def test_parts_hold_runs_of_numbers_and_rows_of_all_shards(campaign: Campaign):
    snapshot = snapshot_of(campaign)
    assert parts.parts_of(snapshot.moment) == 3
    assert names_in(snapshot, "numbers-") == [
        *(("numbers-00000", 10), ("numbers-00001", 10), ("numbers-00002", 4)),
    ]
    assert names_in(snapshot, "judgments-") == [
        *(("judgments-part-00000", 10), ("judgments-part-00001", 10), ("judgments-part-00002", 4)),
    ]
    found = []
    for shard in range(snapshot.moment.shards):
        own = []
        for batch in parts.judgments_of(snapshot.moment, shard, ("judgment_id", "item_pk")):
            own += batch.column("judgment_id").to_pylist()
            assert set(shelf.shards_of(batch.column("item_pk").to_numpy(), 3)) <= {shard}
        assert own == sorted(own)
        found += own
    assert sorted(found) == judged()


def test_the_first_worker_fetches_all_parts_and_the_others_none(
    campaign: Campaign, sent_shards: list[int], monkeypatch: pytest.MonkeyPatch
):
    fetched: list[int] = []
    fetch_part = fetching.fetch_part

    def noted(moment: Any, part: int, *rest: Any) -> None:
        fetched.append(part)
        fetch_part(moment, part, *rest)

    monkeypatch.setattr(fetching, "fetch_part", noted)
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    run_shard(sent_shards[1])
    assert fetched == [1, 2, 0]  # other workers begin elsewhere
    for shard in (sent_shards[0], sent_shards[2]):
        run_shard(shard)
    assert fetched == [1, 2, 0]
    run_snapshot(job.pk)
    assert len(rows_in(Snapshot.objects.get(pk=job.pk), "judgments")) == 24


def test_what_another_worker_holds_is_waited_for_and_fetched_when_it_dies(
    campaign: Campaign, sent_shards: list[int], monkeypatch: pytest.MonkeyPatch
):
    job = request_snapshot(campaign, requested_by=None)
    run_snapshot(job.pk)
    held, gone, waits = threading.Event(), threading.Event(), []

    def hold() -> None:
        with advisory_lock("exports.part 2", job.moment_id) as got:
            assert got
            held.set()
            gone.wait(20)
            connection.close()  # as with a killed process
        connections.close_all()

    def pause(_seconds: float) -> None:
        waits.append(names_in(job, "judgments-"))
        gone.set()
        other.join(20)

    monkeypatch.setattr(fetching.time, "sleep", pause)
    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    run_shard(sent_shards[0])
    # The server may take a moment to notice that a connection is gone.
    there = [("judgments-part-00000", 10), ("judgments-part-00001", 10)]
    assert waits == [there] * max(1, len(waits))
    assert len(names_in(job, "judgments-")) == 3
    for shard in sent_shards[1:]:
        run_shard(shard)
    run_snapshot(job.pk)
    assert len(rows_in(Snapshot.objects.get(pk=job.pk), "judgments")) == 24


def test_rows_between_the_numbers_of_a_moment_stay_out(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
):
    left_out = judged()[4]
    copied_batches = copying.copied_batches

    def without_one(path: Any, source: Any) -> Any:
        for batch in copied_batches(path, source):
            if source is sources.INDEX:
                kept = batch.column("judgment_id").to_numpy() != left_out
                batch = batch.filter(kept)
            yield batch

    monkeypatch.setattr(copying, "copied_batches", without_one)
    snapshot = snapshot_of(campaign)
    ids = sorted(row["judgment_id"] for row in rows_in(snapshot, "judgments"))
    assert ids == [one for one in judged() if one != left_out]


def test_numbers_far_apart_are_asked_for_one_by_one():
    near, far = np.array([5, 7, 8]), np.array([5, 700, 80_000])
    assert fetching.bounds_of(near) == {"first": 5, "last": 8}
    assert "j.id BETWEEN %(first)s AND %(last)s" in fetching.query_of(near)
    assert fetching.bounds_of(far) == {"numbers": "{5,700,80000}"}
    assert "BETWEEN" not in fetching.query_of(far)
    assert fetching.query_of(far).count("= ANY(%(numbers)s::bigint[])") == 2


def test_what_a_judgment_was_shown_is_its_own_where_it_is_not_the_items(campaign: Campaign):
    item = Item.objects.order_by("pk").first()
    assert item is not None
    shown = item.content_hashes
    Item.objects.filter(pk=item.pk).update(content_hashes={"prompt": "other", "responses": {}})
    snapshot = snapshot_of(campaign, "jsonl")
    for row in rows_in(snapshot, "judgments"):
        stored = Judgment.objects.get(pk=row["judgment_id"])
        assert row["content_hashes"] == stored.content_hashes
        if stored.item_id == item.pk:
            assert row["content_hashes"] == shown


def test_a_moment_frozen_shard_by_shard_is_fetched_and_read_as_it_was(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(freezing.NumbersWriter, "write", lambda *_: None)
        earlier = snapshot_of(campaign, key=bytes(32))
    assert names_in(earlier, "judgments-") == [
        (f"judgments-{shard:05d}", rows) for shard, rows in enumerate(rows_by_shard(earlier))
    ]
    later = snapshot_of(campaign, key=bytes(32))
    for table in ("judgments", "comparisons"):
        assert rows_in(earlier, table) == rows_in(later, table)
    again = made(request_again(earlier, format="parquet", requested_by=None))
    same = [dict(one.files.values_list("name", "sha256")) for one in (earlier, again)]
    assert same[0] == same[1]


def rows_by_shard(snapshot: Snapshot) -> list[int]:
    names = [shelf.shard_name(sources.INDEX.name, number) for number in range(3)]
    return [FrozenFile.objects.get(moment=snapshot.moment, name=name).rows for name in names]
