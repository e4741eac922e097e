import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.shares import answer_shares, wilson


@pytest.mark.parametrize(("successes", "total"), [(81, 263), (0, 20), (1, 29), (20, 20)])
def test_wilson_agrees_with_statsmodels(successes, total):
    found = wilson(np.array(successes), np.array(total))
    assert found == pytest.approx(proportion_confint(successes, total, method="wilson"))


def test_wilson_of_nothing():
    assert [float(end) for end in wilson(np.array(0), np.array(0))] == [0, 1]


def ratings(value, rater, groups=None, n_groups=0):
    value, rater = np.array(value), np.array(rater)
    groups = None if groups is None else np.array(groups)
    return Ratings(
        np.arange(len(value)),
        rater,
        value.astype(float),
        len(value),
        rater.max() + 1,
        n_groups,
        groups,
    )


def test_shares_by_group():
    found = answer_shares(ratings([0, 1, 1, 2, 0, 0], [0, 0, 1, 2, 3, 4], [0, 0, 1, 1, -1], 2), 3)
    assert found.estimate == pytest.approx(np.array([[1 / 3, 2 / 3, 0], [0.5, 0, 0.5]]))
    assert found.n[:, 0].tolist() == [3, 2]
    assert found.n_annotators[:, 0].tolist() == [2, 2]


def test_intervals_over_judgments_are_wilsons():
    found = answer_shares(ratings([0] * 6 + [1] * 14, range(20)), 2, over="judgments")
    expected = proportion_confint(6, 20, method="wilson")
    assert (found.lower[0, 0], found.upper[0, 0]) == pytest.approx(expected)


def test_where_all_say_one_people_count_and_not_judgments():
    found = answer_shares(ratings([1] * 40, np.arange(40) % 8), 2)
    expected = proportion_confint(8, 8, method="wilson")
    assert (found.lower[0, 1], found.upper[0, 1]) == pytest.approx(expected)
    assert found.estimate.tolist() == [[0, 1]]


def test_known_shares_lie_in_95_percent_intervals_though_people_repeat_themselves():
    """40 people give one answer five times each: as 40 answers, not as 200."""
    covered, narrow = [], []
    for seed in range(400):
        answer = (np.random.default_rng(seed).random(40) < 0.4).astype(int)
        data = ratings(np.repeat(answer, 5), np.repeat(np.arange(40), 5))
        found = answer_shares(data, 2, seed=seed)
        covered.append(found.lower[0, 1] <= 0.4 <= found.upper[0, 1])
        plain = answer_shares(data, 2, over="judgments")
        narrow.append(plain.lower[0, 1] <= 0.4 <= plain.upper[0, 1])
    assert 0.925 <= np.mean(covered) <= 0.975
    assert np.mean(narrow) < 0.75


def test_answers_are_whole_numbers_below_their_number():
    with pytest.raises(UnfitData, match="0…1"):
        answer_shares(ratings([0, 2], [0, 1]), 2)
    with pytest.raises(UnfitData, match="0…1"):
        answer_shares(ratings([0, 0.5], [0, 1]), 2)
