from collections import Counter
from statistics import mean

import pytest

from annotation.enums import AssignmentStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import Behaviour
from annotation.simulation.population import person_at
from annotation.simulation.schedule import DAY, Schedule, arrival_of
from annotation.simulation.utilities import group_weights, person_weights
from tests.annotation.simulation.checks import assert_sound
from tests.factories import open_with_items, take_part

pytestmark = pytest.mark.django_db


def simulate(campaign, people, seed=3, **options):
    behaviour = Behaviour(**options)
    annotators = synthetic_annotators(campaign, people, seed)
    return simulate_campaign(campaign, annotators=annotators, seed=seed, behaviour=behaviour)


def test_kinds_come_in_their_shares_and_stay():
    behaviour = Behaviour(careless=0.2, contrarian=0.1)
    kinds = Counter(behaviour.kind_of(number, 1) for number in range(4000))
    assert kinds["careless"] / 4000 == pytest.approx(0.2, abs=0.02)
    assert kinds["contrarian"] / 4000 == pytest.approx(0.1, abs=0.02)
    assert behaviour.kind_of(5, 1) == behaviour.kind_of(5, 1)


def test_careless_people_value_nothing_and_contrarians_the_opposite():
    seat = take_part(open_with_items(1))
    traits = ["t1", "t2"]
    careless = person_at(1, seat, traits, 1, Behaviour(careless=1.0))
    assert careless.weights.utility({"t1": 1.0, "t2": 1.0}) == 0
    contrarian = person_at(1, seat, traits, 1, Behaviour(contrarian=1.0))
    sincere = person_at(1, seat, traits, 1, Behaviour())
    group = group_weights("everyone", traits, 1)
    assert sincere.weights == person_weights(group, 1, 1)
    for trait in traits:
        own = sincere.weights.by_trait[trait] - group.by_trait[trait]
        assert contrarian.weights.by_trait[trait] == pytest.approx(-group.by_trait[trait] + own)


def test_given_utilities_take_the_place_of_drawn_ones_and_leave_other_groups_alone():
    seat = take_part(open_with_items(1))
    behaviour = Behaviour(utilities={"everyone": {"t1": 2.0}})
    person = person_at(1, seat, ["t1", "t2"], 1, behaviour)
    assert person.weights.by_trait["t1"] == pytest.approx(2.0, abs=1.6)
    other = Behaviour(utilities={"somebody": {"t1": 2.0}})
    drawn = person_at(1, seat, ["t1", "t2"], 1, Behaviour())
    assert person_at(1, seat, ["t1", "t2"], 1, other).weights == drawn.weights


def test_who_drops_out_stays_away_also_in_a_later_run():
    campaign = open_with_items(30, overlap=3)
    report = simulate(campaign, 4, dropout=0.2)
    assert report.dropouts == 4
    assert Judgment.objects.count() == report.judgments < 90
    again = simulate(campaign, 4, dropout=0.2)
    assert (again.people, again.judgments) == (4, 0)
    assert_sound(campaign)


def test_what_lapses_is_answered_in_the_end():
    campaign = open_with_items(10, overlap=2)
    report = simulate(campaign, 2, lapse=0.4, skip=0.0)
    assert report.lapses > 0
    assert set(Coverage.objects.values_list("leased", "submitted")) == {(0, 2)}
    assert not Judgment.objects.filter(after_lease=True).exists()
    assert_sound(campaign)


def test_lapsed_leases_are_ended_as_time_would_end_them():
    campaign = open_with_items(3, overlap=1)
    report = simulate(campaign, 1, lapse=0.9, dropout=1.0, skip=0.0)
    assert report.dropouts == 1
    expired = Assignment.objects.filter(status=AssignmentStatus.EXPIRED)
    assert all(one.lease_expires_at < one.ended_at for one in expired)
    assert_sound(campaign)


def test_skips_come_as_often_as_asked():
    campaign = open_with_items(60, overlap=2)
    report = simulate(campaign, 4, skip=0.5)
    assert report.skips / (report.skips + report.judgments) == pytest.approx(0.5, abs=0.1)


def test_arrivals_are_spread_over_the_days_and_waves_come_daily():
    poisson = Behaviour(arrivals="poisson", days=4)
    times = [arrival_of(number, poisson, 1) for number in range(2000)]
    assert mean(times) == pytest.approx(2 * DAY, rel=0.05)
    assert max(times) <= 4 * DAY
    waves = Behaviour(arrivals="waves", days=3)
    times = [arrival_of(number, waves, 1) for number in range(2000)]
    assert {int(time // DAY) for time in times} == {0, 1, 2}
    assert mean(time % DAY for time in times) == pytest.approx(1200, rel=0.1)
    assert arrival_of(1, Behaviour(), 1) == 0


def test_people_work_in_sessions_with_breaks_between():
    seat = take_part(open_with_items(1))
    behaviour = Behaviour(arrivals="poisson", days=1)
    schedule = Schedule([person_at(1, seat, ["t1"], 1, behaviour)], behaviour, 1)
    gaps, before = [], None
    for _ in range(600):
        turn = schedule.next()
        if before is not None:
            gaps.append(turn[0] - before)
        before = turn[0]
        schedule.again(turn, 15_000)
    breaks = [gap for gap in gaps if gap > 16]
    assert 12 < len(breaks) < 50
    assert min(breaks) > 3600


def test_who_comes_first_gets_the_last_seat():
    strata = [{"key": "all", "where": {}, "target": 2, "quota": 2}]
    campaign = open_with_items(2, strata=strata)
    simulate(campaign, 6, arrivals="poisson", days=2)
    behaviour = Behaviour(arrivals="poisson", days=2)
    first = sorted(range(1, 7), key=lambda number: arrival_of(number, behaviour, 3))[:2]
    seated = Seat.objects.values_list("annotator__user__email", flat=True)
    assert {int(email.split("@")[0].rpartition("-")[2]) for email in seated} == set(first)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"skip": 1.5}, "--skip must be from 0 to 1"),
        ({"dropout": -0.1}, "--dropout must be from 0 to 1"),
        ({"lapse": 1.0}, "--lapse must be below 1"),
        ({"careless": 0.6, "contrarian": 0.5}, "together must not be above 1"),
        ({"days": 0.0}, "--days must be above 0"),
    ],
)
def test_behaviour_refuses_what_makes_no_sense(options, message):
    with pytest.raises(Conflict, match=message):
        Behaviour(**options)
