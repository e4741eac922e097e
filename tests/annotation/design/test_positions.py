"""Shares and ranks by position, with intervals that can be checked by hand or by repetition."""

import numpy as np
import pytest

from annotation.design.positions import (
    effective_number,
    first_shown,
    mean_ranks,
    mid_ranks,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_that_of_the_literature(successes, total, low, high):
    assert wilson(successes, total) == pytest.approx((low, high), abs=0.00005)


def test_wilson_of_nothing_and_of_all():
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(20, 20)[1] == pytest.approx(1.0)


def test_people_who_always_say_the_same_count_once():
    # Half of ten people always prefer the first of eight: deff = A/(A − 1)·8.
    totals = np.full(10, 8.0)
    successes = np.array([8.0, 0.0] * 5)
    assert effective_number(successes, totals) == pytest.approx(80 / (10 / 9 * 8))


def test_people_who_are_alike_count_with_all_their_answers():
    assert effective_number(np.full(10, 4.0), np.full(10, 8.0)) == 80


def test_unanimity_counts_people():
    assert effective_number(np.full(6, 8.0), np.full(6, 8.0)) == 6
    assert effective_number(np.array([3.0]), np.array([8.0])) == 1


def test_first_shown_leaves_out_who_decided_nothing():
    found = first_shown({1: [3, 4], 2: [1, 4], 3: [0, 0]})
    assert (found.annotators, found.decided, found.preferred_first, found.share) == (2, 8, 4, 0.5)
    assert (found.low, found.high) == pytest.approx(wilson(4, 8))
    assert found.person_high - found.person_low >= found.high - found.low
    assert first_shown({}).decided == 0


def test_interval_by_annotator_holds_the_truth_where_the_one_over_answers_does_not():
    chance = np.random.default_rng(11)
    held = np.zeros(2)
    for _time in range(400):
        own = chance.beta(2, 2, 60)
        counts = {n: [int(chance.binomial(20, share)), 20] for n, share in enumerate(own)}
        found = first_shown(counts)
        held += [found.low <= 0.5 <= found.high, found.person_low <= 0.5 <= found.person_high]
    assert held[1] / 400 == pytest.approx(0.95, abs=0.045)
    assert held[0] / 400 < 0.75


def test_ties_share_the_mean_of_their_places():
    assert mid_ranks([1, 1, 3]) == [1.5, 1.5, 3]
    assert mid_ranks([1, 2, 2, 2]) == [1, 3, 3, 3]
    assert mid_ranks([1, 1, 1]) == [2, 2, 2]


def test_mean_ranks_are_over_rankings_and_repeatable():
    sums = np.array([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]])
    ranks = mean_ranks(sums, np.array([1.0, 2.0]), seed=1)
    assert [rank.mean for rank in ranks] == pytest.approx([5 / 3, 2, 7 / 3])
    assert {(rank.rankings, rank.expected) for rank in ranks} == {(3, 2.0)}
    assert ranks == mean_ranks(sums, np.array([1.0, 2.0]), seed=1)


def test_bootstrap_interval_is_as_wide_as_the_spread_of_people():
    chance = np.random.default_rng(2)
    sums = chance.normal(2.0, 0.5, (400, 1))
    [rank] = mean_ranks(np.hstack([sums, 4 - sums]), np.ones(400))[:1]
    assert rank.high - rank.low == pytest.approx(2 * 1.96 * sums.std() / 20, rel=0.12)


def test_many_annotators_are_drawn_less_often():
    ranks = mean_ranks(np.tile([1.0, 2.0], (2500, 1)), np.ones(2500))
    assert [(rank.low, rank.high) for rank in ranks] == [(1.0, 1.0), (2.0, 2.0)]
