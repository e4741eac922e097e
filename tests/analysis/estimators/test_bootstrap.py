import numpy as np
import pytest
from scipy import stats

from analysis.estimators.bootstrap import (
    by_annotator,
    drawn_weights,
    interval,
    replicated_sums,
    stratum_of_each,
)
from analysis.estimators.data import UnfitData


def test_as_many_people_are_drawn_as_there_are_in_every_stratum():
    strata = np.array([0, 0, 0, 1, 1, -1])
    present = np.array([True, True, False, True, True, True])
    weights = drawn_weights(6, replicates=50, seed=1, present=present, strata=strata)
    assert weights.shape == (50, 6)
    assert (weights[:, :2].sum(axis=1) == 2).all()
    assert (weights[:, 3:5].sum(axis=1) == 2).all()
    assert not weights[:, 2].any()
    assert (weights[:, 5] == 1).all()
    assert 0.4 < (weights[:, 0] == 1).mean() < 0.6
    with pytest.raises(UnfitData, match="two replicates"):
        drawn_weights(6, replicates=1)


def test_sums_of_a_replicate_are_those_of_its_people():
    person, column = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 0, 0])
    sums = by_annotator(person, column, np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 3, 2)
    assert sums.toarray().tolist() == [[1, 2], [0, 3], [9, 0]]
    assert replicated_sums(np.array([[2.0, 0.0, 1.0]]), sums).tolist() == [[11, 4]]


def test_a_person_is_of_the_group_of_their_last_row():
    found = stratum_of_each(np.array([0, 2, 0]), np.array([1, 0, 2]), 4)
    assert found.tolist() == [2, -1, 0, -1]


def test_an_interval_reaches_as_far_as_students_t():
    """Of means of normals, whose distribution over replicates is σ/√n · √((n − 1)/n) wide."""
    people = 8
    spread = np.sqrt((people - 1) / people)
    replicates = stats.norm.ppf(np.arange(1, 100_000) / 100_000)[:, None] * spread
    lower, upper = interval(replicates, people)
    assert upper[0] == pytest.approx(stats.t.ppf(0.975, people - 1), rel=1e-3)
    assert lower[0] == pytest.approx(-upper[0])


def test_one_person_leaves_everything_open():
    lower, upper = interval(np.zeros((10, 2)), np.array([1, 5]))
    assert lower.tolist() == [-np.inf, 0]
    assert upper.tolist() == [np.inf, 0]
