"""Items leased ahead for a browser that may lose its network."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.enums import AssignmentStatus, NothingToServe
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.ahead import keep_ahead
from annotation.services.campaigns import change_campaign, pause_campaign
from annotation.services.leases import (
    extend_leases,
    release_kept_ahead,
    return_lapsed_leases,
    skip_assignment,
)
from annotation.services.serving import next_assignment
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db


def kept(seat):
    return keep_ahead(seat.pk).assignments


def leased():
    return sum(Coverage.objects.values_list("leased", flat=True))


def test_five_items_are_leased_ahead_of_the_one_that_is_shown():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    ahead = kept(seat)
    assert [one.ahead for one in ahead] == [1, 2, 3, 4, 5]
    assert len({shown.item_id, *(one.item_id for one in ahead)}) == 6
    assert leased() == 6


def test_asking_again_keeps_what_is_kept_and_renews_it():
    seat = take_part(open_with_items(40, overlap=1))
    serve(seat)
    first = kept(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=5))
    assert [one.pk for one in kept(seat)] == [one.pk for one in first]
    soonest = Assignment.objects.order_by("lease_expires_at").first()
    assert soonest.lease_expires_at > timezone.now() + timedelta(minutes=29)


def test_what_is_kept_ahead_is_served_first_and_the_oldest_first():
    seat = take_part(open_with_items(40, overlap=1))
    judge(serve(seat))
    shown = serve(seat)
    ahead = kept(seat)
    judge(shown)
    for expected in ahead:
        served = serve(seat)
        assert (served.pk, served.ahead) == (expected.pk, 0)
        judge(served)
    assert leased() == 0
    assert serve(seat).item_id not in {one.item_id for one in ahead}


def test_asking_for_the_next_gives_the_shown_one_until_it_is_answered():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    kept(seat)
    assert serve(seat).pk == shown.pk == serve(seat).pk


def test_what_is_kept_is_answered_in_any_order_without_being_served():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    ahead = kept(seat)
    for one in (*ahead[:4], shown):
        judge(Assignment.objects.select_related("campaign").get(pk=one.pk))
    assert Judgment.objects.count() == 5
    assert serve(seat).pk == ahead[4].pk
    assert Seat.objects.get().submitted == 5


def test_a_campaign_says_how_many_and_may_say_none():
    seat = take_part(open_with_items(40, overlap=1, flow={"ahead": 2}))
    serve(seat)
    assert len(kept(seat)) == 2
    seat = take_part(open_with_items(40, overlap=1, flow={"ahead": 0}))
    serve(seat)
    assert kept(seat) == []


def test_near_the_end_nobody_keeps_what_another_could_be_given():
    campaign = open_with_items(9, overlap=1)
    seat = take_part(campaign)
    serve(seat)
    assert len(kept(seat)) == 2  # of eight open places a quarter
    assert leased() == 3


def test_limits_count_what_is_held():
    seat = take_part(open_with_items(40, overlap=1, max_per_annotator=4))
    judge(serve(seat))
    serve(seat)
    ahead = kept(seat)
    assert len(ahead) == 2
    while not isinstance(served := next_assignment(seat), NothingToServe):
        judge(served)
    assert served == NothingToServe.LIMIT
    assert Judgment.objects.count() == 4


@pytest.mark.parametrize("limit", ["max_per_day", "max_per_session"])
def test_limits_by_day_and_session_count_what_is_held(limit):
    seat = take_part(open_with_items(40, overlap=1, **{limit: 3}))
    judge(serve(seat))
    serve(seat)
    assert len(kept(seat)) == 1
    Seat.objects.update(
        day=timezone.now().date() - timedelta(days=1),
        last_submitted_at=timezone.now() - timedelta(days=1),
    )
    assert len(kept(seat)) == 2


def test_a_paused_campaign_leases_nothing_ahead():
    campaign = open_with_items(40)
    seat = take_part(campaign)
    serve(seat)
    pause_campaign(campaign)
    assert kept(seat) == []


def test_repeats_are_kept_ahead_at_the_campaigns_rate_and_once():
    seat = take_part(open_with_items(200, overlap=1, repeat_rate=0.5))
    while Judgment.objects.count() < 30:
        shown = serve(seat)
        kept(seat)
        judge(shown)
    repeats = Assignment.objects.filter(is_repeat=True)
    assert 5 <= repeats.count() <= 20
    assert repeats.values("item").distinct().count() == repeats.count()
    assert set(repeats.values_list("coverage", flat=True)) == {None}


def test_what_is_kept_lapses_like_any_lease_and_a_late_answer_counts_where_there_is_room():
    campaign = open_with_items(8, overlap=1)
    seat = take_part(campaign)
    serve(seat)
    (ahead,) = kept(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert return_lapsed_leases() == 2
    assert leased() == 0
    late = judge(Assignment.objects.select_related("campaign").get(pk=ahead.pk))
    assert late.after_lease
    assert Coverage.objects.get(pk=ahead.coverage_id).submitted == 1


def test_what_lapsed_while_it_was_kept_is_shown_when_it_is_taken_up_again():
    seat = take_part(open_with_items(9, overlap=1))
    serve(seat)
    lapsed = kept(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    return_lapsed_leases()
    while not isinstance(one := next_assignment(seat), NothingToServe):
        judge(one)
    again = Assignment.objects.filter(pk__in=[one.pk for one in lapsed])
    expected = [(AssignmentStatus.SUBMITTED, 0)] * 2
    assert list(again.values_list("status", "ahead")) == expected
    assert Judgment.objects.count() == 9


def test_the_heartbeat_of_a_page_renews_what_is_kept_too():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    kept(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=5))
    extend_leases(shown)
    soonest = Assignment.objects.order_by("lease_expires_at").first()
    assert soonest.lease_expires_at > timezone.now() + timedelta(minutes=29)


def test_who_leaves_gives_back_what_is_kept_and_keeps_what_is_shown():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    kept(seat)
    assert release_kept_ahead(seat.pk) == 5
    assert release_kept_ahead(seat.pk) == 0
    assert leased() == 1
    assert serve(seat).pk == shown.pk


def test_what_is_kept_can_be_skipped():
    seat = take_part(open_with_items(40, overlap=1))
    serve(seat)
    ahead = kept(seat)
    skip_assignment(ahead[0], kind="upsetting")
    assert leased() == 5
    again = kept(seat)
    assert [one.pk for one in again[:4]] == [one.pk for one in ahead[1:]]
    assert again[4].ahead == 1


def test_a_new_guideline_holds_for_what_is_shown_after_it():
    campaign = open_with_items(40, guideline="First.")
    seat = take_part(campaign)
    judge(serve(seat))
    shown = serve(seat)
    kept(seat)
    change_campaign(campaign, {"guideline": "Second."})
    judge(shown)
    assert serve(seat).guideline.version == 2


def test_the_database_refuses_two_leases_at_one_place():
    seat = take_part(open_with_items(40, overlap=1))
    serve(seat)
    first = kept(seat)[0]
    with pytest.raises(IntegrityError, match="one_lease_per_place"), transaction.atomic():
        Assignment.objects.filter(pk=first.pk).update(ahead=0)
    with pytest.raises(IntegrityError, match="few_kept_ahead"), transaction.atomic():
        Assignment.objects.filter(pk=first.pk).update(ahead=11)


@pytest.mark.parametrize("items", [30, 90])
def test_keeping_one_more_asks_as_many_statements_at_any_size(items):
    seat = take_part(open_with_items(items))
    judge(serve(seat))
    shown = serve(seat)
    kept(seat)
    judge(shown)
    serve(seat)
    with CaptureQueriesContext(connection) as queries:
        assert len(kept(seat)) == 5
    # savepoint, seat, renew, held, open places, claim, item, responses, insert, release
    assert len(queries) == 10
