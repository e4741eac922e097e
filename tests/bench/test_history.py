import pytest

from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.campaigns import open_campaign
from annotation.services.planning import plan_coverage
from bench.fixtures import STRATA, TARGET, add_items, add_seats, new_campaign
from bench.history import add_judgments, wrong_counters
from bench.longrun import claim_plan
from tests.factories import judge, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = new_campaign("bench")
    add_items(campaign, 10)
    plan_coverage(campaign)
    return open_campaign(campaign)


def test_a_past_made_in_bulk_leaves_every_counter_right(campaign):
    seats = add_seats(campaign, 4)
    judge(serve(seats[0]))
    assert add_judgments(campaign, seats, 60) == 60
    assert wrong_counters(campaign) == 0
    assert Judgment.objects.count() == Assignment.objects.count() == 61
    assert sum(Seat.objects.values_list("submitted", flat=True)) == 61


def test_a_past_made_in_bulk_ends_where_coverage_is_full(campaign):
    seats = add_seats(campaign, TARGET + 1)
    judge(serve(seats[0]))
    assert add_judgments(campaign, seats, 10_000) == 10 * STRATA * TARGET - 1
    assert not Coverage.objects.filter(taken__lt=TARGET).exists()
    assert wrong_counters(campaign) == 0


def test_a_wrong_counter_is_found(campaign):
    Coverage.objects.filter(pk=Coverage.objects.first().pk).update(submitted=1)
    assert wrong_counters(campaign) == 1


def test_the_plan_of_a_claim_is_read_without_claiming(campaign):
    seat = add_seats(campaign, 1)[0]
    found = claim_plan(seat)
    assert "Buffers" in found["plan"]
    assert not Coverage.objects.filter(leased__gt=0).exists()
