import math
import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.uncertainty import (
    STEEPNESS,
    difference_scores,
    entropy,
    inclusion_probabilities,
    systematic_draw,
)


def test_the_scores_by_hand():
    # u = σ²/n: 0.2, 0.1, 0.05. The widest differences: 0.3 for the first two, 0.25 for the third.
    found = difference_scores(np.array([[0.4, 0.3, 0.2]]), np.array([[2.0, 3.0, 4.0]]))
    parts = [0.2 / 3 / 0.3, 0.1 / 4 / 0.3, 0.05 / 5 / 0.25]
    widest = [0.3, 0.3, 0.25]
    expected = [u**STEEPNESS * part for u, part in zip(widest, parts, strict=True)]
    assert found[0] == pytest.approx(expected)


def test_a_stratum_that_is_not_asked_makes_no_difference_wide():
    variances = np.array([[0.5, 0.5, 0.5]])
    with_it = difference_scores(variances, np.array([[2.0, 2.0, math.inf]]))
    without = difference_scores(variances[:, :2], np.array([[2.0, 2.0]]))
    assert with_it[0, :2] == pytest.approx(without[0])
    assert with_it[0, 2] == 0


def test_one_stratum_alone_is_asked_where_its_mean_is_known_least():
    found = difference_scores(np.array([[0.5], [0.1]]), np.array([[4.0], [4.0]]))
    assert found[:, 0] == pytest.approx([(one / 4) ** STEEPNESS / 5 for one in (0.5, 0.1)])


cells = st.lists(
    st.tuples(st.floats(0, 1), st.integers(1, 50), st.floats(0, 1), st.integers(1, 50)),
    min_size=1,
    max_size=20,
)


@given(cells)
def test_scores_are_finite_and_grow_with_variance(questions):
    table = np.array(questions)
    variances, answers = table[:, [0, 2]], table[:, [1, 3]]
    found = difference_scores(variances, answers)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    more = difference_scores(variances + np.array([0.1, 0.0]), answers)
    assert (more[:, 0] >= found[:, 0]).all()


def test_the_entropy_by_hand():
    # Two answers alike of two kinds, α = 0.2: p = 2.1/2.2 and 0.1/2.2.
    expected = -(21 / 22 * math.log2(21 / 22) + 1 / 22 * math.log2(1 / 22))
    assert entropy(["a", "a"], 2) == pytest.approx(expected)
    assert entropy([], 4) == pytest.approx(2.0)
    assert entropy(["a", "b"], 2) == pytest.approx(1.0)


scores = st.dictionaries(st.integers(0, 500), st.floats(0, 10), min_size=1, max_size=60)


@given(scores=scores, wanted=st.floats(0.05, 70))
def test_probabilities_sum_to_what_is_wanted_and_none_is_nought_or_over_one(scores, wanted):
    found = inclusion_probabilities(scores, wanted)
    assert set(found) == set(scores)
    assert sum(found.values()) == pytest.approx(min(wanted, len(scores)))
    assert all(0 < one <= 1 + 1e-9 for one in found.values())
    ranked = sorted(scores, key=scores.__getitem__)
    assert all(found[a] <= found[b] + 1e-9 for a, b in pairwise(ranked))


@given(scores=scores, wanted=st.integers(1, 20), seed=st.integers(0, 1000))
def test_as_many_are_drawn_as_are_wanted(scores, wanted, seed):
    wanted = min(wanted, len(scores))
    drawn = systematic_draw(inclusion_probabilities(scores, wanted), random.Random(seed))
    assert len(set(drawn)) == len(drawn)
    assert abs(len(drawn) - wanted) <= 1


def test_cells_are_drawn_with_their_probabilities():
    probabilities = inclusion_probabilities({1: 1.0, 2: 2.0, 3: 3.0, 4: 10.0}, 2)
    chance = random.Random(5)
    counts = Counter(cell for _ in range(20_000) for cell in systematic_draw(probabilities, chance))
    for cell, probability in probabilities.items():
        assert counts[cell] / 20_000 == pytest.approx(probability, abs=0.015)
