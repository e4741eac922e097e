"""Flags: exact by check, repeat and time; and deaf to what anybody else answers."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.enums import JobState, NothingToServe
from annotation.models import Assignment, Coverage, Item, Judgment, JudgmentFlag
from annotation.selectors.quality import own_quality, quality_of
from annotation.services.campaigns import open_campaign
from annotation.services.flagging import follows
from annotation.services.leases import skip_assignment
from annotation.services.revising import revise_judgment
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from annotation.task_types import same_answer
from tests.factories import (
    import_lines,
    item_line,
    judge,
    make_annotator,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
CHECK = {"overall": {"preferred": "r2"}}


def with_checks(items=3, checks=2, rate=0.5, **parts):
    campaign = make_campaign(entry={"check_rate": rate}, **parts)
    lines = [item_line(f"q{n}") for n in range(1, items + 1)]
    lines += [item_line(f"check{n}", check=CHECK) for n in range(1, checks + 1)]
    assert import_lines(campaign, lines).state == JobState.DONE
    return open_campaign(campaign)


def flags_on(judgment):
    return sorted(JudgmentFlag.objects.filter(judgment=judgment).values_list("flag", flat=True))


def answer(preferred, strength=2):
    return {"overall": {"preferred": preferred, "strength": strength}}


def all_served(seat, preferred="r2"):
    judgments = []
    while not isinstance(served := next_assignment(seat), NothingToServe):
        judgments.append(judge(served, answer(preferred)))
    return judgments


def test_check_items_have_no_coverage_and_count_as_no_item():
    campaign = with_checks()
    assert Item.objects.filter(campaign=campaign).count() == 5
    assert Coverage.objects.count() == 3
    campaign.refresh_from_db()
    assert campaign.planned_items == 3


def test_a_check_is_compared_with_its_instruction_only():
    campaign = with_checks(items=6)
    for preferred, flag in (("r2", "check_passed"), ("r1", "check_failed")):
        given = all_served(take_part(campaign), preferred)
        checks = [one for one in given if one.item.check_answers]
        assert checks
        assert {flags_on(one)[0] for one in checks} == {flag}
        assert all(flags_on(one) == [] for one in given if not one.item.check_answers)
        assert all(one.assignment.coverage_id is None for one in checks)
    assert sum(Coverage.objects.values_list("submitted", flat=True)) == 12


def test_each_check_is_met_at_most_once_and_never_repeated():
    campaign = with_checks(items=20, checks=2, repeat_rate=0.5, overlap=1)
    seat = take_part(campaign)
    given = all_served(seat)
    checks = [one.item_id for one in given if one.item.check_answers]
    assert len(checks) == len(set(checks)) == 2
    repeats = Assignment.objects.filter(is_repeat=True)
    assert repeats.exists()
    assert not repeats.filter(item__check_answers__isnull=False).exists()


def test_a_skipped_check_does_not_come_back():
    campaign = with_checks(items=1, checks=1)
    seat = take_part(campaign)
    met = []
    while not isinstance(served := next_assignment(seat), NothingToServe):
        met.append(served.item.external_id)
        if served.item.check_answers:
            skip_assignment(served)
        else:
            judge(served)
    assert len(met) == len(set(met))


def test_without_a_rate_checks_are_never_served():
    given = all_served(take_part(with_checks(rate=0)))
    assert sorted(one.item.external_id for one in given) == ["q1", "q2", "q3"]


@pytest.mark.parametrize(
    ("expected", "given", "is_followed"),
    [
        ({"overall": {"preferred": "r2"}}, answer("r2", 1), True),
        ({"overall": {"preferred": "r2", "strength": 2}}, answer("r2", 1), False),
        ({"overall": {"outcome": "tie"}}, {"overall": {"outcome": "tie"}}, True),
        ({"overall": {"outcome": "tie"}}, answer("r1"), False),
        ({"tone": {"outcome": "tie"}}, answer("r1"), False),
    ],
)
def test_an_instruction_holds_in_all_that_it_says_and_in_nothing_else(expected, given, is_followed):
    assert follows(expected, given) is is_followed


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (answer("r1", 1), answer("r1", 2), True),
        (answer("r1"), answer("r2"), False),
        (answer("r1"), {"overall": {"outcome": "tie"}}, False),
        ({"o": {"ranking": [["a", "b"], ["c"]]}}, {"o": {"ranking": [["b", "a"], ["c"]]}}, True),
        ({"o": {"ranking": [["a"], ["b"]]}}, {"o": {"ranking": [["b"], ["a"]]}}, False),
        ({"o": {"ratings": {"a": 3}}}, {"o": {"ratings": {"a": 4}}}, False),
        ({"o": {"best": "a", "worst": "b"}}, {"o": {"best": "a", "worst": "b"}}, True),
    ],
)
def test_a_repeat_says_the_same_by_direction(first, second, is_same):
    assert same_answer(first, second) is is_same


def test_repeats_are_flagged_and_make_a_figure_for_their_person():
    campaign = open_with_items(30, overlap=1, repeat_rate=0.5)
    seat = take_part(campaign)
    same = other = 0
    while not isinstance(served := next_assignment(seat), NothingToServe):
        preferred = "r1" if served.is_repeat and same > other else "r2"
        judgment = judge(served, answer(preferred))
        if served.is_repeat:
            expected = "repeat_same" if preferred == "r2" else "repeat_differs"
            assert flags_on(judgment) == [expected]
            same, other = same + (preferred == "r2"), other + (preferred == "r1")
    assert min(same, other) > 0
    figures = own_quality(campaign, seat.annotator_id)
    assert (figures.repeats, figures.repeats_same) == (same + other, same)
    assert figures.consistency == same / (same + other)
    assert own_quality(campaign, make_annotator().pk) is None


def test_too_fast_is_less_active_time_than_reading_takes():
    campaign = open_with_items(3, entry={"fastest_reading": 600})
    characters = Item.objects.first().characters
    assert characters == len("What about q1?") + 2 * len("Answer 1 to q1")
    seat = take_part(campaign)
    needed = characters * 100
    assert flags_on(judge(serve(seat), active_ms=needed - 1)) == ["too_fast"]
    assert flags_on(judge(serve(seat), active_ms=needed)) == []
    assert flags_on(judge(serve(seat), active_ms=None)) == []


def test_a_changed_answer_is_flagged_anew_and_the_old_flag_stays_with_the_old_answer():
    campaign = with_checks(items=4, flow={"revise": "all"})
    given = all_served(take_part(campaign), "r1")
    check = next(one for one in given if one.item.check_answers)
    submission = Submission(answers=answer("r2"), idempotency_key="again", language="en")
    revised, _new = revise_judgment(check.assignment, submission)
    assert (flags_on(check), flags_on(revised)) == (["check_failed"], ["check_passed"])
    figures = own_quality(campaign, check.annotator_id)
    failed = sum(bool(one.item.check_answers) for one in given) - 1
    assert (figures.checks - figures.checks_passed, figures.checks_passed) == (failed, 1)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["r1", "r2"]), min_size=3, max_size=3))
def test_flags_do_not_depend_on_what_others_answer(others):
    campaign = with_checks(items=6, checks=2, repeat_rate=0.3, overlap=4)
    for preferred in others:
        all_served(take_part(campaign), preferred)
    mine = all_served(take_part(campaign), "r1")
    by_kind = {(bool(one.item.check_answers), one.is_repeat): flags_on(one) for one in mine}
    assert by_kind.pop((False, False)) == []
    assert by_kind.pop((True, False), ["check_failed"]) == ["check_failed"]
    assert by_kind.pop((False, True), ["repeat_same"]) == ["repeat_same"]
    assert by_kind == {}


def test_what_flags_ask_of_the_database_names_the_judgments_own_annotator():
    campaign = open_with_items(20, overlap=1, repeat_rate=0.5)
    seat = take_part(campaign)
    while not (served := serve(seat)).is_repeat:
        judge(served)
    with CaptureQueriesContext(connection) as queries:
        judge(served)
    selects = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    read = [sql for sql in selects if '"annotation_judgment"' in sql]
    assert len(read) == 1
    assert f'"annotator_id" = {seat.annotator_id}' in read[0]


def test_an_ordinary_answer_asks_as_many_queries_as_before():
    seat = take_part(open_with_items(2, entry={"fastest_reading": 1000, "check_rate": 0.1}))
    assignment = serve(seat)
    with CaptureQueriesContext(connection) as queries:
        judge(assignment, active_ms=10**6)
    assert len(queries) == 7
    assert not JudgmentFlag.objects.exists()


def test_serving_a_check_stays_within_eight_queries():
    seat = take_part(with_checks(items=30, checks=5))
    most = 0
    for _item in range(10):
        with CaptureQueriesContext(connection) as queries:
            served = serve(seat)
        if served.item.check_answers:
            most = max(most, len(queries))
        judge(served)
    assert 0 < most <= 8


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({}, "must be an object of criterion"),
        ("r2", "must be an object of criterion"),
        ({"overall": "r2"}, "as an object"),
        ({"overall": {"preferred": "r9"}}, "that the item lacks"),
        ({"tone": {"preferred": "r2"}}, "criterion that this campaign does not have"),
    ],
)
def test_a_check_that_cannot_be_met_is_refused_with_its_line(check, problem):
    campaign = make_campaign()
    job = import_lines(campaign, [item_line("q1"), item_line("q2", check=check)])
    assert job.state == JobState.FAILED
    (told,) = job.problems.all()
    assert told.line == 2
    assert problem in told.message


def test_a_check_is_part_of_the_item_and_an_item_without_hashes_as_before():
    campaign = make_campaign()
    import_lines(campaign, [item_line("q1")])
    again = import_lines(campaign, [item_line("q1")])
    assert again.unchanged_count == 1
    changed = import_lines(campaign, [item_line("q1", check=CHECK)])
    assert changed.state == JobState.FAILED


def test_nothing_tells_annotators_which_item_is_a_check(client):
    campaign = with_checks(items=8, checks=4)
    annotator = make_annotator()
    seat = take_part(campaign, annotator)
    client.force_login(annotator.user)
    while not serve(seat).item.check_answers:
        judge(serve(seat))
    shown = client.post(f"/api/v1/campaigns/{campaign.slug}/next/")
    told = json.dumps(shown.json()) if shown.status_code == 200 else ""
    assert "check_answers" not in told
    assert '"check"' not in told


def test_quality_is_one_query_for_any_number_of_people(django_assert_num_queries):
    campaign = with_checks(items=4)
    for _person in range(2):
        all_served(take_part(campaign))
    with django_assert_num_queries(1):
        rows = quality_of(campaign)
    assert [one.checks_passed == one.checks > 0 for one in rows] == [True, True]
    assert Judgment.objects.count() > 8
