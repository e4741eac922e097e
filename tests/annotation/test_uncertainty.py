import math
import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.uncertainty import (
    entropy,
    inclusion_probabilities,
    interval_width,
    systematic_draw,
)


def test_the_width_by_hand():
    # ν₀σ₀² = 2/3; Σ(x − 0)² = 2; s² = (2/3 + 2) / 4; n = 2.
    assert interval_width([1.0, -1.0]) == pytest.approx(3.92 * math.sqrt((8 / 3 / 4) / 2))
    assert interval_width([]) == pytest.approx(3.92 * math.sqrt(1 / 3))


def test_the_width_grows_with_disagreement_and_shrinks_with_answers():
    assert interval_width([1, -1, 1]) > interval_width([1, 1, 1])
    assert interval_width([1, -1] * 4) < interval_width([1, -1])


def test_the_entropy_by_hand():
    # Two answers alike of two kinds, α = 0.2: p = 2.1/2.2 and 0.1/2.2.
    expected = -(21 / 22 * math.log2(21 / 22) + 1 / 22 * math.log2(1 / 22))
    assert entropy(["a", "a"], 2) == pytest.approx(expected)
    assert entropy([], 4) == pytest.approx(2.0)
    assert entropy(["a", "b"], 2) == pytest.approx(1.0)


scores = st.dictionaries(st.integers(0, 500), st.floats(0, 10), min_size=1, max_size=60)


@given(scores=scores, wanted=st.integers(1, 70))
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
