"""One moment, and the same bytes for it."""

from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, connections
from django.test.utils import CaptureQueriesContext

from annotation.models import Campaign, Judgment
from exports.models import Snapshot
from exports.selectors.facts import facts_of
from exports.selectors.frame import frame_of
from exports.services.reading import READER, one_moment
from exports.services.snapshots import request_snapshot
from exports.services.tables import write_tables
from tests.exports.builders import pairwise_campaign, snapshot_of
from tests.exports.reading import rows_in
from tests.factories import judge_everything, open_with_items, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def no_report(_done: int, _total: int) -> None:
    """Nobody is told."""


def written(snapshot: Snapshot, alias: str, folder: Path) -> dict[str, str]:
    folder.mkdir()
    files = write_tables(frame_of(snapshot, alias), snapshot.format, folder, no_report)
    return {file.name: file.sha256 for file in files}


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_writing_the_same_moment_twice_gives_the_same_bytes(format: str, tmp_path: Path):
    campaign = pairwise_campaign().campaign
    snapshot = request_snapshot(campaign, format=format, requested_by=None)
    with one_moment() as moment:
        first = written(snapshot, moment.alias, tmp_path / "first")
        second = written(snapshot, moment.alias, tmp_path / "second")
    assert len(first) == 8
    assert first == second


def test_rows_that_come_during_the_work_are_not_in_the_snapshot(monkeypatch: Any):
    campaign = open_with_items(2, overlap=1)
    seat = take_part(campaign)
    from exports.services import snapshots as service

    def judge_meanwhile(*args: Any) -> Any:
        assert len(judge_everything(seat)) == 2
        return write_tables(*args)

    monkeypatch.setattr(service, "write_tables", judge_meanwhile)
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


def queries_for(campaign: Campaign, folder: Path) -> int:
    snapshot = request_snapshot(campaign, requested_by=None)
    with one_moment() as moment, CaptureQueriesContext(connections[moment.alias]) as queries:
        written(snapshot, moment.alias, folder)
        facts_of(frame_of(snapshot, moment.alias))
    return len(queries)


def test_queries_do_not_grow_with_the_judgments(tmp_path: Path):
    counts = []
    for number, items in enumerate((1, 3, 12)):
        campaign = open_with_items(items)
        for _person in range(2):
            judge_everything(take_part(campaign))
        counts.append(queries_for(campaign, tmp_path / str(number)))
    assert Judgment.objects.count() == 2 * (1 + 3 + 12)
    assert counts == [counts[0]] * 3
    assert counts[0] <= 40
