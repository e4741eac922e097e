"""Releases under choices, from the request to the files: profiles, approval, reviewed texts."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from annotation.enums import JobState
from annotation.errors import Unfit
from annotation.models import Judgment
from annotation.services.leases import skip_assignment
from exports import tasks
from exports.enums import SnapshotState, TextKind, TextVerdict
from exports.errors import Conflict
from exports.models import Snapshot, TextDecision
from exports.profiles.choices import Choices, Group, Recoding
from exports.profiles.texts import REDACTED, text_sha256
from exports.selectors.texts import text_page
from exports.services.approvals import decide
from exports.services.policies import rules_of, set_policy
from exports.services.reviewing import decide_text
from exports.services.snapshots import cancel_snapshot, request_again, request_snapshot
from tests.exports.builders import (
    ALL_PURPOSES,
    Built,
    made,
    pairwise_campaign,
    seat_for,
    snapshot_of,
)
from tests.exports.reading import rows_in
from tests.factories import judge, make_user, serve

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = Choices("public", "excluded", 5, (Recoding("age"), Recoding("tongues")))
REASON = "Because, well…"


def released(built: Built, choices: Choices) -> Snapshot:
    snapshot = snapshot_of(built.campaign, choices=choices)
    assert snapshot.state == JobState.DONE, snapshot.error
    return snapshot


def crowd(built: Built, people: int = 6) -> None:
    for number in range(people):
        seat_for(built.campaign, f"more{number}", {"age": "old", "tongues": ["en"]}, ALL_PURPOSES)


# Choices that are not possible


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        (Choices("public", "excluded", 4), "k"),
        (Choices("public", "included", 5), "text"),
        (Choices("full", "excluded"), "text"),
        (Choices("full", "included", 0, (), ("age",)), "profile"),
        (Choices("research", "included", 1), "k"),
        (Choices("research", "included", 0, (Recoding("shoe"),)), "questions.shoe"),
        (Choices("research", "included", 0, (Recoding("age"),), ("age",)), "questions.age"),
        (
            Choices("research", "included", 0, (Recoding("age", (Group("x", "X", ("no",)),)),)),
            "questions.age",
        ),
        (
            Choices("research", "included", 0, (Recoding("age", (Group("old", "", ("young",)),)),)),
            "questions.age",
        ),
        (
            Choices("research", "included", 0, (Recoding("age", (Group(" ", "", ("young",)),)),)),
            "questions.age",
        ),
    ],
)
def test_impossible_choices_are_refused_by_name(choices: Choices, field: str):
    built = pairwise_campaign()
    with pytest.raises(Unfit) as refusal:
        request_snapshot(built.campaign, choices=choices, requested_by=None)
    assert list(refusal.value.fields) == [field]
    assert not Snapshot.objects.exists()


def test_public_releases_have_no_stable_names():
    built = pairwise_campaign()
    with pytest.raises(Unfit) as refusal:
        request_snapshot(built.campaign, choices=PUBLIC, pseudonyms="stable", requested_by=None)
    assert list(refusal.value.fields) == ["pseudonyms"]


# What leaves


def test_a_public_release_tells_nothing_of_few_people():
    built = pairwise_campaign()
    snapshot = released(built, PUBLIC)
    annotators = rows_in(snapshot, "annotators")
    assert [(one["age"], one["tongues"]) for one in annotators] == [(None, None)] * 3
    judgments = rows_in(snapshot, "judgments")
    assert {one["annotator_stratum"] for one in judgments} == {None}
    assert {one["reason"] for one in judgments} == {None}
    assert {one["language"] for one in judgments} == {None}
    assert all(one["submitted_at"].isoformat().endswith("T00:00:00+00:00") for one in judgments)
    assert {one["stratum"] for one in rows_in(snapshot, "assignments")} == {None}
    coverage = rows_in(snapshot, "coverage")
    assert {(one["submitted"], one["leased"], one["served"]) for one in coverage} == {(None,) * 3}
    assert {one["target"] for one in coverage} == {2}


def test_a_public_release_tells_what_enough_people_share():
    built = pairwise_campaign()
    crowd(built)
    annotators = rows_in(released(built, PUBLIC), "annotators")
    told = sorted(str((one["age"], one["tongues"])) for one in annotators)
    # Three stand out; two of the six are blanked with them, which leaves no five of one kind.
    assert told == ["(None, None)"] * 9
    crowd_of_eight = [seat_for(built.campaign, f"even{n}", CROWD, ALL_PURPOSES) for n in range(2)]
    assert len(crowd_of_eight) == 2
    annotators = rows_in(released(built, PUBLIC), "annotators")
    told = sorted(str((one["age"], one["tongues"])) for one in annotators)
    assert told == ["('old', ['en'])"] * 6 + ["(None, None)"] * 5


CROWD = {"age": "old", "tongues": ["en"]}


def test_a_research_release_has_groups_and_texts_as_chosen():
    built = pairwise_campaign()
    groups = (Recoding("age", (Group("adult", "Adult", ("young", "old")),)),)
    snapshot = released(built, Choices("research", "included", 0, groups, ("tongues",)))
    annotators = rows_in(snapshot, "annotators")
    assert [one["age"] for one in annotators] == ["adult", None, "adult"]
    assert "tongues" not in annotators[0]
    judgments = rows_in(snapshot, "judgments")
    assert sorted({one["reason"] or "" for one in judgments}) == ["", REASON]
    assert judgments[0]["submitted_at"].microsecond or judgments[1]["submitted_at"].microsecond


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (Choices("full", "included"), ("language", "I read no Frisian")),
        (Choices("research", "excluded"), ("language", None)),
        (PUBLIC, (None, None)),
    ],
)
def test_why_something_was_skipped_leaves_as_the_profile_lets_it(
    choices: Choices, told: tuple[str | None, str | None]
):
    built = pairwise_campaign()
    person = seat_for(built.campaign, "dan", CROWD, ALL_PURPOSES)
    skip_assignment(serve(person), kind="language", reason="I read no Frisian")
    [skipped] = [
        row
        for row in rows_in(released(built, choices), "assignments")
        if row["status"] == "skipped"
    ]
    assert (skipped["skip_kind"], skipped["skip_reason"]) == told


def test_every_choice_is_in_the_row_and_export_again_has_it_too():
    built = pairwise_campaign()
    snapshot = released(built, PUBLIC)
    assert snapshot.choices == {
        "profile": "public",
        "text": "excluded",
        "k": 5,
        "identifying": [{"question": "age", "groups": []}, {"question": "tongues", "groups": []}],
        "withheld": [],
        "reviewed_until": 0,
    }
    again = made(request_again(snapshot, format="jsonl", requested_by=None))
    assert again.choices == snapshot.choices
    assert {one["reason"] for one in rows_in(again, "judgments")} == {None}


# The second person


def test_a_public_release_waits_for_a_second_person(sent: list[int]):
    built = pairwise_campaign()
    owner, admin = built.campaign.owner, make_user(Role.ADMIN)
    set_policy(built.campaign, needs_approval=True, least_k=5, changed_by=owner)
    waiting = request_snapshot(built.campaign, choices=PUBLIC, requested_by=owner)
    tasks.start_snapshot(waiting)
    tasks.run_snapshot(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts, sent) == (SnapshotState.AWAITING, 0, [])
    with pytest.raises(Conflict) as refusal:
        decide(waiting, approved=True, note="", decided_by=owner)
    assert refusal.value.code == "second-person"
    approved = decide(waiting, approved=True, note="Looked at the preview.", decided_by=admin)
    assert (approved.state, approved.approval.decided_by) == (SnapshotState.QUEUED, admin)
    assert approved.approval.note == "Looked at the preview."
    assert made(approved).state == JobState.DONE
    with pytest.raises(Conflict):
        decide(approved, approved=False, note="Late", decided_by=admin)
    # The same data in another format needs no further word; a new version does.
    again = request_again(approved, format="csv", requested_by=owner)
    assert again.state == SnapshotState.QUEUED
    newer = request_snapshot(built.campaign, choices=PUBLIC, requested_by=admin)
    assert newer.state == SnapshotState.AWAITING


def test_refusing_needs_a_reason_and_ends_the_snapshot():
    built = pairwise_campaign()
    owner, admin = built.campaign.owner, make_user(Role.ADMIN)
    set_policy(built.campaign, needs_approval=True, least_k=5, changed_by=owner)
    waiting = request_snapshot(built.campaign, choices=PUBLIC, requested_by=owner)
    with pytest.raises(Conflict) as refusal:
        decide(waiting, approved=False, note=" ", decided_by=admin)
    assert refusal.value.code == "note-missing"
    refused = decide(waiting, approved=False, note="Too soon.", decided_by=admin)
    assert (refused.state, refused.has_ended) == (SnapshotState.CANCELLED, True)
    assert not refused.approval.approved
    assert made(refused).files.count() == 0


def test_only_public_releases_wait_and_a_waiting_one_can_be_taken_back():
    built = pairwise_campaign()
    owner = built.campaign.owner
    set_policy(built.campaign, needs_approval=True, least_k=5, changed_by=owner)
    research = request_snapshot(
        built.campaign, choices=Choices("research", "included"), requested_by=owner
    )
    assert research.state == SnapshotState.QUEUED
    waiting = request_snapshot(built.campaign, choices=PUBLIC, requested_by=owner)
    cancel_snapshot(waiting)
    waiting.refresh_from_db()
    assert waiting.state == SnapshotState.CANCELLED


def test_rules_may_be_tightened_by_the_owner_and_loosened_by_admins_only():
    built = pairwise_campaign()
    owner, admin = built.campaign.owner, make_user(Role.ADMIN)
    set_policy(built.campaign, needs_approval=True, least_k=10, changed_by=owner)
    for looser in (
        {"needs_approval": False, "least_k": 10},
        {"needs_approval": True, "least_k": 9},
    ):
        with pytest.raises(PermissionDenied):
            set_policy(built.campaign, **looser, changed_by=owner)
    assert rules_of([built.campaign]).least_k == 10
    set_policy(built.campaign, needs_approval=False, least_k=3, changed_by=admin)
    assert rules_of([built.campaign]) == rules_of([]).__class__(False, 3)
    with pytest.raises(Unfit):
        set_policy(built.campaign, needs_approval=False, least_k=1, changed_by=admin)


# Reviewed texts


def written(built: Built) -> dict[str, Judgment]:
    """Four texts: ada's two reasons, a note on a passage and one inside an answer."""
    assignment = built.seats["ben"].annotator.assignments.get(status="leased")
    first, _second = (one.external_id for one in assignment.item.responses.all())
    span = {"response": first, "start": 0, "end": 2}
    built.judgments["ben"] = judge(
        assignment,
        {"overall": {"outcome": "tie", "spans": [{**span, "note": "inside: b@x.org"}]}},
        spans=[{**span, "note": "note of ben"}, span],
        reason="Mine: a@x.org",
    )
    return built.judgments


def pass_text(built: Built, row: int, text: str, verdict: TextVerdict, **parts: Any) -> None:
    kind, place = parts.pop("kind", TextKind.REASON), parts.pop("place", 0)
    decide_text(
        built.campaign,
        kind,
        row,
        place,
        sha256=text_sha256(text),
        verdict=verdict,
        decided_by=built.campaign.owner,
        **parts,
    )


def test_only_what_a_reviewer_passed_leaves():
    built = pairwise_campaign()
    judgments = written(built)
    ada, ben = judgments["ada q1"], judgments["ben"]
    pass_text(built, ada.pk, REASON, TextVerdict.KEEP)
    pass_text(built, ben.pk, "Mine: a@x.org", TextVerdict.REDACT, cuts=[(6, 13)])
    pass_text(
        built, ben.pk, "inside: b@x.org", TextVerdict.REDACT,
        kind=TextKind.NOTE, place=100, cuts=[(8, 15)],
    )  # fmt: skip
    snapshot = released(built, Choices("research", "reviewed"))
    rows = {one["judgment_id"]: one for one in rows_in(snapshot, "judgments")}
    assert rows[ada.pk]["reason"] == REASON
    assert rows[judgments["ada q2"].pk]["reason"] is None
    assert rows[ben.pk]["reason"] == f"Mine: {REDACTED}"
    assert "note of ben" not in rows[ben.pk]["spans"]
    assert rows[ben.pk]["spans"].count('"start"') == 2
    assert f"inside: {REDACTED}" in rows[ben.pk]["answers"]
    ben.refresh_from_db()
    assert ben.reason == "Mine: a@x.org"


def test_without_text_notes_are_gone_and_passages_stay():
    built = pairwise_campaign()
    ben = written(built)["ben"]
    snapshot = released(built, Choices("research", "excluded"))
    row = next(one for one in rows_in(snapshot, "judgments") if one["judgment_id"] == ben.pk)
    assert row["reason"] is None
    assert "note" not in row["spans"] + row["answers"]
    assert row["spans"].count('"start"') == 2


def test_the_last_decision_before_the_request_counts():
    built = pairwise_campaign()
    ada = built.judgments["ada q1"]
    pass_text(built, ada.pk, REASON, TextVerdict.DROP)
    pass_text(built, ada.pk, REASON, TextVerdict.KEEP)
    wanted = request_snapshot(
        built.campaign, choices=Choices("research", "reviewed"), requested_by=None
    )
    pass_text(built, ada.pk, REASON, TextVerdict.DROP)
    rows = {one["judgment_id"]: one for one in rows_in(made(wanted), "judgments")}
    assert rows[ada.pk]["reason"] == REASON
    later = released(built, Choices("research", "reviewed"))
    assert {one["reason"] for one in rows_in(later, "judgments")} == {None}
    assert TextDecision.objects.count() == 3


def test_a_decision_is_on_the_text_that_was_read():
    built = pairwise_campaign()
    ada = built.judgments["ada q1"]
    with pytest.raises(Conflict):
        pass_text(built, ada.pk, "another text", TextVerdict.KEEP)
    with pytest.raises(Unfit):
        pass_text(built, ada.pk, REASON, TextVerdict.REDACT, cuts=[(3, 99)])
    assert not TextDecision.objects.exists()


def test_undecided_texts_are_paged_and_decided_ones_leave_the_page(
    django_assert_num_queries: Any,
):
    built = pairwise_campaign()
    page = text_page(built.campaign, TextKind.REASON, after=0, all_texts=False)
    assert [text.text for text in page.texts] == [REASON, REASON]
    assert page.after is None
    pass_text(built, built.judgments["ada q1"].pk, REASON, TextVerdict.KEEP)
    page = text_page(built.campaign, TextKind.REASON, after=0, all_texts=False)
    assert [text.row for text in page.texts] == [built.judgments["ada q2"].pk]
    with django_assert_num_queries(2):
        page = text_page(built.campaign, TextKind.REASON, after=0, all_texts=True)
    assert {text.row: bool(text.decision) for text in page.texts} == {
        built.judgments["ada q1"].pk: True,
        built.judgments["ada q2"].pk: False,
    }
