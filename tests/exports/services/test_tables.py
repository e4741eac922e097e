"""What stands in the tables, cell by cell."""

from datetime import timedelta
from typing import Any

import pytest

from annotation.models import Assignment, Judgment
from annotation.services.leases import return_lapsed_leases, skip_assignment
from exports.enums import Pseudonyms
from exports.models import Snapshot
from exports.pseudonyms import released_name
from exports.tables import (
    ASSIGNMENTS,
    COMPARISONS,
    COVERAGE,
    ITEMS,
    JUDGMENTS,
    RANKINGS,
    RATINGS,
    RESPONSES,
    annotators_table,
)
from exports.tables.people import AskedQuestion
from tests.exports.builders import (
    CONVERSATION,
    Built,
    pairwise_campaign,
    ranking_campaign,
    snapshot_of,
    supersede,
)
from tests.exports.reading import plain, rows_in
from tests.factories import judge, make_annotator, make_campaign, serve, take_part

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = annotators_table(
    [AskedQuestion("age", "", False, {}), AskedQuestion("tongues", "", True, {})]
)
TABLES = (
    JUDGMENTS,
    COMPARISONS,
    RANKINGS,
    RATINGS,
    PEOPLE,
    ITEMS,
    RESPONSES,
    ASSIGNMENTS,
    COVERAGE,
)


def name_in(snapshot: Snapshot, built: Built, name: str) -> str:
    annotator = built.annotator(name)
    return released_name(
        Pseudonyms.PER_RELEASE, bytes(snapshot.key), annotator.pk, annotator.pseudonym
    )


def test_judgments_hold_every_column_as_stored():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    rows = plain(rows_in(snapshot, "judgments"), JUDGMENTS, "parquet")
    assert [row["judgment_id"] for row in rows] == sorted(
        judgment.pk for judgment in built.judgments.values()
    )
    stored = built.judgments["ada q1"]
    row = next(row for row in rows if row["judgment_id"] == stored.pk)
    assert list(row) == JUDGMENTS.header
    assert row == {
        "judgment_id": stored.pk,
        "item_id": "q1",
        "annotator_id": name_in(snapshot, built, "ada"),
        "annotator_stratum": "young",
        "profile_version": 1,
        "consent_version": 1,
        "guideline_version": 1,
        "task_type": "pairwise",
        "presented_order": stored.presented_order,
        "answers": {"overall": {"preferred": "a", "strength": 2}},
        "reason": "Because, well…",
        "confidence": 80.0,
        "is_repeat": False,
        "supersedes": None,
        "is_final": True,
        "flags": [],
        "active_ms": 1500,
        "elapsed_ms": stored.elapsed_ms,
        "language": "en",
        "submitted_at": stored.submitted_at,
        "acceptable": None,
        "spans": None,
        "assignment_id": stored.assignment_id,
        "strategy": "balanced",
        "propensity": 1.0,
        "content_hashes": stored.content_hashes,
        "software_version": "0.1.0",
        "campaign": "pairs",
    }


def test_comparisons_grade_towards_the_second_response_of_the_item_file():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    rows = rows_in(snapshot, "comparisons")
    assert list(rows[0]) == COMPARISONS.header
    names = {judgment.pk: name for name, judgment in built.judgments.items()}
    found = {
        names[row["judgment_id"]]: (
            *(row["item_id"], row["criterion"], row["response_a"], row["response_b"]),
            *(row["preference"], row["outcome"], row["source"]),
        )
        for row in rows
    }
    assert found == {
        "ada q1": ("q1", "overall", "z", "a", 2, "graded", "pairwise"),
        "ada q2": ("q2", "overall", "r1", "r2", -1, "graded", "pairwise"),
        "cy q1": ("q1", "overall", "z", "a", None, "both_bad", "pairwise"),
        "cy q2": ("q2", "overall", "r1", "r2", 0, "tie", "pairwise"),
    }
    for row in rows:
        assert row["shown_first"] == built.judgments[names[row["judgment_id"]]].presented_order[0]
    assert rows_in(snapshot, "rankings") == []


def test_rankings_expand_into_places_and_all_pairs():
    built = ranking_campaign()
    snapshot = snapshot_of(built.campaign)
    places = [
        (row["criterion"], row["response_id"], row["rank"]) for row in rows_in(snapshot, "rankings")
    ]
    assert places == [
        ("tone", "a", 1),
        ("tone", "b", 2),
        ("tone", "c", 2),
        ("facts", "b", 1),
        ("facts", "c", 2),
        ("facts", "a", 3),
    ]
    pairs = [
        (row["criterion"], row["response_a"], row["response_b"], row["preference"], row["outcome"])
        for row in rows_in(snapshot, "comparisons")
    ]
    assert pairs == [
        ("tone", "c", "a", 1, "graded"),
        ("tone", "c", "b", 0, "tie"),
        ("tone", "a", "b", -1, "graded"),
        ("facts", "c", "a", -1, "graded"),
        ("facts", "c", "b", 1, "graded"),
        ("facts", "a", "b", 1, "graded"),
    ]
    order = built.judgments["dee k1"].presented_order
    for row in rows_in(snapshot, "comparisons"):
        pair = (row["response_a"], row["response_b"])
        assert row["shown_first"] == min(pair, key=order.index)
        assert row["source"] == "ranking"


def test_items_and_responses_are_what_was_imported():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    first, second = plain(rows_in(snapshot, "items"), ITEMS, "parquet")
    assert first["prompt"] == "=SUM(1;2) What is it?"
    assert first["metadata"] == {"topic": "sums", "nested": {"n": [1, None]}}
    assert (first["item_id"], first["language"], first["is_conversation"]) == ("q1", "en", False)
    assert second["prompt"] == CONVERSATION
    assert (second["item_id"], second["language"], second["is_conversation"]) == ("q2", None, True)
    responses = plain(rows_in(snapshot, "responses"), RESPONSES, "parquet")
    assert [
        (row["item_id"], row["response_id"], row["position"], row["model"], row["text"])
        for row in responses
    ] == [
        ("q1", "z", 0, "model-alpha", "Three."),
        ("q1", "a", 1, "model-beta", "Drei 😀"),
        ("q2", "r1", 0, None, "Yes"),
        ("q2", "r2", 1, None, [{"role": "assistant", "content": "No"}]),
    ]
    hashes = built.judgments["ada q1"].content_hashes["responses"]
    assert [row["sha256"] for row in responses[:2]] == [hashes["z"], hashes["a"]]
    assert responses[0]["metadata"] == {"t": 0.7}


def test_assignments_and_open_places_add_up_to_the_design():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    rows = plain(rows_in(snapshot, "assignments"), ASSIGNMENTS, "parquet")
    assert list(rows[0]) == ASSIGNMENTS.header
    statuses = [row["status"] for row in rows]
    assert statuses == ["submitted"] * 4 + ["leased"] + ["never_served"] * 3
    held = Assignment.objects.get(status="leased")
    leased, missing = rows[4], rows[5]
    assert leased["annotator_id"] == name_in(snapshot, built, "ben")
    assert leased["presented_order"] == held.presented_order
    assert leased["served_at"] == held.served_at
    assert leased["lease_expires_at"] == held.lease_expires_at
    assert leased["ended_at"] is None
    assert {name for name, value in missing.items() if value is not None} == {
        *("item_id", "stratum", "status", "is_repeat", "campaign"),
    }
    cells = rows_in(snapshot, "coverage")
    assert list(cells[0]) == COVERAGE.header
    assert sum(cell["target"] for cell in cells) == 8
    assert sum(cell["submitted"] for cell in cells) == statuses.count("submitted")
    assert sum(cell["leased"] for cell in cells) == statuses.count("leased")


def test_skipped_assignments_export_with_their_reason_and_the_place_stays_open():
    built = pairwise_campaign()
    person = take_part(built.campaign, age="old")
    skip_assignment(serve(person), kind="upsetting", reason="Too grim")
    rows = rows_in(snapshot_of(built.campaign), "assignments")
    skipped = [row for row in rows if row["status"] == "skipped"]
    assert [(row["skip_kind"], row["skip_reason"]) for row in skipped] == [
        ("upsetting", "Too grim")
    ]
    assert {row["skip_kind"] for row in rows if row["status"] != "skipped"} == {None}
    assert [row["status"] for row in rows].count("never_served") == 3


@pytest.mark.parametrize("build", [pairwise_campaign, ranking_campaign])
def test_all_formats_hold_the_same_content(build: Any):
    built = build()
    key = bytes(range(32))
    contents = []
    for format in ("parquet", "jsonl", "csv"):
        snapshot = snapshot_of(built.campaign, format, key=key)
        assert snapshot.state == "done"
        contents.append(
            {table.name: plain(rows_in(snapshot, table.name), table, format) for table in TABLES}
        )
    assert contents[0] == contents[1] == contents[2]
    assert len(contents[0]["judgments"]) == len(built.judgments)


def test_superseded_judgments_stay_and_are_told_apart():
    built = pairwise_campaign()
    old = built.judgments["ada q1"]
    new = supersede(old, {"overall": {"outcome": "depends"}})
    rows = {row["judgment_id"]: row for row in rows_in(snapshot_of(built.campaign), "judgments")}
    assert len(rows) == 5
    assert (rows[old.pk]["is_final"], rows[old.pk]["supersedes"]) == (False, None)
    assert (rows[new.pk]["is_final"], rows[new.pk]["supersedes"]) == (True, old.pk)
    comparisons = rows_in(snapshot_of(built.campaign), "comparisons")
    finals = {row["judgment_id"]: row["is_final"] for row in comparisons}
    assert (finals[old.pk], finals[new.pk]) == (False, True)


def test_a_judgment_after_its_lease_is_flagged():
    built = pairwise_campaign()
    held = Assignment.objects.get(status="leased")
    held.lease_expires_at -= timedelta(hours=2)
    held.save(update_fields=["lease_expires_at"])
    return_lapsed_leases()
    judgment = judge(Assignment.objects.get(pk=held.pk))
    assert judgment.after_lease
    rows = rows_in(snapshot_of(built.campaign), "judgments")
    assert [row["flags"] for row in rows if row["judgment_id"] == judgment.pk] == [["after_lease"]]
    assert [row["flags"] for row in rows].count([]) == 4


def test_repeats_are_rows_like_any_other():
    built = pairwise_campaign()
    original = built.judgments["cy q1"]
    fields = {
        "is_repeat": True,
        "coverage": None,
        "presented_order": original.presented_order[::-1],
        "status": "leased",
    }
    repeat = Assignment.objects.get(pk=original.assignment_id)
    repeat.pk = None
    for name, value in fields.items():
        setattr(repeat, name, value)
    repeat.save()
    judgment = judge(repeat)
    assert Judgment.objects.get(pk=judgment.pk).is_repeat
    snapshot = snapshot_of(built.campaign)
    rows = {row["judgment_id"]: row for row in rows_in(snapshot, "judgments")}
    assert rows[judgment.pk]["is_repeat"] is True
    assert rows[judgment.pk]["presented_order"] == original.presented_order[::-1]
    cells = rows_in(snapshot, "coverage")
    assert sum(cell["submitted"] for cell in cells) == 4


def test_only_the_campaigns_own_rows_are_there():
    built = pairwise_campaign()
    other = ranking_campaign()
    take_part(other.campaign, make_annotator())
    snapshot = snapshot_of(built.campaign)
    for table in ("judgments", "items", "responses", "assignments", "coverage"):
        assert {row["item_id"] for row in rows_in(snapshot, table)} == {"q1", "q2"}
    assert len(rows_in(snapshot, "annotators")) == 3


def test_an_empty_campaign_gives_empty_tables():
    for format in ("parquet", "jsonl", "csv"):
        snapshot = snapshot_of(make_campaign(), format)
        assert snapshot.state == "done"
        for table in TABLES:
            assert rows_in(snapshot, table.name) == []
