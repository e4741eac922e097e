"""A changed mind is a new revision; the history stays."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.errors import Conflict, Unfit
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.campaigns import change_campaign, close_campaign, pause_campaign
from annotation.services.revising import revise_judgment
from annotation.services.submissions import Submission
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
TIE = {"overall": {"outcome": "tie"}}


def answered(seat):
    assignment = serve(seat)
    judge(assignment)
    return Assignment.objects.select_related("campaign").get(pk=assignment.pk)


def revise(assignment, answers=TIE, **parts):
    return revise_judgment(assignment, Submission(answers=answers, language="en", **parts))


def test_a_revision_supersedes_and_counts_nowhere():
    seat = take_part(open_with_items(2))
    assignment = answered(seat)
    first = Judgment.objects.get()
    second, is_new = revise(assignment, reason="On second thought")
    assert is_new
    assert second.supersedes == first
    assert (second.answers, second.reason) == (TIE, "On second thought")
    assert second.presented_order == first.presented_order
    assert Judgment.objects.get(pk=first.pk).answers == first.answers
    assert Seat.objects.get().submitted == 1
    assert sorted(Coverage.objects.values_list("leased", "submitted")) == [(0, 0), (0, 1)]


def test_a_revision_of_a_revision_supersedes_the_revision():
    assignment = answered(take_part(open_with_items(2)))
    second, _is_new = revise(assignment)
    third, _is_new = revise(assignment, {"overall": {"outcome": "depends"}}, reason="On it.")
    assert third.supersedes == second
    assert Judgment.objects.filter(superseded_by=None).get() == third


def test_the_same_key_again_gives_the_same_revision():
    assignment = answered(take_part(open_with_items(2)))
    second, _is_new = revise(assignment, idempotency_key="k")
    assert revise(assignment, idempotency_key="k") == (second, False)
    with pytest.raises(Conflict, match="was used for another"):
        revise(
            assignment, {"overall": {"outcome": "depends"}}, reason="On it.", idempotency_key="k"
        )
    assert Judgment.objects.count() == 2


def test_an_answer_that_changes_nothing_makes_no_revision():
    assignment = answered(take_part(open_with_items(2)))
    first = Judgment.objects.get()
    assert revise(assignment, first.answers) == (first, False)
    assert Judgment.objects.count() == 1


def test_what_does_not_fit_is_refused():
    assignment = answered(take_part(open_with_items(2)))
    with pytest.raises(Unfit):
        revise(assignment, {})
    assert Judgment.objects.count() == 1


def test_only_the_last_one_may_be_changed_unless_the_campaign_says_all():
    campaign = open_with_items(3)
    seat = take_part(campaign)
    first, last = answered(seat), answered(seat)
    with pytest.raises(Conflict, match="Only the last") as refusal:
        revise(first)
    assert refusal.value.code == "not-revisable"
    assert revise(last)[1]
    change_campaign(campaign, {"flow": {"revise": "all"}})
    first = Assignment.objects.select_related("campaign").get(pk=first.pk)
    assert revise(first)[1]


@pytest.mark.parametrize("flow", [{"revise": "off"}, {}])
def test_nothing_is_changed_where_the_campaign_says_so_or_has_ended(flow):
    campaign = open_with_items(2, flow=flow)
    assignment = answered(take_part(campaign))
    if not flow:
        close_campaign(campaign)
    with pytest.raises(Conflict, match="cannot be changed any more"):
        revise(assignment)
    assert Judgment.objects.count() == 1


def test_a_paused_campaign_lets_people_mend_what_they_gave():
    campaign = open_with_items(2)
    assignment = answered(take_part(campaign))
    pause_campaign(campaign)
    assert revise(assignment)[1]


def test_what_has_no_judgment_has_no_revision():
    assignment = serve(take_part(open_with_items(2)))
    with pytest.raises(Conflict, match="no judgment here"):
        revise(assignment)


def test_the_database_refuses_two_revisions_of_one_judgment():
    assignment = answered(take_part(open_with_items(2)))
    second, _is_new = revise(assignment)
    second.pk, second.answers, second.idempotency_key = None, {}, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


@pytest.mark.parametrize("items", [3, 40])
def test_a_revision_asks_as_many_statements_at_any_size(items):
    assignment = answered(take_part(open_with_items(items)))
    with CaptureQueriesContext(connection) as queries:
        revise(assignment, idempotency_key="k")
    # key, savepoint, seat id, seat, assignment, last, before, insert, release
    assert len(queries) == 9
