from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.enums import AssignmentStatus
from annotation.errors import Conflict, Unfit
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.judging import submit_judgment
from annotation.services.leases import release_assignment, return_lapsed_leases
from annotation.services.submissions import Submission, clean_submission
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    first_preferred,
    judge,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
TIE = {"overall": {"outcome": "tie"}}


@pytest.fixture
def assignment():
    return serve(take_part(open_with_items(2)))


def test_a_judgment_knows_its_context():
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=AGE_STRATA, guideline="Be kind.")
    seat = take_part(campaign, age="old")
    assignment = serve(seat)
    judgment = judge(assignment, TIE, reason=" because ", confidence=80, active_ms=1200)
    judgment = Judgment.objects.get(pk=judgment.pk)
    assert judgment.answers == TIE
    assert (judgment.reason, judgment.confidence, judgment.active_ms) == ("because", 80.0, 1200)
    assert judgment.stratum.key == "old"
    assert judgment.profile.answers == {"age": ["old"]}
    assert (judgment.profile.version, judgment.consent.document.version) == (1, 1)
    assert judgment.guideline.text == "Be kind."
    assert judgment.presented_order == assignment.presented_order
    assert judgment.content_hashes == assignment.item.content_hashes
    assert (judgment.strategy, judgment.is_repeat, judgment.after_lease) == (
        "balanced",
        False,
        False,
    )
    assert (judgment.language, judgment.software_version) == ("en", "0.1.0")
    assert 0 <= judgment.elapsed_ms < 60_000


def test_a_judgment_turns_the_lease_into_a_submitted_count(assignment):
    judge(assignment)
    cell = Coverage.objects.get(pk=assignment.coverage_id)
    assert (cell.leased, cell.submitted) == (0, 1)
    assert Assignment.objects.get().status == AssignmentStatus.SUBMITTED
    assert Seat.objects.get().submitted == 1


def test_the_same_key_again_gives_the_same_judgment_and_one_row(assignment):
    submission = Submission(answers=TIE, language="en", idempotency_key="k")
    first, created = submit_judgment(assignment, submission)
    again, created_again = submit_judgment(assignment, submission)
    assert (created, created_again) == (True, False)
    assert first.pk == again.pk
    assert Judgment.objects.count() == 1
    assert Seat.objects.get().submitted == 1


def test_a_key_used_for_something_else_is_refused():
    seat = take_part(open_with_items(2))
    judge(serve(seat), TIE, idempotency_key="k")
    second = serve(seat)
    with pytest.raises(Conflict) as refused:
        judge(second, TIE, idempotency_key="k")
    assert refused.value.code == "key-reused"
    assert Judgment.objects.count() == 1


def test_a_key_used_with_another_answer_is_refused(assignment):
    judge(assignment, TIE, idempotency_key="k")
    with pytest.raises(Conflict) as refused:
        judge(assignment, {"overall": {"outcome": "both_bad"}}, idempotency_key="k")
    assert refused.value.code == "key-reused"


def test_two_people_may_use_the_same_key():
    campaign = open_with_items(1)
    for _ in range(2):
        judge(serve(take_part(campaign)), TIE, idempotency_key="k")
    assert Judgment.objects.count() == 2


def test_an_answered_assignment_takes_no_second_answer(assignment):
    judge(assignment, TIE)
    with pytest.raises(Conflict) as refused:
        judge(assignment, TIE)
    assert refused.value.code == "already-answered"
    assert Judgment.objects.count() == 1


def test_a_lapsed_lease_still_takes_the_answer_where_there_is_room(assignment):
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    return_lapsed_leases()
    judgment = judge(assignment)
    assert judgment.after_lease
    cell = Coverage.objects.get(pk=assignment.coverage_id)
    assert (cell.leased, cell.submitted) == (0, 1)


def test_a_lapsed_lease_whose_place_is_taken_is_refused_and_says_so():
    campaign = open_with_items(1, overlap=1)
    late = serve(take_part(campaign))
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    return_lapsed_leases()
    judge(serve(take_part(campaign)))
    with pytest.raises(Conflict, match="others have answered it since") as refused:
        judge(late)
    assert refused.value.code == "lease-lapsed"
    assert Judgment.objects.count() == 1


def test_a_released_assignment_takes_no_answer(assignment):
    release_assignment(assignment)
    with pytest.raises(Conflict, match="gave this item back"):
        judge(assignment)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"answers": "tie"}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": {}}, "answers.overall"),
        ({"answers": {"overall": "tie"}}, "answers.overall"),
        ({"answers": {"overall": {"preferred": "zz", "strength": 1}}}, "answers.overall.preferred"),
        ({"answers": {**TIE, "style": {"outcome": "tie"}}}, "answers.style"),
        (
            {"answers": {"overall": {"outcome": "tie", "acceptable": {"zz": True}}}},
            "answers.overall.acceptable",
        ),
        ({"answers": {"overall": {"outcome": "tie", "spans": {}}}}, "answers.overall.spans"),
        ({"reason": 7}, "reason"),
        ({"reason": "x" * 10_001}, "reason"),
        ({"confidence": 101}, "confidence"),
        ({"confidence": True}, "confidence"),
        ({"active_ms": -1}, "active_ms"),
        ({"active_ms": 1.5}, "active_ms"),
        ({"acceptable": {"r1": "yes"}}, "acceptable"),
        ({"acceptable": []}, "acceptable"),
        ({"spans": [{"response": "r1", "start": 3, "end": 3}]}, "spans"),
        ({"spans": [{"response": "r9", "start": 0, "end": 3}]}, "spans"),
        ({"spans": [{"response": "r1", "start": 0, "end": 3, "note": 1}]}, "spans"),
        ({"reason": "\ud800"}, "judgment"),
        ({"reason": "a\x00"}, "judgment"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_stored(assignment, parts, field):
    with pytest.raises(Unfit) as refused:
        judge(assignment, **{"answers": TIE, **parts})
    assert list(refused.value.fields) == [field]
    assert not Judgment.objects.exists()
    assert Assignment.objects.get().status == AssignmentStatus.LEASED


def test_acceptability_and_spans_are_kept_beside_the_answer(assignment):
    spans = [{"response": "r1", "start": 0, "end": 3, "note": "here"}]
    inside = {"overall": {"outcome": "tie", "acceptable": {"r2": False}}}
    judgment = judge(assignment, inside, acceptable={"r1": True}, spans=spans)
    assert judgment.answers == inside
    assert (judgment.acceptable, judgment.spans) == ({"r1": True}, spans)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["r1", "r2", "tie"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                ["overall", "preferred", "strength", "outcome", "spans", "acceptable"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(answers=json_values)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_either_a_valid_answer_or_refused(assignment, answers):
    submission = Submission(answers=answers, language="en")
    fields = {}
    try:
        cleaned = clean_submission(assignment, submission)
    except Unfit as refused:
        fields = refused.fields
    else:
        assert set(cleaned.answers) == {"overall"}
        fields = {"preferred", "outcome"} & set(cleaned.answers["overall"])
    assert fields


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE annotation_judgment SET reason = 'rewritten'",
        "UPDATE annotation_judgment SET answers = answers",
        "DELETE FROM annotation_judgment",
    ],
)
def test_the_database_refuses_to_change_or_lose_a_judgment(assignment, statement):
    judge(assignment, TIE, reason="mine")
    with (
        pytest.raises(DatabaseError, match="Judgments are append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Judgment.objects.values_list("answers", "reason")) == [(TIE, "mine")]


def test_judgments_refuse_truncate(assignment):
    judge(assignment, TIE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE annotation_judgment ENABLE TRIGGER judgment_no_truncate")
        with pytest.raises(DatabaseError, match="TRUNCATE is refused"), transaction.atomic():
            cursor.execute("TRUNCATE annotation_judgment CASCADE")
        cursor.execute("ALTER TABLE annotation_judgment DISABLE TRIGGER judgment_no_truncate")
    assert Judgment.objects.count() == 1


def test_the_database_refuses_a_second_first_judgment(assignment):
    judgment = judge(assignment, TIE)
    copy = Judgment.objects.get(pk=judgment.pk)
    copy.pk = None
    with pytest.raises(IntegrityError, match="one_first_judgment"), transaction.atomic():
        copy.save(force_insert=True)


def test_a_changed_mind_is_a_new_row_that_supersedes(assignment):
    judgment = judge(assignment, TIE)
    revision = Judgment.objects.get(pk=judgment.pk)
    revision.pk, revision.supersedes, revision.answers = None, judgment, first_preferred(assignment)
    revision.save(force_insert=True)
    assert judgment.superseded_by == revision
    assert Judgment.objects.count() == 2


@pytest.mark.parametrize("items", [1, 40])
def test_accepting_asks_the_same_number_of_statements_whatever_the_size(items):
    seat = take_part(open_with_items(items))
    assignment = Assignment.objects.select_related("campaign").get(pk=serve(seat).pk)
    with CaptureQueriesContext(connection) as queries:
        judge(assignment, TIE, idempotency_key="k")
    # savepoint, seat, assignment, coverage, judgment, assignment, release
    assert len(queries) == 7
