import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.enums import AssignmentStatus, NothingToServe
from annotation.models import Assignment, Coverage, ItemImport, Seat
from annotation.services import serving
from annotation.services.campaigns import close_campaign, open_campaign, pause_campaign
from annotation.services.leases import (
    release_assignment,
    return_lapsed_leases,
    skip_assignment,
)
from annotation.services.serving import item_of, next_assignment
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db


def counts(campaign):
    rows = Coverage.objects.filter(stratum__campaign=campaign).order_by("item", "stratum")
    return [(row.target, row.leased, row.submitted) for row in rows]


def test_an_assignment_is_leased_and_counted():
    campaign = open_with_items(1, lease_minutes=7)
    assignment = serve(take_part(campaign))
    assert assignment.status == AssignmentStatus.LEASED
    assert assignment.strategy == "balanced"
    assert sorted(assignment.presented_order) == ["r1", "r2"]
    lease = assignment.lease_expires_at - timezone.now()
    assert timedelta(minutes=6) < lease <= timedelta(minutes=7)
    assert counts(campaign) == [(2, 1, 0)]


def test_asking_again_gives_the_same_assignment_with_a_new_lease():
    seat = take_part(open_with_items(3))
    first = serve(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=5))
    again = serve(seat)
    assert again.pk == first.pk
    assert again.lease_expires_at > timezone.now() + timedelta(minutes=29)
    assert Assignment.objects.count() == 1


def test_a_person_gets_every_item_once_and_is_then_done():
    campaign = open_with_items(5)
    seat = take_part(campaign)
    judgments = judge_everything(seat)
    assert sorted(one.item.external_id for one in judgments) == ["q1", "q2", "q3", "q4", "q5"]
    assert next_assignment(seat) == NothingToServe.DONE
    assert counts(campaign) == [(2, 0, 1)] * 5


def test_no_cell_goes_over_its_target():
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for age in ("young", "young", "young", "old", "old"):
        judge_everything(take_part(campaign, age=age))
    assert counts(campaign) == [(2, 0, 2), (1, 0, 1)] * 2


def test_what_others_hold_is_not_served_and_said_to_be_waiting():
    campaign = open_with_items(1, overlap=1)
    serve(take_part(campaign))
    assert next_assignment(take_part(campaign)) == NothingToServe.WAITING


def test_balanced_serves_the_least_covered_item_first():
    campaign = open_with_items(3, overlap=3)
    served = [serve(take_part(campaign)).item_id for _ in range(6)]
    assert set(Counter(served[:3]).values()) == {1}
    assert set(Counter(served).values()) == {2}


def test_depth_first_finishes_items_that_were_begun():
    campaign = open_with_items(3, overlap=2, strategy="depth-first")
    served = [serve(take_part(campaign)).item_id for _ in range(6)]
    assert served[0] == served[1]
    assert served[2] == served[3]
    assert served[4] == served[5]


def test_random_serves_every_item_in_the_end():
    campaign = open_with_items(6, overlap=1, strategy="random")
    served = {serve(take_part(campaign)).item_id for _ in range(6)}
    assert len(served) == 6


def test_random_starts_anywhere():
    campaign = open_with_items(8, overlap=20, strategy="random")
    served = {serve(take_part(campaign)).item_id for _ in range(16)}
    assert len(served) > 2


def test_orders_alternate_within_each_item_and_stratum():
    campaign = open_with_items(4, overlap=6)
    for _ in range(6):
        judge_everything(take_part(campaign))
    firsts = Counter(
        (item_id, order[0])
        for item_id, order in Assignment.objects.values_list("item_id", "presented_order")
    )
    assert len(firsts) == 8
    assert set(firsts.values()) == {3}


def test_first_shown_shares_are_exact_over_items_of_one_judgment_each():
    campaign = open_with_items(10, overlap=1)
    judge_everything(take_part(campaign))
    firsts = Counter(
        order[0] for order in Assignment.objects.values_list("presented_order", flat=True)
    )
    assert firsts == {"r1": 5, "r2": 5}


def test_a_skipped_item_never_comes_back_to_the_person_but_goes_to_others():
    campaign = open_with_items(1, overlap=1)
    seat = take_part(campaign)
    skip_assignment(serve(seat), reason="not for me")
    assert next_assignment(seat) == NothingToServe.DONE
    assert serve(take_part(campaign)).item.external_id == "q1"


def test_a_released_item_goes_to_others():
    campaign = open_with_items(1, overlap=1)
    release_assignment(serve(take_part(campaign)))
    assert counts(campaign) == [(1, 0, 0)]
    serve(take_part(campaign))
    assert counts(campaign) == [(1, 1, 0)]


def test_a_lapsed_item_is_taken_up_again_by_its_person_only_after_all_new_ones():
    campaign = open_with_items(2, overlap=1)
    seat = take_part(campaign)
    lapsed = serve(seat)
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert return_lapsed_leases() == 1
    other = serve(seat)
    assert other.item_id != lapsed.item_id
    judge(other)
    again = serve(seat)
    assert again.pk == lapsed.pk
    assert again.presented_order == lapsed.presented_order
    judge(again)
    assert counts(campaign) == [(1, 0, 1)] * 2


def test_a_lapsed_item_that_somebody_else_took_is_not_taken_up_again():
    campaign = open_with_items(1, overlap=1)
    seat = take_part(campaign)
    release_assignment(serve(seat))
    judge(serve(take_part(campaign)))
    assert next_assignment(seat) == NothingToServe.DONE


def test_the_limit_per_annotator_holds():
    seat = take_part(open_with_items(3, max_per_annotator=2))
    assert len(judge_everything(seat)) == 2
    assert next_assignment(seat) == NothingToServe.LIMIT


def test_a_paused_or_closed_campaign_serves_nothing_and_says_so():
    campaign = open_with_items(2)
    seat = take_part(campaign)
    held = serve(seat)
    pause_campaign(campaign)
    assert next_assignment(seat) == NothingToServe.PAUSED
    judge(held)
    close_campaign(campaign)
    assert next_assignment(seat) == NothingToServe.CLOSED


def test_while_items_are_prepared_the_person_is_told_to_wait():
    campaign = open_campaign(make_campaign())
    ItemImport.objects.create(campaign=campaign)
    assert next_assignment(take_part(campaign)) == NothingToServe.PLANNING


def test_repeats_swap_the_order_count_nowhere_and_come_once(monkeypatch):
    campaign = open_with_items(8, overlap=1, repeat_rate=0.5)
    seat = take_part(campaign)
    chances = iter([0.9] * 8 + [0.1] * 20)

    class Drawn(random.Random):
        def random(self):
            return next(chances)

        def choice(self, among):
            return among[0]

    monkeypatch.setattr(serving, "draw", lambda seat: Drawn())
    judgments = judge_everything(seat)
    # Five judgments must lie between: only the first three of eight can come again.
    assert [one.is_repeat for one in judgments] == [False] * 8 + [True] * 3
    repeats = {one.item_id: one for one in judgments[8:]}
    for first in judgments[:3]:
        assert repeats[first.item_id].presented_order == first.presented_order[::-1]
        assert repeats[first.item_id].assignment.coverage_id is None
    assert counts(campaign) == [(1, 0, 1)] * 8


def test_the_item_of_an_assignment_comes_in_the_order_to_show():
    assignment = serve(take_part(open_with_items(1, responses=4, task_type="ranking")))
    item, responses = item_of(assignment)
    assert item.external_id == "q1"
    assert [response.external_id for response in responses] == assignment.presented_order


@pytest.mark.parametrize("items", [1, 40])
def test_serving_asks_the_same_number_of_statements_whatever_the_size(items):
    seat = take_part(open_with_items(items))
    with CaptureQueriesContext(connection) as queries:
        next_assignment(seat)
    # savepoint, seat, held assignment, claim, item, responses, insert, release
    assert len(queries) == 8


def test_seats_are_locked_before_cells_are_claimed():
    seat = take_part(open_with_items(1))
    with CaptureQueriesContext(connection) as queries:
        next_assignment(seat)
    statements = [query["sql"] for query in queries]
    lock = next(i for i, sql in enumerate(statements) if "locked_seat" in sql)
    claim = next(i for i, sql in enumerate(statements) if "claim_balanced" in sql)
    assert lock < claim
    assert Seat.objects.get().submitted == 0
