import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.estimators.best_worst import best_worst_scores, maxdiff
from analysis.estimators.data import BestWorst, UnfitData


def drawn(chance, utility, n, annotators, shown, copies=1):
    systems = np.argsort(chance.random((n, len(utility))), axis=1)[:, :shown]
    own = utility[systems]
    logs = own[:, :, None] - own[:, None, :]
    logs[:, np.arange(shown), np.arange(shown)] = -np.inf
    pick = (logs.reshape(n, -1) + chance.gumbel(size=(n, shown**2))).argmax(axis=1)
    best, worst = np.divmod(pick, shown)
    rows = np.arange(n)
    repeat = lambda values: np.repeat(values, copies, axis=0)  # noqa: E731
    return BestWorst(
        repeat(rows % annotators),
        repeat(rows),
        repeat(systems),
        repeat(systems[rows, best]),
        repeat(systems[rows, worst]),
        len(utility),
        annotators,
    )


def test_scores_by_hand():
    systems = np.array([[0, 1, 2, -1], [0, 1, 2, 3]])
    data = BestWorst(
        np.array([0, 1]), np.array([0, 1]), systems, np.array([0, 1]), np.array([2, 2]), 5, 2
    )
    found = best_worst_scores(data)
    assert found.estimate[:4].tolist() == [0.5, 0.5, -1, 0]
    assert np.isnan(found.estimate[4])
    assert found.n.tolist() == [2, 2, 2, 1, 0]
    assert found.n_annotators.tolist() == [2, 2, 2, 1, 0]


def test_maxdiff_is_that_of_a_general_optimiser():
    data = drawn(np.random.default_rng(1), np.array([-1.0, 0.0, 0.3, 0.7]), 200, 20, 3)

    def loss(theta):
        total = 0.5 * 0.2 * theta @ theta
        for shown, best, worst in zip(data.systems, data.best, data.worst, strict=True):
            own = theta[shown]
            logs = (own[:, None] - own[None, :])[~np.eye(len(shown), dtype=bool)]
            total -= theta[best] - theta[worst] - np.logaddexp.reduce(logs)
        return total

    expected = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-5}).x
    found = maxdiff(data, penalty=0.2, replicates=2)
    assert found.estimate == pytest.approx(expected, abs=1e-4)


def test_known_utilities_lie_in_95_percent_intervals():
    utility = np.array([-0.8, -0.2, 0.2, 0.8])
    covered = []
    for seed in range(40):
        data = drawn(np.random.default_rng(seed), utility, 240, 60, 3, copies=2)
        found = maxdiff(data, seed=seed, replicates=100)
        covered.append((found.lower <= utility) & (utility <= found.upper))
    # 40 repetitions of 4 utilities, as good as 120 numbers: 0.95 ± 0.04.
    assert 0.90 <= np.mean(covered) <= 0.995


def test_choices_must_be_among_what_was_shown():
    one = np.array([0])
    with pytest.raises(UnfitData, match="among"):
        BestWorst(one, one, np.array([[0, 1]]), np.array([2]), np.array([1]), 3, 1)
    with pytest.raises(UnfitData, match="not the worst"):
        BestWorst(one, one, np.array([[0, 1]]), np.array([1]), np.array([1]), 3, 1)
    with pytest.raises(UnfitData, match="above 0"):
        maxdiff(BestWorst(one, one, np.array([[0, 1]]), one, one + 1, 2, 1), penalty=0)
