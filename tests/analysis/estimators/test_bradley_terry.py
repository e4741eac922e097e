"""Utilities against independent implementations, by hand, and against known truth."""

import choix
import evalica
import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from analysis.estimators.bradley_terry import (
    fit,
    fit_by_group,
    preferred,
    scores,
    scores_by_group,
)
from analysis.estimators.data import Comparisons, UnfitData
from analysis.estimators.davidson import NotConnected
from tests.analysis.estimators.simulated import comparisons


def of_pairs(pairs, n_systems, **more):
    """Comparisons from (a, b, outcome) by one person."""
    a, b, outcome = np.array(pairs).T
    nobody = np.zeros(len(a), dtype=int)
    return Comparisons(nobody, nobody, a, b, outcome, n_systems, 1, **more)


@pytest.fixture(scope="module")
def decided():
    return comparisons(np.random.default_rng(4), np.linspace(-1, 1, 8), 600, 30)


def won_lost(given):
    return [
        (int(b), int(a)) if outcome > 0 else (int(a), int(b))
        for a, b, outcome in zip(given.a, given.b, given.outcome, strict=True)
    ]


def test_two_systems_are_the_log_odds():
    found = fit(of_pairs([(0, 1, 1)] * 3 + [(0, 1, -1)], 2))
    assert found.utility == pytest.approx([-np.log(3) / 2, np.log(3) / 2])
    assert (found.nu, found.order, found.is_weak) == (0, 0, False)
    assert found.log_likelihood == pytest.approx(3 * np.log(3 / 4) + np.log(1 / 4))


def test_ties_of_two_systems_are_davidsons():
    # ν = ties / √(wins · losses), as P(tie)² / (P(i)·P(j)) = ν².
    found = fit(of_pairs([(0, 1, 1)] * 9 + [(1, 0, 1)] * 4 + [(0, 1, 0)] * 3, 2))
    assert found.nu == pytest.approx(3 / 6)
    assert found.utility[1] - found.utility[0] == pytest.approx(np.log(9 / 4))
    shares = preferred(found.utility, found.nu)
    assert shares[1, 0] == pytest.approx(9 / 16)
    assert shares[0, 1] == pytest.approx(4 / 16)


def test_graded_outcomes_count_by_their_sign():
    graded = fit(of_pairs([(0, 1, 2)] * 3 + [(0, 1, -1)], 2))
    assert graded.utility[1] == pytest.approx(np.log(3) / 2)


def test_weights_are_as_many_judgments():
    weighted = of_pairs([(0, 1, 1), (0, 1, -1)], 2, weight=np.array([3.0, 1.0]))
    assert fit(weighted).utility[1] == pytest.approx(np.log(3) / 2)


def test_it_agrees_with_choix(decided):
    expected = choix.opt_pairwise(8, won_lost(decided), alpha=0, tol=1e-12)
    assert fit(decided).utility == pytest.approx(expected - expected.mean(), abs=1e-6)
    spectral = choix.ilsr_pairwise(8, won_lost(decided), tol=1e-12)
    assert fit(decided).utility == pytest.approx(spectral - spectral.mean(), abs=1e-6)


def test_with_a_penalty_it_agrees_with_choix(decided):
    # choix takes α Σθ², this λ/2 Σθ².
    expected = choix.opt_pairwise(8, won_lost(decided), alpha=0.35, tol=1e-12)
    assert fit(decided, penalty=0.7).utility == pytest.approx(expected, abs=1e-6)


def test_it_agrees_with_evalica(decided):
    found = evalica.bradley_terry(
        decided.a.tolist(),
        decided.b.tolist(),
        [evalica.Winner.Y if one > 0 else evalica.Winner.X for one in decided.outcome],
        tolerance=1e-14,
        limit=10_000,
    )
    expected = np.log(found.scores.sort_index().to_numpy())
    assert fit(decided).utility == pytest.approx(expected - expected.mean(), abs=1e-6)


def test_it_agrees_with_a_logistic_regression(decided):
    design = np.zeros((len(decided), 8))
    rows = np.arange(len(decided))
    design[rows, decided.b], design[rows, decided.a] = 1, -1
    # λ/2 Σθ² is 1/(2C) Σθ².
    model = LogisticRegression(C=2.0, fit_intercept=False, tol=1e-12, max_iter=10_000)
    model.fit(design, decided.outcome > 0)
    assert fit(decided, penalty=0.5).utility == pytest.approx(model.coef_[0], abs=1e-5)


def test_ties_and_order_agree_with_a_general_optimiser():
    given = comparisons(
        np.random.default_rng(5), np.array([0.0, 0.5, -0.4, 1.0]), 900, 30, nu=0.6, order=0.5
    )

    def loss(parameters):
        utility, log_nu, order = parameters[:4], parameters[4], parameters[5]
        half = (utility[given.b] - utility[given.a] - order) / 2
        own = np.where(given.outcome > 0, half, np.where(given.outcome < 0, -half, log_nu))
        total = np.log(np.exp(half) + np.exp(-half) + np.exp(log_nu))
        return (total - own).sum() + 1e-9 * (utility**2).sum()

    expected = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-6}).x
    found = fit(given, order_effect=True)
    assert found.utility == pytest.approx(expected[:4] - expected[:4].mean(), abs=1e-5)
    assert found.nu == pytest.approx(np.exp(expected[4]), abs=1e-5)
    assert found.order == pytest.approx(expected[5], abs=1e-5)
    assert found.log_likelihood == pytest.approx(-loss(expected), abs=1e-5)


def test_an_order_effect_is_found_and_not_confused_with_utility():
    utility = np.array([0.0, 0.4, -0.4])
    found = [
        scores(
            comparisons(np.random.default_rng(seed), utility, 3000, 60, order=0.5),
            order_effect=True,
        )
        for seed in range(40)
    ]
    assert np.mean([one.order.estimate for one in found]) == pytest.approx(0.5, abs=0.02)
    assert np.mean([one.utility.estimate for one in found], axis=0) == pytest.approx(
        utility, abs=0.03
    )
    assert min(one.order.lower for one in found) > 0.2
    assert sum(one.order.lower < 0.5 < one.order.upper for one in found) >= 34
    none = scores(comparisons(np.random.default_rng(1), utility, 3000, 60), order_effect=True)
    assert none.order.lower < 0 < none.order.upper


def test_order_that_is_utility_is_refused():
    given = of_pairs([(0, 1, 1), (0, 1, -1)], 2, first=np.array([-1, -1]))
    with pytest.raises(UnfitData, match="one order only"):
        fit(given, order_effect=True)
    with pytest.raises(UnfitData, match="not known"):
        fit(of_pairs([(0, 1, 1), (0, 1, -1)], 2), order_effect=True)


def test_parts_that_are_not_connected_are_named():
    apart = of_pairs([(0, 1, 1), (0, 1, -1), (2, 3, 1), (2, 3, -1)], 4)
    with pytest.raises(NotConnected, match=r"\[\[0, 1\], \[2, 3\]\]"):
        fit(apart)
    beaten = of_pairs([(0, 1, 1), (0, 1, -1), (0, 2, 1), (1, 2, 1)], 3)
    with pytest.raises(NotConnected, match=r"\[\[2\], \[0, 1\]\]|\[\[0, 1\], \[2\]\]"):
        fit(beaten)
    with pytest.raises(NotConnected, match="tie"):
        fit(of_pairs([(0, 1, 0)], 2))
    with pytest.raises(UnfitData, match="no comparisons"):
        fit(Comparisons(*[np.zeros(0, dtype=int)] * 5, 2, 1))
    # With a prior both have an answer.
    assert fit(apart, penalty=0.1).utility == pytest.approx([0, 0, 0, 0], abs=1e-9)
    assert np.argmax(fit(beaten, penalty=0.1).utility) == 2


def test_ties_that_only_wins_could_explain_get_a_weak_prior():
    # Only wins of 1 over 0 and ties: ties and distance could grow together without end.
    found = fit(of_pairs([(0, 1, 1), (0, 1, 0)], 2))
    assert found.is_weak
    assert np.isfinite(found.utility).all()


def test_systems_that_nobody_compared_are_not_known():
    found = scores(of_pairs([(0, 2, 1)] * 3 + [(2, 0, 1)], 4))
    assert np.isnan(found.utility.estimate).tolist() == [False, True, False, True]
    assert np.isnan(found.utility.lower).tolist() == [False, True, False, True]
    assert found.utility.estimate[2] == pytest.approx(np.log(3) / 2)
    assert found.utility.n.tolist() == [4, 0, 4, 0]
    assert found.utility.n_annotators.tolist() == [1, 0, 1, 0]
    # One person tells nothing of people.
    assert (found.utility.lower[2], found.utility.upper[2]) == (-np.inf, np.inf)


def test_groups_are_fitted_by_themselves():
    groups = np.arange(60) % 3
    utility = np.array([[0.0, 1.0, -1.0], [0.0, 0.0, 0.0], [1.0, -1.0, 0.0]])
    given = comparisons(np.random.default_rng(8), utility, 3000, 60, nu=0.5, groups=groups)
    together = scores_by_group(given, replicates=50)
    assert [one.group for one in together] == [0, 1, 2]
    for number, found in enumerate(fit_by_group(given)):
        rows = given.group == number
        alone = fit(
            Comparisons(
                *(getattr(given, name)[rows] for name in ("annotator", "item", "a", "b")),
                given.outcome[rows],
                3,
                60,
            )
        )
        assert found.utility == pytest.approx(alone.utility, abs=1e-8)
        assert found.nu == pytest.approx(alone.nu, abs=1e-8)
        assert together[number].utility.estimate == pytest.approx(found.utility)
        assert together[number].nu.n == rows.sum() == 1000
        assert together[number].nu.n_annotators == 20


def test_known_utilities_lie_in_95_percent_intervals():
    """Every answer is given three times: judgments are not independent, people are.

    Four hundred samples of forty people, each a group that is fitted and drawn from by itself.
    """
    utility = np.array([-0.8, -0.3, 0.0, 0.3, 0.8])
    samples, people, each = 400, 40, 480
    given = comparisons(
        np.random.default_rng(0),
        np.tile(utility, (samples, 1)),
        samples * each,
        samples * people,
        nu=0.5,
        copies=3,
        groups=np.arange(samples * people) // people,
    )
    found = [one.utility for one in scores_by_group(given)]
    assert {one.n_annotators.max() for one in found} == {people}
    covered = [(one.lower <= utility) & (utility <= one.upper) for one in found]
    assert len(covered) == samples
    assert 0.93 <= np.mean(covered) <= 0.97


def test_intervals_are_reproducible_and_say_how_they_came():
    given = comparisons(np.random.default_rng(1), np.array([0.0, 0.5, -0.5]), 300, 20)
    first, again = scores(given, seed=7), scores(given, seed=7)
    assert first.utility.lower.tolist() == again.utility.lower.tolist()
    assert first.utility.method == "Bradley–Terry with Davidson's ties"
    assert first.utility.parameters == {
        "penalty": 0.0,
        "replicates": 200,
        "seed": 7,
        "replicates with a weak prior": 0,
    }


def test_arrays_that_contradict_each_other_are_refused():
    ones = np.array([0, 1])
    with pytest.raises(UnfitData, match="itself"):
        Comparisons(ones, ones, ones, ones, ones, 2, 2)
    with pytest.raises(UnfitData, match="b: 1…2"):
        Comparisons(ones, ones, ones, ones + 1, ones, 2, 2)
    with pytest.raises(UnfitData, match="lengths"):
        Comparisons(ones, ones, ones, ones[:1], ones, 2, 2)
    with pytest.raises(UnfitData, match="float64"):
        Comparisons(ones, ones, ones * 1.0, 1 - ones, ones, 2, 2)
    with pytest.raises(UnfitData, match="groups"):
        fit_by_group(Comparisons(ones, ones, ones, 1 - ones, ones, 2, 2))
