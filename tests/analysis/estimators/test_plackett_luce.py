"""Rankings: against choix, by enumeration of all sets, and with known truth."""

from itertools import combinations

import choix
import numpy as np
import pytest

from analysis.estimators import bradley_terry
from analysis.estimators.data import Comparisons, Rankings, UnfitData
from analysis.estimators.davidson import NotConnected
from analysis.estimators.plackett_luce import fit, scores
from analysis.estimators.stages import log_likelihood, stages_of, symmetric


def rankings_of(rows, n_systems, annotator=None, n_annotators=1, **more):
    """From lists of ranks by system, None where a system is not ranked."""
    systems = np.array([[-1 if r is None else s for s, r in enumerate(row)] for row in rows])
    ranks = np.array([[0 if r is None else r for r in row] for row in rows])
    who = np.zeros(len(rows), dtype=int) if annotator is None else annotator
    return Rankings(who, np.arange(len(rows)), systems, ranks, n_systems, n_annotators, **more)


def drawn(chance, utility, n, annotators, *, shown=None, copies=1, eta=None):
    """Rankings of `shown` systems each; with `eta`, sets of two tied as the model has it."""
    systems = len(utility)
    shown = shown or systems
    chosen = np.argsort(chance.random((n, systems)), axis=1)[:, :shown]
    if eta is None:
        noisy = utility[chosen] + chance.gumbel(size=chosen.shape)
        ranks = np.argsort(np.argsort(-noisy, axis=1), axis=1) + 1
    else:
        ranks = np.array([one_ranking(chance, utility[row], eta) for row in chosen])
    who = np.arange(n) % annotators
    repeat = lambda values: np.repeat(values, copies, axis=0)  # noqa: E731
    return Rankings(
        repeat(who), repeat(np.arange(n)), repeat(chosen), repeat(ranks), systems, annotators
    )


def one_ranking(chance, utility, eta):
    left, ranks, level = list(range(len(utility))), np.zeros(len(utility), dtype=int), 1
    while left:
        sets = [(i,) for i in left] + list(combinations(left, 2))
        logs = np.array(
            [utility[list(one)].mean() + (eta if len(one) > 1 else 0.0) for one in sets]
        )
        shares = np.exp(logs - np.logaddexp.reduce(logs))
        taken = sets[chance.choice(len(sets), p=shares)]
        ranks[list(taken)] = level
        level += 1
        left = [one for one in left if one not in taken]
    return ranks


@pytest.fixture(scope="module")
def strict():
    return drawn(np.random.default_rng(2), np.linspace(-1, 1, 7), 150, 30, shown=4)


def test_it_agrees_with_choix(strict):
    order = np.argsort(strict.ranks, axis=1)
    lists = [tuple(map(int, row[o])) for row, o in zip(strict.systems, order, strict=True)]
    expected = choix.opt_rankings(7, lists, alpha=0, tol=1e-9)
    assert fit(strict).utility == pytest.approx(expected - expected.mean(), abs=1e-6)
    spectral = choix.ilsr_rankings(7, lists, tol=1e-9)
    assert fit(strict).utility == pytest.approx(spectral - spectral.mean(), abs=1e-6)
    penalised = choix.opt_rankings(7, lists, alpha=0.5, tol=1e-9)
    assert fit(strict, penalty=1.0).utility == pytest.approx(penalised, abs=1e-6)


def test_a_ranking_that_names_a_top_only_agrees_with_choix(strict):
    order = np.argsort(strict.ranks, axis=1)
    top = [
        (int(row[o[0]]), [int(s) for s in row[o[1:]]])
        for row, o in zip(strict.systems, order, strict=True)
    ]
    only_best = Rankings(
        strict.annotator,
        strict.item,
        strict.systems,
        np.minimum(strict.ranks, 2),
        7,
        30,
    )
    expected = choix.opt_top1(7, top, alpha=0, tol=1e-9)
    found = fit(only_best, last_is_unranked=True)
    assert found.utility == pytest.approx(expected - expected.mean(), abs=1e-6)
    assert found.tie == {}


def test_pairs_are_bradley_terry_with_davidsons_ties():
    chance = np.random.default_rng(3)
    a, b = np.array(list(combinations(range(4), 2)) * 40).T
    outcome = chance.integers(-1, 2, len(a))
    nobody = np.zeros(len(a), dtype=int)
    pairs = bradley_terry.fit(Comparisons(nobody, nobody, a, b, outcome, 4, 1))
    ranks = np.stack([np.where(outcome > 0, 2, 1), np.where(outcome < 0, 2, 1)], axis=1)
    data = Rankings(nobody, nobody, np.stack([a, b], axis=1), ranks, 4, 1)
    found = fit(data)
    assert found.utility == pytest.approx(pairs.utility, abs=1e-6)
    assert found.tie[2] == pytest.approx(pairs.nu, abs=1e-6)
    assert found.log_likelihood == pytest.approx(pairs.log_likelihood, abs=1e-6)


def test_the_likelihood_counts_every_set():
    data = rankings_of([[1, 1, 2, 3], [2, 1, 2, 2], [1, None, 2, 2]], 4)
    at = np.array([0.3, -0.5, 0.9, -0.7, -0.4, -1.1])

    def share(chosen, remains):
        def score(one):
            size = len(one)
            return np.exp((0.0, at[4], at[5])[size - 1] + at[list(one)].mean())

        sets = [one for size in (1, 2, 3) for one in combinations(remains, size)]
        return score(chosen) / sum(map(score, sets))

    stages = stages_of(data)
    assert stages.sizes == (2, 3)
    expected = [
        np.log(share((0, 1), (0, 1, 2, 3)) * share((2,), (2, 3))),
        np.log(share((1,), (0, 1, 2, 3)) * share((0, 2, 3), (0, 2, 3))),
        np.log(share((0,), (0, 2, 3)) * share((2, 3), (2, 3))),
    ]
    value, slope = log_likelihood(stages, np.ones(len(stages.ranking)), at)
    assert value == pytest.approx(sum(expected))
    for number in range(6):
        moved = np.zeros(6)
        moved[number] = 1e-6
        above, below = (
            log_likelihood(stages, np.ones(len(stages.ranking)), at + sign * moved)[0]
            for sign in (1, -1)
        )
        assert slope[number] == pytest.approx((above - below) / 2e-6, abs=1e-6)


def test_symmetric_polynomials_by_hand():
    values, slopes = symmetric(np.array([[2.0, 3.0, 5.0]]), 2)
    assert values.tolist() == [6 + 10 + 15]
    assert slopes.tolist() == [[2 * 8, 3 * 7, 5 * 5]]


def test_ties_are_recovered():
    utility = np.array([-0.8, -0.1, 0.2, 0.7])
    found = fit(drawn(np.random.default_rng(5), utility, 3000, 30, eta=-0.5))
    assert found.utility == pytest.approx(utility, abs=0.1)
    assert found.tie[2] == pytest.approx(np.exp(-0.5), rel=0.1)


def test_known_utilities_lie_in_95_percent_intervals():
    """Every ranking is given twice: rankings are not independent, people are."""
    utility = np.array([-0.8, -0.2, 0.3, 0.7])
    covered = []
    for seed in range(60):
        data = drawn(np.random.default_rng(seed), utility, 200, 40, shown=3, copies=2)
        found = scores(data, seed=seed).utility
        covered.append((found.lower <= utility) & (utility <= found.upper))
    # 60 repetitions of 4 utilities, as good as 180 numbers: 0.95 ± 0.03.
    assert 0.91 <= np.mean(covered) <= 0.99


def test_rankings_that_do_not_order_systems_are_refused():
    with pytest.raises(NotConnected, match=r"\[\[0\], \[1\], \[2\]\]|\[\[2\], \[1\], \[0\]\]"):
        fit(rankings_of([[1, 2, 3], [1, 2, 3]], 3))
    with pytest.raises(NotConnected, match="one tie"):
        fit(rankings_of([[1, 1, 1]], 3))
    with pytest.raises(UnfitData, match="no rankings"):
        fit(rankings_of([[1, None]], 2))
    assert fit(rankings_of([[1, 2, 3]] * 2, 3), penalty=0.1).utility[0] > 0.5


def test_weights_are_as_many_rankings_and_unseen_systems_are_unknown():
    rows = [[1, 2, None], [2, 1, None]]
    found = fit(rankings_of(rows, 3, weight=np.array([3.0, 1.0])))
    assert found.utility[:2] == pytest.approx([np.log(3) / 2, -np.log(3) / 2])
    assert np.isnan(found.utility[2])
