import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.estimators.consistency import consistency
from analysis.estimators.data import UnfitData


def test_shares_by_hand():
    who = np.array([0, 0, 1, 1, 2])
    first = np.array([1, 2, -1, 0, 1])
    repeat = np.array([1, 1, 1, 0, 0])
    swapped = np.array([True, True, True, True, False])
    found = consistency(who, first, repeat, 3, swapped=swapped)
    assert (found.same.estimate, found.same.n, found.same.n_annotators) == (0.4, 5, 3)
    # Ties left out: same, same, other.
    assert found.same_direction.estimate == pytest.approx(2 / 3)
    assert (found.same_direction.n, found.same_direction.n_annotators) == (3, 2)
    assert found.kept_place.estimate == pytest.approx(1 / 3)
    assert found.flip_rate.estimate == pytest.approx((1 - np.sqrt(1 / 3)) / 2)


def test_where_all_agree_people_bound_it():
    found = consistency(np.arange(12) % 4, np.ones(12), np.ones(12), 4)
    expected = proportion_confint(4, 4, method="wilson")
    assert (found.same.lower, found.same.upper) == pytest.approx(expected)
    assert found.flip_rate.estimate == 0
    assert np.isnan(found.alpha.estimate)
    assert np.isnan(found.kept_place.estimate)


def test_slips_are_recovered_in_their_intervals():
    """Answers that come out wrong one time in ten agree with 1 − 2 · 0.1 · 0.9 = 0.82."""
    covered = []
    for seed in range(120):
        chance = np.random.default_rng(seed)
        truth = chance.choice([-1, 1], 400)
        first, repeat = (np.where(chance.random(400) < 0.1, -truth, truth) for _ in range(2))
        found = consistency(np.arange(400) % 50, first, repeat, 50, seed=seed)
        covered.append(
            (
                found.same_direction.lower <= 0.82 <= found.same_direction.upper,
                found.flip_rate.lower <= 0.1 <= found.flip_rate.upper,
            )
        )
    assert 0.91 <= np.mean(covered) <= 0.985


def test_no_repeats_are_refused():
    nothing = np.zeros(0, dtype=int)
    with pytest.raises(UnfitData, match="no repeats"):
        consistency(nothing, nothing, nothing, 3)
