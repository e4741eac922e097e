"""Kinds of people: their number, who is of them, and what it says of who they are."""

import numpy as np
import pytest
from scipy.stats.contingency import association
from sklearn.metrics import adjusted_rand_score

from analysis.estimators.belonging import belonging, cramers_v
from analysis.estimators.clusters import (
    adjusted_rand,
    clusters,
    number_of_clusters,
    stability,
)
from analysis.estimators.data import Rankings, UnfitData
from tests.analysis.estimators.simulated import comparisons

KINDS = np.array(
    [[1.0, 0.3, 0.0, -0.3, -1.0], [-1.0, -0.3, 0.0, 0.3, 1.0], [0.0, 1.2, -1.2, 0.9, -0.9]]
)


def crowd(kinds, people, each, seed):
    """People in turn of the kinds given, with `each` comparisons."""
    of_kind = np.arange(people) % len(kinds)
    data = comparisons(
        np.random.default_rng(seed), kinds, people * each, people, nu=0.3, groups=of_kind
    )
    return data, of_kind


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_number_of_kinds_is_found(number):
    data, _ = crowd(KINDS[:number], 90, 40, seed=number)
    found = number_of_clusters(data, most=4)
    assert found.number == number
    assert len(found.held_out) == 4
    assert found.behind[int(np.argmax(found.held_out))] == 0


def test_kinds_and_who_is_of_them_are_recovered():
    data, truth = crowd(KINDS, 120, 50, seed=5)
    found = clusters(data, 3)
    assert adjusted_rand_score(truth, found.label) > 0.8
    assert found.share == pytest.approx([1 / 3] * 3, abs=0.06)
    assert found.membership.sum(axis=1) == pytest.approx(np.ones(120))
    distance = np.abs(found.utility[:, None] - KINDS[None]).max(axis=2)
    assert distance.min(axis=0).max() < 0.35
    assert sorted(distance.argmin(axis=1)) == [0, 1, 2]
    assert (found.n, found.n_annotators) == (6000, 120)
    steady = stability(data, 3, restarts=5, halves=5)
    assert (len(steady.restarts), len(steady.halves)) == (4, 5)
    assert max(steady.restarts) > 0.99
    assert np.median(steady.halves) > 0.7


def test_kinds_that_nobody_is_of_do_not_stop_the_search():
    kinds = np.array([[2.5, 0.0, -2.5], [-2.5, 0.0, 2.5]])
    data = comparisons(
        np.random.default_rng(1), kinds, 24 * 12, 24, nu=0.1, groups=np.arange(24) % 2
    )
    assert number_of_clusters(data, most=4, seed=2026).number == 2


def test_kinds_that_are_none_are_not_stable():
    data, _ = crowd(KINDS[:1], 80, 15, seed=6)
    steady = stability(data, 3, restarts=5, halves=5)
    assert np.median(steady.halves) < 0.5


def ranked(kinds, people, each, seed):
    """Rankings of all systems by people in turn of the kinds given, now and then tied."""
    chance = np.random.default_rng(seed)
    of_kind = np.arange(people) % len(kinds)
    who = np.repeat(np.arange(people), each)
    noisy = kinds[of_kind[who]] + chance.gumbel(size=(len(who), kinds.shape[1]))
    ranks = np.argsort(np.argsort(-noisy, axis=1), axis=1) + 1
    # One ranking in five leaves the last two together.
    tied = chance.random(len(who)) < 0.2
    ranks = np.where(tied[:, None], np.minimum(ranks, kinds.shape[1] - 1), ranks)
    systems = np.tile(np.arange(kinds.shape[1]), (len(who), 1))
    return Rankings(who, np.arange(len(who)), systems, ranks, kinds.shape[1], people), of_kind


def test_kinds_are_found_in_rankings_too():
    kinds = KINDS[:2, [0, 1, 3, 4]]
    data, truth = ranked(kinds * 1.5, 60, 8, seed=3)
    found = clusters(data, 2, restarts=2)
    assert adjusted_rand_score(truth, found.label) > 0.8
    assert "Plackett–Luce" in found.method
    for kind in kinds:
        assert max(np.corrcoef(kind, one)[0, 1] for one in found.utility) > 0.95
    assert number_of_clusters(data, most=3, restarts=2).number == 2


def test_people_without_comparisons_are_of_no_kind():
    data, _ = crowd(KINDS[:2], 20, 30, seed=7)
    columns = (data.annotator + 1, data.item, data.a, data.b, data.outcome)
    found = clusters(type(data)(*columns, data.n_systems, 22), 2)
    assert found.label[[0, 21]].tolist() == [-1, -1]
    assert np.isnan(found.membership[[0, 21]]).all()
    with pytest.raises(UnfitData, match="20 people"):
        clusters(type(data)(*columns, data.n_systems, 22), 21)


def test_adjusted_rand_agrees_with_scikit_learn():
    chance = np.random.default_rng(0)
    for _ in range(20):
        one, other = chance.integers(0, 4, 60), chance.integers(0, 3, 60)
        other[:20] = one[:20] % 3
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
    assert adjusted_rand(one, (one + 1) % 4) == 1
    assert adjusted_rand(np.zeros(5, dtype=int), np.zeros(5, dtype=int)) == 1


def test_cramers_v_is_that_of_scipy_less_its_bias():
    table = np.array([[30, 10, 5], [12, 25, 9]])
    plain = association(table, method="cramer", correction=False)
    n, rows, columns = table.sum(), 2, 3
    # Bergsma's formula, from the uncorrected V: φ² = V² · (min(r, c) − 1).
    square = max(0, plain**2 - (rows - 1) * (columns - 1) / (n - 1))
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    assert cramers_v(table) == pytest.approx(np.sqrt(square / (least - 1)))
    assert cramers_v(np.array([[10, 10], [10, 10]])) == 0
    assert np.isnan(cramers_v(np.array([[3, 4], [0, 0]])))


def test_what_a_question_explains_and_what_it_does_not():
    kind = np.repeat([0, 1], 100)
    same = belonging(kind, kind, permutations=200)
    assert (same.v, same.explained, same.unexplained) == pytest.approx((1, 1, 0), abs=0.01)
    assert same.p == pytest.approx(1 / 201)
    answer = np.where(np.arange(200) % 4 == 0, 1 - kind, kind)
    part = belonging(kind, answer, permutations=200)
    # Three in four answer as their kind does: 1 − H(1/4)/log 2 of the entropy.
    theil = 1 + (0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2)
    assert part.explained == pytest.approx(theil, abs=0.01)
    assert part.unexplained == pytest.approx(1 - part.explained)
    assert part.table.tolist() == [[75, 25], [25, 75]]


def test_a_question_of_many_answers_explains_nothing_by_their_number():
    chance = np.random.default_rng(4)
    kind = chance.integers(0, 2, 120)
    found = [
        belonging(kind, chance.integers(0, 12, 120), permutations=99, seed=seed)
        for seed in range(60)
    ]
    assert np.mean([one.explained for one in found]) < 0.03
    assert np.mean([one.p <= 0.05 for one in found]) <= 0.13


def test_who_has_no_answer_does_not_count():
    found = belonging(np.array([0, 1, 0, -1]), np.array([0, 1, -1, 1]), permutations=9)
    assert found.n == 2
    with pytest.raises(UnfitData, match="Nobody"):
        belonging(np.array([-1]), np.array([0]))
