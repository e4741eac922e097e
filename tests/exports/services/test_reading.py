"""One moment, and the same bytes for it."""

from typing import Any

import pytest
from django.db import InternalError, connections
from django.test.utils import CaptureQueriesContext

from annotation.models import Campaign, Judgment
from exports.models import Snapshot
from exports.services import freezing
from exports.services.reading import READER, one_moment, read_beside
from exports.services.snapshots import request_again
from tests.exports.builders import made, pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.reading import content_of, rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def hashes(snapshot: Snapshot) -> dict[str, str]:
    return dict(snapshot.files.values_list("name", "sha256"))


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
@pytest.mark.parametrize("build", [pairwise_campaign, ranking_campaign])
def test_exporting_a_moment_again_gives_the_same_bytes(format: str, build: Any):
    built = build()
    first = snapshot_of(built.campaign, "parquet")
    answers = {"age": "old"} if build is pairwise_campaign else {}
    judge_everything(take_part(built.campaign, **answers))
    second = made(request_again(first, format=format, requested_by=None))
    third = made(request_again(second, format=format, requested_by=None))
    assert second.as_of == first.as_of
    assert {"judgments", "comparisons"} <= {file.table for file in second.files.all()}
    assert hashes(second) == hashes(third)
    assert content_of(second, "MANIFEST.json") == content_of(third, "MANIFEST.json")
    if format == "parquet":
        assert hashes(first) == hashes(second)


def test_rows_that_come_after_the_moment_are_not_in_the_snapshot(monkeypatch: Any):
    campaign = open_with_items(2, overlap=1)
    seat = take_part(campaign)
    put_copied = freezing.put_copied

    def judge_meanwhile(*args: Any) -> None:
        assert len(judge_everything(seat)) == 2
        put_copied(*args)

    monkeypatch.setattr(freezing, "put_copied", judge_meanwhile)
    snapshot = snapshot_of(campaign)
    assert snapshot.state == "done"
    assert Judgment.objects.filter(campaign=campaign).count() == 2
    assert rows_in(snapshot, "judgments") == []
    assert [cell["submitted"] for cell in rows_in(snapshot, "coverage")] == [0, 0]
    statuses = [row["status"] for row in rows_in(snapshot, "assignments")]
    assert statuses == ["never_served", "never_served"]


def test_the_reading_connection_cannot_write_and_is_gone_afterwards():
    campaign = open_with_items(1)
    with pytest.raises(InternalError, match="read-only transaction"), one_moment() as moment:
        Campaign.objects.using(moment.alias).filter(pk=campaign.pk).update(title="other")
    assert not hasattr(connections._connections, READER)


def test_no_transaction_is_open_once_the_moment_has_been_copied(monkeypatch: Any):
    campaign = open_with_items(2)
    seen: list[int] = []
    put_copied = freezing.put_copied

    def look(*args: Any) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            seen.append(cursor.fetchone()[0])
        put_copied(*args)

    monkeypatch.setattr(freezing, "put_copied", look)
    assert snapshot_of(campaign).state == "done"
    assert seen == [0]


def queries_for(campaign: Campaign) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        assert snapshot_of(campaign).state == "done"
    return len(queries)


def test_queries_do_not_grow_with_the_judgments():
    counts = []
    for items in (1, 3, 12):
        campaign = open_with_items(items)
        for _person in range(2):
            judge_everything(take_part(campaign))
        counts.append(queries_for(campaign))
    assert Judgment.objects.count() == 2 * (1 + 3 + 12)
    assert max(counts) - min(counts) <= 4  # how often progress is told goes by the clock


def test_a_second_connection_sees_the_same_moment():
    campaign = open_with_items(2, overlap=1)
    seat = take_part(campaign)

    def judged(alias: str) -> int:
        return Judgment.objects.using(alias).filter(campaign=campaign).count()

    with one_moment() as now:
        assert len(judge_everything(seat)) == 2
        with read_beside(now, judged) as beside:
            assert (judged(now.alias), beside.result(), judged("default")) == (0, 0, 2)
