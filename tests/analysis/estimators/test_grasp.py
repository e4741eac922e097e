"""Cohesion inside and across groups: by hand, and with known truth."""

import numpy as np
import pytest

from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.grasp import (
    associations,
    cross_negentropy,
    cross_replication,
    negentropy,
    plurality_size,
    votes,
)


def ratings_of(table, groups):
    """From raters × units, with −1 for what is missing."""
    table = np.asarray(table)
    rater, unit = np.nonzero(table >= 0)
    groups = np.asarray(groups)
    return Ratings(
        unit,
        rater,
        table[rater, unit].astype(float),
        table.shape[1],
        table.shape[0],
        int(groups.max()) + 1,
        groups,
    )


def test_xrr_by_hand():
    # Unit 0: {1, 1} and {0}; unit 1: {0} and {0, 1}. d_o = 1/6·(3/2·2 + 3/2·1) = 3/4,
    # d_e = 5/9, κ = 1 − 27/20.
    data = ratings_of([[1, 0], [1, -1], [0, 0], [-1, 1]], [0, 0, 1, 1])
    found = cross_replication(data, 0, 1)
    assert found.estimate == pytest.approx(-0.35)
    assert (found.n, found.n_annotators) == (6, 4)


def test_xrr_counts_units_of_both_groups_only():
    data = ratings_of([[1, 0, 1], [1, -1, 1], [0, 0, -1], [-1, 1, -1]], [0, 0, 1, 1])
    assert cross_replication(data, 0, 1).estimate == pytest.approx(-0.35)
    apart = ratings_of([[1, -1], [-1, 1]], [0, 1])
    with pytest.raises(UnfitData, match="in common"):
        cross_replication(apart, 0, 1)


def test_xrr_on_an_interval_scale_by_hand():
    # d_o = 1/4·2·((1 − 3)² + (2 − 2)²) = 2, d_e = (4 + 1 + 1 + 0)/4, κ = 1 − 4/3.
    data = ratings_of([[1, 2], [3, 2]], [0, 1])
    assert cross_replication(data, 0, 1, "interval").estimate == pytest.approx(-1 / 3)


def test_gai_by_hand():
    # Group 0 says (0, 1) twice: α = 1. Group 1: {0, 1}, {1, 1}: D_o = D_e = 1/2, α = 0.
    # Across: d_o = 1/8·(2 + 0), d_e = 8/16, κ = 1/2.
    data = ratings_of([[0, 1], [0, 1], [0, 1], [1, 1]], [0, 0, 1, 1])
    first, second = associations(data, permutations=99)
    assert (first.inside.estimate, first.across.estimate) == pytest.approx((1, 0.5))
    assert first.index.estimate == pytest.approx(2)
    assert (second.inside.estimate, second.across.estimate) == pytest.approx((0, 0.5))
    assert second.index.estimate == pytest.approx(0)
    assert (first.inside.n, first.inside.n_annotators) == (4, 2)
    assert first.index.method == "GAI: alpha / xrr"


def test_other_measures_of_cohesion_by_hand():
    counts = np.array([[[3.0, 1.0], [0.0, 2.0], [1.0, 0.0]]])
    sums = counts.sum(axis=2)
    # The third unit has one rating.
    assert plurality_size(counts, sums, sums) == pytest.approx([(0.75 + 1) / 2])
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert negentropy(counts, sums, sums) == pytest.approx([np.log(2) - entropy / 2])
    others = np.array([[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]])
    # One rating more, half on either value: q = (3/4, 1/4) and (1/4, 3/4).
    first = np.log(2) + 0.75 * np.log(0.75) + 0.25 * np.log(0.25)
    second = np.log(2) + np.log(0.75)
    assert cross_negentropy(counts, others) == pytest.approx([(first + second) / 2])
    tied = np.array([[[2.0, 2.0, 0.0], [0.0, 0.0, 0.0]]])
    assert votes(tied).tolist() == [[[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]]


def crowd(chance, own, units=60, each=30):
    """Two groups that read a unit's value 8 times in 10; of one part `own` they read their own."""
    common = chance.integers(0, 2, units)
    groups = np.repeat([0, 1, 2], each)
    differs = chance.random(units) < own
    truth = np.where((groups[:, None] == 2) & differs, 1 - common, common)
    flips = chance.random(truth.shape) < 0.2
    table = np.where(flips, 1 - truth, truth)
    table[chance.random(truth.shape) < 0.6] = -1
    return ratings_of(table, groups)


def test_a_group_apart_is_found():
    found = associations(crowd(np.random.default_rng(2), 0.4), permutations=500)
    assert found[2].q_index < 0.01
    assert found[2].index.estimate > 1.5
    assert found[2].index.lower > 1
    assert found[2].p_across < 0.01


def test_groups_that_are_none_are_not_found():
    """Among 200 crowds whose groups are labels only, 5 % have a p of 5 % or less."""
    p = []
    for seed in range(200):
        data = crowd(np.random.default_rng(seed), 0.0, units=25, each=12)
        p += [one.p_index for one in associations(data, permutations=99, replicates=2, seed=seed)]
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.08
    assert 0.4 <= np.mean(p) <= 0.6


@pytest.mark.parametrize("inside", ["plurality", "negentropy"])
@pytest.mark.parametrize("across", ["voting", "cross_negentropy"])
def test_a_group_apart_is_found_by_other_measures(inside, across):
    data = crowd(np.random.default_rng(2), 0.4)
    found = associations(data, inside=inside, across=across, permutations=200)
    assert found[2].q_index < 0.05
    assert found[2].p_across < 0.05


def test_one_group_is_none():
    with pytest.raises(UnfitData, match="two groups"):
        associations(ratings_of([[0, 1], [0, 1]], [0, 0]))
