"""α against Krippendorff's published example, other definitions of it, and known truth."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa

from analysis.estimators.agreement import alpha, alpha_of, given
from analysis.estimators.data import Ratings, UnfitData

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C: 4 observers, 12
# units, values missing. 0 stands for a missing value.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def ratings_of(table, **more):
    """From raters × units, with 0 for what is missing."""
    table = np.asarray(table)
    rater, unit = np.nonzero(table)
    return Ratings(unit, rater, table[rater, unit].astype(float), *table.shape[::-1], **more)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)],
)
def test_alpha_is_that_of_the_published_example(scale, expected):
    found = alpha(ratings_of(PUBLISHED), scale)
    assert found.estimate == pytest.approx(expected, abs=0.0005)
    # The last unit has one value only: 41 values, 40 of them paired.
    assert (found.n, found.n_annotators) == (40, 4)
    assert found.method == f"Krippendorff's α, {scale}"


def test_alpha_nominal_of_two_by_hand():
    # Coincidences: units 11, 12, 22, 22. D_o = 2/8, D_e = 2·3·5/(8·7), α = 1 − (1/4)/(30/56).
    found = alpha(ratings_of([[1, 1, 2, 2], [1, 2, 2, 2]]))
    assert found.estimate == pytest.approx(1 - 14 / 30)


def test_alpha_nears_fleiss_kappa_in_large_complete_tables():
    """D_e of κ pairs a value with itself; between them is a factor of n/(n − 1)."""
    chance = np.random.default_rng(3)
    counts = chance.multinomial(5, [0.5, 0.3, 0.2], size=400)
    values = np.array([np.repeat([1, 2, 3], row) for row in counts]).T
    kappa, n = fleiss_kappa(counts), values.size
    expected = 1 - (1 - kappa) * (n - 1) / n
    assert alpha(ratings_of(values)).estimate == pytest.approx(expected, abs=1e-12)


def test_alpha_of_copies_of_people_is_alpha_over_pairs_of_different_people():
    """A bootstrap's weights, against every pair counted one by one."""
    table = given(ratings_of(PUBLISHED))
    weights = np.array([[2.0, 0.0, 1.0, 1.0]])
    people = np.repeat(np.arange(4), weights[0].astype(int))
    observed, total, values, who = 0.0, 0, [], []
    for unit in range(12):
        here = [(rater, PUBLISHED[rater, unit]) for rater in people if PUBLISHED[rater, unit]]
        pairs = [(v, w) for r, v in here for s, w in here if r != s]
        if not pairs:
            continue
        observed += len(here) * np.mean([(v - w) ** 2 for v, w in pairs])
        total += len(here)
        values += [v for _, v in here]
        who += [(rater, unit) for rater, _ in here]
    apart = [
        (v - w) ** 2
        for v, one in zip(values, who, strict=True)
        for w, other in zip(values, who, strict=True)
        if one != other
    ]
    expected = 1 - (observed / total) / np.mean(apart)
    found = alpha_of(*table.counts(weights), table.values, "interval")[0]
    assert found == pytest.approx(expected)


def test_alpha_of_one_value_is_not_known_and_without_pairs_refused():
    found = alpha(ratings_of([[1, 1], [1, 1]]))
    assert np.isnan([found.estimate, found.lower, found.upper]).all()
    with pytest.raises(UnfitData, match="two ratings"):
        alpha(ratings_of([[1, 0], [0, 1]]))
    with pytest.raises(UnfitData, match="no ratings"):
        alpha(ratings_of([[0, 0]]))


def test_the_first_answer_of_a_rater_counts():
    unit, rater = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 0, 0, 1])
    value = np.array([1.0, 1.0, 2.0, 2.0, 2.0])
    assert alpha(Ratings(unit, rater, value, 2, 2)).estimate == 1


def crowd(chance, raters, units, each, agreement):
    """Everybody reads the unit's value with probability `agreement`, or draws one of two."""
    truth = chance.integers(1, 3, units)
    rater = np.concatenate([chance.permutation(raters)[:each] for _ in range(units)])
    unit = np.repeat(np.arange(units), each)
    sees = chance.random(len(unit)) < agreement
    value = np.where(sees, truth[unit], chance.integers(1, 3, len(unit)))
    return Ratings(unit, rater, value.astype(float), units, raters)


def test_known_alpha_lies_in_95_percent_intervals():
    """Two values alike often: two people agree beyond chance with probability agreement²."""
    covered = 0
    for seed in range(200):
        found = alpha(crowd(np.random.default_rng(seed), 60, 150, 4, 0.8), seed=seed)
        covered += found.lower <= 0.64 <= found.upper
    assert 0.92 <= covered / 200 <= 0.98


def test_units_can_be_drawn_instead_of_people():
    data = crowd(np.random.default_rng(1), 3, 400, 3, 0.8)
    found = alpha(data, drawn="units", replicates=400)
    assert found.lower < 0.64 < found.upper
    assert found.upper - found.lower < 0.15
    assert found.parameters["drawn"] == "units"
