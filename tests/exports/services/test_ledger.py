"""Withdrawn people are in nothing new, and what holds them is marked."""

import pytest

from annotation.enums import JobState
from annotation.errors import Conflict
from exports.models import HeldRows, Withdrawal
from exports.services import snapshots as service
from exports.services.ledger import record_withdrawal
from exports.services.snapshots import request_again, request_reissue
from exports.services.versions import difference
from exports.tables import SCHEMA_VERSION
from tests.exports.builders import Built, made, pairwise_campaign, snapshot_of
from tests.exports.reading import rows_in

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("judgments", "comparisons", "annotators", "assignments")


def people_in(snapshot: object) -> dict[str, set[str | None]]:
    return {table: {row["annotator_id"] for row in rows_in(snapshot, table)} for table in TABLES}


def withdraw(built: Built, name: str) -> None:
    record_withdrawal(built.annotator(name).pk)


def test_old_snapshots_are_marked_with_how_many_rows_they_hold():
    built = pairwise_campaign()
    held, also = snapshot_of(built.campaign), snapshot_of(built.campaign, "csv")
    withdraw(built, "ada")
    withdraw(built, "ada")
    assert Withdrawal.objects.count() == 1
    marks = HeldRows.objects.order_by("snapshot")
    assert list(marks.values_list("snapshot", "judgments", "assignments")) == [
        (held.pk, 2, 2),
        (also.pk, 2, 2),
    ]
    assert not snapshot_of(built.campaign).withdrawn_rows.exists()


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_new_snapshots_are_without_them_and_still_add_up(format: str):
    built = pairwise_campaign()
    before = snapshot_of(built.campaign, format)
    withdraw(built, "ada")
    after = snapshot_of(built.campaign, format, key=bytes(before.key))
    (gone,) = people_in(before)["judgments"] - people_in(after)["judgments"]
    assert all(gone not in people for people in people_in(after).values())
    assert len(rows_in(after, "judgments")) == 2
    cells = rows_in(after, "coverage")
    served = [row for row in rows_in(after, "assignments") if row["status"] == "submitted"]
    missing = [row for row in rows_in(after, "assignments") if row["status"] == "never_served"]
    assert sum(int(cell["submitted"]) for cell in cells) == len(served) == 2
    assert sum(int(cell["target"]) for cell in cells) == 2 + 1 + len(missing)


def test_a_moment_that_holds_withdrawn_people_is_not_exported_again_but_reissued():
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    with pytest.raises(Conflict, match="Nobody"):
        request_reissue(old, requested_by=None)
    withdraw(built, "ada")
    with pytest.raises(Conflict, match="withdrawn since"):
        request_again(old, format="csv", requested_by=None)
    reissue = made(request_reissue(old, requested_by=None))
    assert (reissue.state, reissue.error) == (JobState.DONE, "")
    assert reissue.as_of == old.as_of
    assert [one.number for one in reissue.moment.versions.all()] == [2]
    fresh = snapshot_of(built.campaign, key=bytes(old.key))
    for table in (*TABLES, "items", "responses", "coverage"):
        assert rows_in(reissue, table) == rows_in(fresh, table), table
    assert made(request_again(reissue, format="csv", requested_by=None)).state == JobState.DONE


def test_the_difference_tells_what_was_added_superseded_and_withdrawn():
    from tests.exports.builders import supersede

    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    first = built.judgments["cy q1"]
    new = supersede(first, {"overall": {"outcome": "tie"}})
    withdraw(built, "ada")
    found = difference(old, snapshot_of(built.campaign))
    assert found.added.tolist() == [new.pk]
    assert found.superseded.tolist() == [first.pk]
    assert found.withdrawn.tolist() == sorted(
        [built.judgments["ada q1"].pk, built.judgments["ada q2"].pk]
    )
    assert (found.items_added, found.people_added, found.people_withdrawn) == (0, 0, 1)


def test_somebody_who_withdraws_while_a_snapshot_is_made_is_not_published(
    monkeypatch: pytest.MonkeyPatch,
):
    built = pairwise_campaign()
    freeze = service.freeze

    def withdraw_meanwhile(*args: object) -> None:
        freeze(*args)
        withdraw(built, "ada")

    with monkeypatch.context() as patch:
        patch.setattr(service, "freeze", withdraw_meanwhile)
        job = snapshot_of(built.campaign)
    assert (job.state, job.error) == (JobState.FAILED, service.WITHDRAWN_MEANWHILE)
    assert not job.files.exists()
    assert snapshot_of(built.campaign).state == JobState.DONE


def test_versions_count_up_in_each_campaign():
    built = pairwise_campaign()
    numbers = [snapshot_of(built.campaign).moment.versions.get().number for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert SCHEMA_VERSION == "2.2"
