"""Group deviations: found where they are and not where they are not, and shrunk as is said."""

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.estimators.bradley_terry import fit
from analysis.estimators.data import UnfitData
from analysis.estimators.deviations import group_tests
from analysis.estimators.groups import shrunk_scores
from tests.analysis.estimators.simulated import comparisons

ALIKE = np.tile([-0.6, -0.2, 0.2, 0.6], (3, 1))
# The third group has the first and the last system the other way round.
APART = ALIKE + np.array([[0.0] * 4, [0.0] * 4, [1.2, 0.0, 0.0, -1.2]])
GROUPS = np.arange(90) % 3


def given(utility, seed, *, n=1800, copies=1, nu=0.4):
    return comparisons(
        np.random.default_rng(seed), utility, n, 90, nu=nu, copies=copies, groups=GROUPS
    )


def test_the_maximum_is_that_of_a_general_optimiser():
    data, penalty = given(APART, 1), 20.0

    def loss(at):
        common, deviation, log_nu = at[:4], at[4:16].reshape(3, 4), at[16]
        utility = (common + deviation)[data.group]
        rows = np.arange(len(data))
        half = (utility[rows, data.b] - utility[rows, data.a]) / 2
        own = np.where(data.outcome > 0, half, np.where(data.outcome < 0, -half, log_nu))
        total = np.log(np.exp(half) + np.exp(-half) + np.exp(log_nu))
        return (total - own).sum() + penalty / 2 * (deviation**2).sum() + 1e-9 * (common**2).sum()

    expected = minimize(loss, np.zeros(17), method="BFGS", options={"gtol": 1e-6}).x
    found = shrunk_scores(data, penalty=penalty, replicates=2)
    common = expected[:4] - expected[:4].mean()
    assert found.common.estimate == pytest.approx(common, abs=1e-5)
    assert found.deviation.estimate == pytest.approx(expected[4:16].reshape(3, 4), abs=1e-5)
    assert found.utility.estimate == pytest.approx(found.common.estimate + found.deviation.estimate)
    # Deviations are deviations from what is common.
    assert found.deviation.estimate.sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-6)


def test_no_room_for_deviations_is_one_fit_for_all():
    data = given(APART, 2)
    found = shrunk_scores(data, penalty=1e9, replicates=2)
    assert found.common.estimate == pytest.approx(fit(data).utility, abs=1e-5)
    assert np.abs(found.deviation.estimate).max() < 1e-5


def test_the_penalty_chosen_fits_how_far_groups_are_apart():
    apart = [shrunk_scores(given(APART, seed), replicates=20) for seed in range(5)]
    assert max(one.penalty for one in apart) <= 30
    assert len(apart[0].tried) == 10
    chosen = dict(apart[0].tried)
    assert apart[0].penalty == max(chosen, key=chosen.get)
    alike = [shrunk_scores(given(ALIKE, seed), replicates=20) for seed in range(5)]
    assert np.median([one.penalty for one in alike]) >= 100
    error = np.mean([np.abs(one.utility.estimate - ALIKE).mean() for one in alike])
    assert error < 0.1


def test_deviations_lie_in_their_intervals_and_away_from_none():
    found = shrunk_scores(given(APART, 3, n=3600))
    assert found.deviation.lower[2, 0] > 0
    assert found.deviation.upper[2, 3] < 0
    centre = APART - APART.mean(axis=0)
    covered = (found.deviation.lower <= centre) & (centre <= found.deviation.upper)
    assert covered.mean() >= 0.75
    assert found.utility.n_annotators.tolist() == [[30] * 4] * 3


def test_a_group_that_differs_is_found_and_said_where():
    found = group_tests(given(APART, 4))
    assert found.p_any == pytest.approx(1 / 1001)
    assert found.q[2] < 0.01
    assert found.z[2, 0] > 3
    assert found.z[2, 3] < -3
    assert found.q_system[2, 0] < 0.01
    assert found.p_system[2, 1] > 0.05
    assert found.people.tolist() == [30, 30, 30]


def test_groups_that_do_not_differ_are_found_5_times_in_100():
    """Also where each answer is given three times over, which judgments' errors would not know."""
    found = [
        group_tests(given(ALIKE, seed, n=540, copies=3), permutations=99, seed=seed)
        for seed in range(200)
    ]
    assert 0.02 <= np.mean([one.p_any <= 0.05 for one in found]) <= 0.085
    assert 0.02 <= np.mean([one.p <= 0.05 for one in found]) <= 0.085
    assert 0.02 <= np.mean([one.p_system <= 0.05 for one in found]) <= 0.085


def test_it_takes_two_groups():
    one = comparisons(np.random.default_rng(0), ALIKE[:1], 200, 90, groups=np.zeros(90, dtype=int))
    with pytest.raises(UnfitData, match="two groups"):
        shrunk_scores(one)
    with pytest.raises(UnfitData, match="two groups"):
        group_tests(one)
    with pytest.raises(UnfitData, match="above 0"):
        shrunk_scores(given(ALIKE, 0), penalty=0.0)
