"""Rates, dates and how far to trust them."""

from dataclasses import dataclass
from math import exp, inf, sqrt

import numpy as np
import pytest

from annotation.design.arrivals import (
    Arrival,
    Finish,
    arrival_of,
    dispersion_of,
    finish_of,
    latest_first,
    people_to_recruit,
)


def test_rate_and_interval_of_steady_days():
    arrival = arrival_of([10] * 7, days=7)
    factor = exp(1.959964 / sqrt(70))
    assert (arrival.count, arrival.rate, arrival.dispersion) == (70, 10, 1)
    assert (arrival.low, arrival.high) == pytest.approx((10 / factor, 10 * factor))


def test_uneven_days_are_trusted_less():
    # Mean 10, Σ(x − 10)²/10/6 = 2·(30² + 6·5²…)/…: by hand, 70 on one day of seven.
    assert dispersion_of([70, 0, 0, 0, 0, 0, 0]) == pytest.approx((60**2 + 6 * 10**2) / 10 / 6)
    assert dispersion_of([10, 11, 9]) == 1.0
    assert dispersion_of([5]) == 1.0
    assert dispersion_of([]) == 1.0


def test_a_day_cut_off_by_the_opening_does_not_tell_of_dispersion():
    assert arrival_of([10, 10, 1, 0, 0, 0, 0], days=2.1).dispersion == 1.0


def test_nothing_came():
    arrival = arrival_of([0] * 7, days=7)
    assert (arrival.rate, arrival.low, arrival.high) == (0, 0, 0)
    assert finish_of(5, arrival) == Finish(inf, inf, inf)


def test_finish_is_what_is_missing_over_the_rate():
    finish = finish_of(50, arrival_of([10] * 7, days=7))
    factor = exp(1.959964 * sqrt(1 / 70 + 1 / 50))
    assert (finish.days, finish.low, finish.high) == pytest.approx((5, 5 / factor, 5 * factor))
    assert finish_of(0, arrival_of([0] * 7, days=7)) == Finish(0, 0, 0)


@pytest.mark.parametrize(("rate", "remaining", "phi"), [(20, 100, 1), (5, 40, 1), (30, 300, 4)])
def test_intervals_hold_the_date_about_as_often_as_they_say(rate, remaining, phi):
    chance = np.random.default_rng(5)

    def day():
        if phi == 1:
            return int(chance.poisson(rate))
        return int(chance.negative_binomial(rate / (phi - 1), 1 / phi))

    held = 0
    for _time in range(600):
        finish = finish_of(remaining, arrival_of([day() for _day in range(7)], days=7))
        arrived, days = 0, 0.0
        while arrived < remaining:
            today = day()
            days += min(1.0, (remaining - arrived) / today) if today else 1.0
            arrived += today
        held += finish.low <= days <= finish.high
    # Dispersion from seven days is itself uncertain, so overdispersed days fall somewhat short.
    assert 0.87 <= held / 600 <= 0.99


def test_people_to_recruit():
    assert people_to_recruit(100, 8) == 13
    assert people_to_recruit(96, 8) == 12
    assert people_to_recruit(3, 0.1 * 3) == 10
    assert people_to_recruit(0, 8) == 0
    assert people_to_recruit(5, 0) is None


@dataclass
class One:
    finish: Finish
    remaining: int


def test_latest_comes_first_and_stuck_before_all():
    soon, late = One(Finish(1, 1, 2), 90), One(Finish(9, 5, 12), 10)
    stuck, more_stuck = One(Finish(inf, inf, inf), 10), One(Finish(inf, inf, inf), 20)
    assert latest_first([soon, stuck, late, more_stuck]) == [more_stuck, stuck, late, soon]


def test_arrival_is_plain_numbers():
    assert arrival_of([3], days=0.5, dispersion=2.0) == Arrival(
        3,
        0.5,
        6.0,
        pytest.approx(6 / exp(1.959964 * sqrt(2 / 3))),
        pytest.approx(6 * exp(1.959964 * sqrt(2 / 3))),
        2.0,
    )
