import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.estimators.multiple import benjamini_hochberg, permutation_p


def test_benjamini_hochberg_agrees_with_statsmodels():
    p = np.random.default_rng(0).random(40) ** 2
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_what_is_not_known_is_no_test():
    adjusted = benjamini_hochberg(np.array([0.01, np.nan, 0.04]))
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(adjusted[1])


def test_a_permutation_p_counts_the_observed_one_in_and_is_two_sided():
    permuted = np.arange(1, 20)[:, None].astype(float)
    assert permutation_p(np.array([100.0]), permuted) == pytest.approx([2 * 1 / 20])
    assert permutation_p(np.array([19.0]), permuted) == pytest.approx([2 * 2 / 20])
    assert permutation_p(np.array([10.0]), permuted) == pytest.approx([1.0])
    assert np.isnan(permutation_p(np.array([np.nan]), permuted)).all()


@pytest.mark.filterwarnings("error")
def test_what_is_infinite_is_further_out_than_all_that_is_not():
    permuted = np.append(np.arange(1, 18), [np.inf, -np.inf])[:, None].astype(float)
    for observed in (np.inf, -np.inf):
        # One of nineteen is as far out.
        assert permutation_p(np.array([observed]), permuted) == pytest.approx([2 * 2 / 20])
