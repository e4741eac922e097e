"""Withdrawals reach everything that is exported: new snapshots, marks, and old frozen files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.storage import default_storage

from annotation.enums import JobState
from annotation.models import Erasure, Reconciliation
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import run_job
from annotation.services.reconciling import reconcile, request_reconciliation
from exports.enums import TextKind, TextVerdict
from exports.errors import Conflict
from exports.frozen import parts, shelf
from exports.models import HeldRows, Moment, Snapshot, TextDecision, Withdrawal
from exports.selectors.texts import text_page
from exports.services import copying, erasing, fetching
from exports.services import snapshots as service
from exports.services.erasing import obey_withdrawals
from exports.services.snapshots import request_again, request_reissue, request_snapshot
from tests.exports.builders import CONSENT, Built, made, pairwise_campaign, snapshot_of
from tests.exports.reading import rows_in

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("judgments", "comparisons", "annotators", "assignments", "items", "coverage")


def leave(built: Built, name: str, *, altogether: bool = False) -> None:
    """Withdraw and erase, and do not look at snapshots yet."""
    job = withdraw(built.annotator(name), None if altogether else built.campaign)
    run_job(Erasure, job.pk, erase)
    assert Erasure.objects.get(pk=job.pk).state == JobState.DONE


def frozen_rows(moment: Moment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of every frozen file of a moment."""
    for file in moment.files.exclude(name=shelf.FRAME):
        for batch in shelf.read_batches(moment, file.name):
            for row in batch.to_pylist():
                yield file.name, row


def people_frozen(moment: Moment) -> set[int]:
    return {row["annotator_pk"] for _file, row in frozen_rows(moment) if "annotator_pk" in row}


def stored_bytes(folder: Path) -> bytes:
    """What any frozen file in storage holds, known or not, decompressed."""
    found = b""
    for path in sorted(folder.glob("moments/*/*")):
        if path.name.startswith("frame"):
            continue
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
            found += repr(reader.read_all().to_pylist()).encode()
    return found


def contents(snapshot: Snapshot) -> dict[str, bytes]:
    found = {}
    for one in snapshot.files.all():
        with default_storage.open(one.stored_name) as file:
            found[one.name] = file.read()
    return found


@pytest.mark.parametrize("altogether", [False, True])
def test_old_moments_lose_the_rows_and_offer_a_reissue(altogether: bool, storage_folder: Path):
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    ada = built.annotator("ada").pk
    assert ada in people_frozen(old.moment)
    assert b"Because, well" in stored_bytes(storage_folder)
    published = contents(old)

    leave(built, "ada", altogether=altogether)
    obey_withdrawals()

    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.campaign, withdrawal.files_erased_at is None) == (
        None if altogether else built.campaign,
        False,
    )
    assert list(HeldRows.objects.values_list("snapshot", "judgments", "assignments")) == [
        (old.pk, 2, 2)
    ]
    old.moment.refresh_from_db()
    assert old.moment.erased_at is not None
    assert (old.moment.rows["judgments"], old.moment.rows["assignments"]) == (2, 3)
    assert ada not in people_frozen(old.moment)
    assert b"Because, well" not in stored_bytes(storage_folder)
    names = set(old.moment.files.values_list("stored_name", flat=True))
    stored = {f"moments/{old.moment.pk}/{one.name}" for one in storage_folder.glob("moments/*/*")}
    assert stored == names
    # What was given out stays as it was.
    assert contents(old) == published
    with pytest.raises(Conflict, match="cannot be made again") as refusal:
        request_again(old, format="csv", requested_by=None)
    assert refusal.value.code == "withdrawn"

    reissue = made(request_reissue(old, requested_by=None))
    assert (reissue.state, reissue.error) == (JobState.DONE, "")
    fresh = snapshot_of(built.campaign, key=bytes(old.key))
    for table in TABLES:
        assert rows_in(reissue, table) == rows_in(fresh, table), table
    assert made(request_again(reissue, format="csv", requested_by=None)).state == JobState.DONE


def test_a_reissue_from_whole_files_and_one_from_erased_files_are_equal():
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    leave(built, "ada")
    before = made(request_reissue(old, requested_by=None))
    obey_withdrawals()
    after = made(request_reissue(old, requested_by=None))
    for table in TABLES:
        assert rows_in(before, table) == rows_in(after, table), table


def test_judgments_that_stay_are_nobody_s_in_new_versions_and_gone_from_old_ones():
    built = pairwise_campaign(consent={**CONSENT, "on_withdrawal": "keep_judgments"})
    old = snapshot_of(built.campaign)
    ada = built.annotator("ada").pk
    text = {"campaign": built.campaign, "kind": TextKind.REASON, "verdict": TextVerdict.KEEP}
    for name in ("ada q1", "ada q2"):
        TextDecision.objects.create(row=built.judgments[name].pk, sha256="0" * 64, **text)
    before = {table: rows_in(old, table) for table in TABLES}

    leave(built, "ada")
    # The texts are gone and the judgments are not hers any more, before anybody has looked.
    obey_withdrawals()

    assert not TextDecision.objects.exists()
    assert list(HeldRows.objects.values_list("snapshot", "judgments", "assignments")) == [
        (old.pk, 2, 2)
    ]
    assert ada not in people_frozen(old.moment)
    fresh = snapshot_of(built.campaign, key=bytes(old.key))
    after = {table: rows_in(fresh, table) for table in TABLES}
    assert after["coverage"] == before["coverage"]
    hers = {row["annotator_id"] for row in before["judgments"] if row["reason"]}
    theirs = {row["annotator_id"] for row in after["judgments"]} - {
        row["annotator_id"] for row in before["judgments"]
    }
    assert (len(hers), len(theirs)) == (1, 1)
    for was, now in zip(before["judgments"], after["judgments"], strict=True):
        changed = {name for name in was if was[name] != now[name]}
        assert changed == ({"annotator_id", "reason"} if was["annotator_id"] in hers else set())
        assert now["reason"] is None or now["annotator_id"] not in theirs
        assert now["annotator_id"] not in hers
    (nobody,) = [row for row in after["annotators"] if row["annotator_id"] in theirs]
    assert (nobody["profile_version"], nobody["age"], nobody["tongues"]) == (1, None, None)
    reissue = made(request_reissue(old, requested_by=None))
    assert (reissue.state, reissue.error) == (JobState.DONE, "")
    people = {row["annotator_id"] for row in rows_in(reissue, "judgments")}
    assert not people & (hers | theirs)


def test_nothing_of_them_is_in_a_new_snapshot_before_anything_is_recorded():
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    withdraw(built.annotator("ada"), built.campaign)
    asked = snapshot_of(built.campaign, key=bytes(old.key))
    leave(built, "ada")
    erased = snapshot_of(built.campaign, key=bytes(old.key))
    obey_withdrawals()
    recorded = snapshot_of(built.campaign, key=bytes(old.key))
    for table in TABLES:
        rows = rows_in(recorded, table)
        assert rows_in(asked, table) == rows_in(erased, table) == rows, table
    assert len(rows_in(asked, "judgments")) == 2
    texts = [one.name for one in recorded.files.filter(table="")]
    assert "README.md" in texts
    for snapshot in (asked, erased, recorded):
        (facts,) = shelf.read_frame(snapshot.moment).facts
        assert (facts.people, facts.judgments) == (2, 2)
        assert facts.assignments_by_status == {"leased": 1, "submitted": 2}
    page = text_page(built.campaign, TextKind.REASON, after=0, all_texts=True)
    assert page.texts == []


def test_leaving_one_campaign_leaves_the_others_rows():
    pairs, others = pairwise_campaign(), pairwise_campaign_again()
    ada = pairs.annotator("ada")
    both = snapshot_of(pairs.campaign, campaigns=[others.campaign])
    run_job(Erasure, withdraw(ada, pairs.campaign).pk, erase)
    obey_withdrawals()
    both.moment.refresh_from_db()
    left = {
        row["campaign_pk"]
        for _file, row in frozen_rows(both.moment)
        if row.get("annotator_pk") == ada.pk
    }
    assert left == {others.campaign.pk}
    reissue = made(request_reissue(both, requested_by=None))
    fresh = snapshot_of(pairs.campaign, campaigns=[others.campaign], key=bytes(both.key))
    for table in TABLES:
        assert rows_in(reissue, table) == rows_in(fresh, table), table


def pairwise_campaign_again() -> Built:
    """The same people in a second campaign, each with the same answers."""
    from annotation.services.campaigns import open_campaign
    from annotation.services.seats import join_campaign
    from tests.exports import builders
    from tests.factories import import_lines, judge, make_campaign, serve

    campaign = make_campaign(
        slug="again", questions=builders.QUESTIONS, strata=builders.STRATA, consent=builders.CONSENT
    )
    import_lines(campaign, builders.ITEMS)
    again = Built(open_campaign(campaign))
    from accounts.models import Annotator

    for name, age in (("ada", "young"), ("cy", "old")):
        again.seats[name] = join_campaign(
            Annotator.objects.get(user__email=f"{name}@people.test"),
            again.campaign,
            consent_version=None,
            purposes=builders.ALL_PURPOSES,
            answers={"age": age},
        )
        judge(serve(again.seats[name]), reason="Here too")
    return again


@pytest.mark.parametrize("where", ["store_rows", "sweep"])
def test_erasing_files_that_is_cut_off_ends_whole(
    where: str, monkeypatch: pytest.MonkeyPatch, storage_folder: Path
):
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    leave(built, "ada")
    place: Any = shelf if where == "store_rows" else erasing
    whole, calls = getattr(place, where), iter(range(100))

    def cut(*args: Any) -> Any:
        if next(calls) == (3 if where == "store_rows" else 0):
            raise ConnectionError("killed")
        return whole(*args)

    with monkeypatch.context() as patch:
        patch.setattr(place, where, cut)
        with pytest.raises(ConnectionError):
            obey_withdrawals()
    assert Withdrawal.objects.get().files_erased_at is None
    obey_withdrawals()
    assert Withdrawal.objects.get().files_erased_at is not None
    assert built.annotator("ada").pk not in people_frozen(old.moment)
    assert b"Because, well" not in stored_bytes(storage_folder)
    assert made(request_reissue(old, requested_by=None)).state == JobState.DONE


@pytest.mark.parametrize(
    ("step", "why"),
    [("freeze", fetching.GONE), ("work_on_derived", service.WITHDRAWN_MEANWHILE)],
)
def test_a_snapshot_under_way_is_waited_for_and_never_published(
    step: str, why: str, monkeypatch: pytest.MonkeyPatch, storage_folder: Path
):
    built = pairwise_campaign()
    whole = getattr(service, step)

    def leave_meanwhile(*args: Any, **parts: Any) -> Any:
        found = whole(*args, **parts)
        leave(built, "ada")
        obey_withdrawals()
        assert Withdrawal.objects.get().files_erased_at is None
        return found

    with monkeypatch.context() as patch:
        patch.setattr(service, step, leave_meanwhile)
        job = snapshot_of(built.campaign)
    assert (job.state, job.error) == (JobState.FAILED, why)
    obey_withdrawals()
    assert Withdrawal.objects.get().files_erased_at is not None
    assert not list(storage_folder.glob("moments/*/*"))


def test_what_waited_for_approval_is_not_made_of_erased_files():
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    waiting = request_again(old, format="csv", requested_by=None)
    Snapshot.objects.filter(pk=waiting.pk).update(state="awaiting")
    leave(built, "ada")
    obey_withdrawals()
    Snapshot.objects.filter(pk=waiting.pk).update(state="queued")
    job = made(waiting)
    assert (job.state, job.error) == (JobState.FAILED, service.WITHDRAWN_MEANWHILE)


def test_decisions_on_their_texts_are_forgotten():
    built = pairwise_campaign()
    rows = {name: built.judgments[f"{name} q1"].pk for name in ("ada", "cy")}
    for row in rows.values():
        TextDecision.objects.create(
            campaign=built.campaign,
            kind=TextKind.REASON,
            row=row,
            sha256="0" * 64,
            verdict=TextVerdict.KEEP,
        )
    leave(built, "ada")
    obey_withdrawals()
    assert list(TextDecision.objects.values_list("row", flat=True)) == [rows["cy"]]


def test_reconciling_agrees_and_looking_again_changes_nothing():
    built = pairwise_campaign()
    snapshot_of(built.campaign)
    leave(built, "ada")
    obey_withdrawals()
    files = list(Moment.objects.values_list("files__stored_name", "erased_at"))
    obey_withdrawals()
    assert list(Moment.objects.values_list("files__stored_name", "erased_at")) == files
    job = request_reconciliation(built.campaign)
    run_job(Reconciliation, job.pk, reconcile)
    assert Reconciliation.objects.get(pk=job.pk).drift == []


def test_people_who_withdraw_from_a_campaign_without_snapshots_are_done_with_at_once():
    built = pairwise_campaign()
    leave(built, "cy")
    obey_withdrawals()
    assert Withdrawal.objects.get().files_erased_at is not None
    assert not HeldRows.objects.exists()
    asked = request_snapshot(built.campaign, requested_by=None)
    assert made(asked).state == JobState.DONE


def test_rows_in_several_shards_and_parts_stay_where_they_belong(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 1)
    monkeypatch.setattr(parts, "ROWS_IN_PART", 3)
    built = pairwise_campaign()
    old = snapshot_of(built.campaign)
    assert old.moment.shards > 1
    assert parts.parts_of(old.moment) == 2
    leave(built, "ada")
    obey_withdrawals()
    assert built.annotator("ada").pk not in people_frozen(old.moment)
    Moment.objects.filter(pk=old.moment_id).update(erased_at=None)
    again = made(request_again(Snapshot.objects.get(pk=old.pk), format="jsonl", requested_by=None))
    fresh = snapshot_of(built.campaign, "jsonl", key=bytes(old.key))
    for table in TABLES:
        found = [json.dumps(row, sort_keys=True, default=str) for row in rows_in(again, table)]
        wanted = [json.dumps(row, sort_keys=True, default=str) for row in rows_in(fresh, table)]
        assert sorted(found) == sorted(wanted), table
