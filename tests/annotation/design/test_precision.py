"""Formula and simulation agree within Monte Carlo error, and with what is known otherwise."""

import time
from math import asin, pi, sqrt

import numpy as np
import pytest

from annotation.design.precision import (
    GRADE,
    SHARE,
    Assumptions,
    Group,
    difference_error,
    mean_variance,
    normal_power,
    spread_of_means,
)
from annotation.design.quantiles import joint_excess, t_quantile
from annotation.design.replication import (
    BUDGET,
    LEAST_REPLICATIONS,
    pair_precisions,
    play,
    replications_for,
)

DESIGNS = [
    (60, (3, 3), (20, 20)),
    (60, (3, 6), (9, 18)),
    (25, (8, 2), (8, 10)),
    (200, (2, 1), (200, 200)),
]


def groups_of(targets, people):
    return [
        Group(key, (target,), count)
        for key, target, count in zip("ab", targets, people, strict=True)
    ]


@pytest.mark.parametrize("measure", [SHARE, GRADE])
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("spreads", [(0.0, 0.0), (0.7, 0.4), (0.2, 1.0), (1.5, 0.3)])
def test_simulated_spread_of_estimates_is_that_of_the_formula(measure, design, spreads):
    items, targets, people = design
    supposed = Assumptions(
        measure=measure,
        base=0.4,
        difference=0.15,
        item_sd=spreads[0],
        person_sd=spreads[1],
        noise_sd=1.3,
    )
    groups = groups_of(targets, people)
    [pair] = pair_precisions(supposed, groups, sizes=(items,), replications=1000, seed=7)
    # A standard deviation from R replications is off by 1/√(2(R−1)) of itself; four of these.
    assert pair.simulated.error == pytest.approx(pair.error, rel=4 / sqrt(2 * 999))


@pytest.mark.parametrize("measure", [SHARE, GRADE])
@pytest.mark.parametrize("targets", [((3, 1), (3, 0)), ((1, 0), (0, 1)), ((2, 1), (1, 2))])
def test_formula_holds_where_items_want_different_numbers(measure, targets):
    supposed = Assumptions(measure=measure, base=0.4, item_sd=1.2, person_sd=0.5)
    groups = [Group(key, own, 12) for key, own in zip("ab", targets, strict=True)]
    [pair] = pair_precisions(supposed, groups, sizes=(25, 40), replications=1000, seed=5)
    assert pair.simulated.error == pytest.approx(pair.error, rel=4 / sqrt(2 * 999))


@pytest.mark.parametrize("measure", [SHARE, GRADE])
def test_simulated_means_are_those_supposed(measure):
    supposed = Assumptions(measure=measure, base=0.3, difference=0.2, noise_sd=1.3)
    groups = groups_of((3, 3), (20, 20))
    played = play(supposed, groups, sizes=(60,), replications=1000, seed=3)
    for is_second in (False, True):
        error = sqrt(mean_variance(supposed, groups[0], sizes=(60,), is_second=is_second) / 1000)
        mean = played[0].means[int(is_second)].mean()
        assert mean == pytest.approx(supposed.level(is_second), abs=4 * error)


@pytest.mark.parametrize("measure", [SHARE, GRADE])
def test_intervals_hold_the_truth_as_often_as_they_say(measure):
    supposed = Assumptions(measure=measure, item_sd=0.2, difference=0.1)
    [pair] = pair_precisions(supposed, groups_of((4, 4), (12, 9)), sizes=(60,), replications=1000)
    assert pair.simulated.coverage == pytest.approx(0.95, abs=4 * sqrt(0.95 * 0.05 / 1000))


def test_simulated_power_is_that_of_the_normal_test_with_many_people():
    supposed = Assumptions(measure=GRADE, item_sd=0.0, difference=0.3)
    [pair] = pair_precisions(
        supposed, groups_of((2, 2), (200, 200)), sizes=(100,), replications=1000
    )
    assert 0.5 < pair.power < 0.95
    assert pair.simulated.power == pytest.approx(
        pair.power, abs=0.01 + 4 * pair.simulated.power_error
    )
    assert pair.simulated.width == pytest.approx(pair.width, rel=0.03)


def test_with_one_judgment_a_person_the_formula_is_that_of_two_independent_shares():
    supposed = Assumptions(base=0.5, difference=0.1, item_sd=0.0, person_sd=0.6)
    groups = groups_of((1, 1), (400, 400))
    expected = sqrt(0.5 * 0.5 / 400 + 0.6 * 0.4 / 400)
    assert difference_error(supposed, *groups, sizes=(400,)) == pytest.approx(expected)


def test_grades_of_people_who_judge_all_items_leave_people_and_noise_alone():
    supposed = Assumptions(measure=GRADE, item_sd=2.0, person_sd=0.5, noise_sd=1.2)
    groups = groups_of((10, 5), (10, 5))
    expected = 1.2 * sqrt(0.25 / 10 + 0.25 / 5 + 1 / 300 + 1 / 150)
    assert difference_error(supposed, *groups, sizes=(30,)) == pytest.approx(expected)


def test_no_difference_is_found_as_often_as_the_level_says():
    supposed = Assumptions(measure=GRADE, difference=0.0, item_sd=0.0)
    [pair] = pair_precisions(supposed, groups_of((3, 3), (30, 30)), sizes=(60,), replications=1000)
    assert pair.power == pytest.approx(0.05, abs=1e-6)
    assert pair.simulated.power == pytest.approx(0.05, abs=4 * sqrt(0.05 * 0.95 / 1000))


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    groups = groups_of((3, 3), (6, 6))
    once, again, other = (
        pair_precisions(Assumptions(), groups, sizes=(50,), replications=200, seed=seed)
        for seed in (1, 1, 2)
    )
    assert once == again
    assert once != other


def test_one_person_has_a_formula_and_no_interval():
    [pair] = pair_precisions(Assumptions(), groups_of((1, 3), (1, 6)), sizes=(20,))
    assert pair.simulated is None
    assert pair.width > 0


def test_replications_fit_a_second_and_large_designs_are_by_formula():
    groups = [Group(key, (3,), 400) for key in "abcd"]
    assert replications_for(groups, sizes=(10,)) == 1000
    assert replications_for(groups, sizes=(BUDGET,)) == 0
    items = BUDGET // LEAST_REPLICATIONS // 13
    assert LEAST_REPLICATIONS <= replications_for(groups, sizes=(items,)) < 2 * LEAST_REPLICATIONS
    began = time.perf_counter()
    pairs = pair_precisions(Assumptions(), groups, sizes=(items,))
    assert time.perf_counter() - began < 5
    assert len(pairs) == 6
    [large] = pair_precisions(Assumptions(), groups[:2], sizes=(10**6,))
    assert large.simulated is None


@pytest.mark.parametrize(
    ("degrees", "value"), [(5, 2.5706), (10, 2.2281), (30, 2.0423), (120, 1.9799), (1e9, 1.95996)]
)
def test_t_quantiles_are_those_of_the_table(degrees, value):
    assert float(t_quantile(degrees)) == pytest.approx(value, abs=0.001)


@pytest.mark.parametrize("correlation", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_joint_probability_at_zero_is_sheppards(correlation):
    # Sheppard (1899): Φ₂(0, 0; ρ) = 1/4 + asin(ρ)/2π.
    assert joint_excess(0, 0, correlation) == pytest.approx(asin(correlation) / (2 * pi), abs=1e-9)


def test_joint_probability_elsewhere_is_that_of_many_draws():
    chance = np.random.default_rng(1)
    first = chance.standard_normal(400_000)
    second = 0.6 * first + 0.8 * chance.standard_normal(400_000)
    both = np.mean((first < 0.5) & (second < -0.3))
    excess = both - np.mean(first < 0.5) * np.mean(second < -0.3)
    assert joint_excess(0.5, -0.3, 0.6) == pytest.approx(excess, abs=0.004)


def test_power_of_certainty_and_of_nothing():
    assert normal_power(0.1, 0.0) == 1.0
    assert normal_power(0.0, 0.0) == 0.0
    # Cohen: |δ|/SE = 1.96 + 0.8416 has 80 % power.
    assert normal_power(2.80159, 1.0) == pytest.approx(0.8, abs=1e-4)


def test_spread_of_people_in_points():
    assert spread_of_means(Assumptions(person_sd=0.0), 0.0) == 0.0
    assert spread_of_means(Assumptions(measure=GRADE, noise_sd=2.0), 0.4) == pytest.approx(0.8)
