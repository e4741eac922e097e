import numpy as np
import pytest

from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.dawid_skene import METHOD, dawid_skene


def crowd(chance, confusion, units, each):
    truth = chance.choice(2, units, p=[0.7, 0.3])
    people = len(confusion)
    unit = np.repeat(np.arange(units), each)
    rater = np.concatenate([chance.permutation(people)[:each] for _ in range(units)])
    says_one = chance.random(len(unit)) < confusion[rater, truth[unit], 1]
    return Ratings(unit, rater, says_one.astype(float), units, people), truth


def test_error_rates_and_true_answers_are_recovered():
    good, lazy = [[0.9, 0.1], [0.2, 0.8]], [[0.95, 0.05], [0.95, 0.05]]
    confusion = np.array([good] * 8 + [lazy] * 2)
    data, truth = crowd(np.random.default_rng(1), confusion, 2000, 5)
    found = dawid_skene(data, 2)
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.93
    assert found.prevalence == pytest.approx([0.7, 0.3], abs=0.03)
    assert found.confusion == pytest.approx(confusion, abs=0.06)
    expected = confusion[:, 0, 0] * 0.7 + confusion[:, 1, 1] * 0.3
    assert found.accuracy == pytest.approx(expected, abs=0.05)
    assert found.n.tolist() == [5] * 2000
    assert found.method == METHOD


def test_one_round_by_hand():
    """A single unit and person: the answer is what they say, as far as smoothing lets it."""
    found = dawid_skene(Ratings(np.array([0]), np.array([0]), np.array([1.0]), 2, 2), 2)
    assert found.posterior[0] == pytest.approx([0, 1], abs=1e-4)
    assert np.isnan(found.posterior[1]).all()
    assert np.isnan(found.accuracy[1])
    assert found.confusion[0, 1] == pytest.approx([0.01 / 1.02, 1.01 / 1.02], abs=1e-4)


def test_values_are_answers():
    with pytest.raises(UnfitData, match="0…1"):
        dawid_skene(Ratings(np.array([0]), np.array([0]), np.array([2.0]), 1, 1), 2)
