import numpy as np
import pytest
from scipy.stats import entropy

from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.entropy import item_entropies, mean_variety


def ratings(table):
    """From units × raters, with −1 for what is missing."""
    table = np.asarray(table)
    unit, rater = np.nonzero(table >= 0)
    return Ratings(unit, rater, table[unit, rater].astype(float), *table.shape)


def test_entropy_by_hand():
    found = item_entropies(ratings([[0, 0, 1, 1], [0, 0, 0, 2], [1, 1, 1, 1], [2, -1, -1, -1]]), 3)
    expected = np.array([entropy([0.5, 0.5]), entropy([0.75, 0.25]), 0])
    assert found.plain[:3] == pytest.approx(expected)
    # (2 − 1)/(2 · 4) more where two of the answers were given.
    assert found.corrected.estimate[:3] == pytest.approx(expected + np.array([1 / 8, 1 / 8, 0]))
    assert found.variety[:3] == pytest.approx([1 - 4 / 12, 1 - 6 / 12, 0])
    assert np.isnan([found.plain[3], found.corrected.estimate[3], found.variety[3]]).all()
    assert found.corrected.n.tolist() == [4, 4, 4, 1]
    assert found.corrected.lower[2] == 0 < found.corrected.upper[2] < np.log(3)


def test_the_correction_takes_more_than_half_of_the_bias_away():
    chance, shares = np.random.default_rng(1), [0.5, 0.3, 0.2]
    found = item_entropies(ratings(chance.choice(3, (4000, 8), p=shares)), 3)
    truth = entropy(shares)
    assert abs(found.corrected.estimate.mean() - truth) < abs(found.plain.mean() - truth) / 2
    assert found.variety.mean() == pytest.approx(1 - np.square(shares).sum(), abs=0.01)


def test_entropies_of_many_answers_lie_in_95_percent_intervals():
    chance, shares = np.random.default_rng(2), [0.6, 0.3, 0.1]
    found = item_entropies(ratings(chance.choice(3, (2000, 60), p=shares)), 3).corrected
    covered = (found.lower <= entropy(shares)) & (entropy(shares) <= found.upper)
    assert 0.93 <= covered.mean() <= 0.97


def test_mean_variety_lies_in_95_percent_intervals():
    covered = []
    for seed in range(200):
        chance = np.random.default_rng(seed)
        table = chance.choice(2, (60, 30), p=[0.7, 0.3])
        table[chance.random((60, 30)) < 0.8] = -1
        found = mean_variety(ratings(table), seed=seed)
        covered.append(found.lower <= 0.42 <= found.upper)
    assert 0.91 <= np.mean(covered) <= 0.985


def test_mean_variety_by_hand_and_without_pairs():
    assert mean_variety(ratings([[0, 0, 1], [1, 1, -1], [0, -1, -1]])).estimate == pytest.approx(
        1 / 3
    )
    with pytest.raises(UnfitData, match="two ratings"):
        mean_variety(ratings([[0, -1], [-1, 0]]))
    with pytest.raises(UnfitData, match="more than 2"):
        item_entropies(ratings([[0, 1, 2]]), 2)
