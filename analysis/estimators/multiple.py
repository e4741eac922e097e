"""Many tests at once: how many of those found are found by chance."""

import numpy as np

from analysis.estimators.data import Floats


def permutation_p(observed: Floats, permuted: Floats) -> Floats:
    """Two-sided p of each observed number among those of permutations (permutations × …).

    Twice the smaller tail, at most 1, with the observed one counted in: Phipson and Smyth (2010),
    "Permutation p-values should never be zero". NaN where the observed number is NaN; permutations
    that are NaN do not count.
    """
    known = ~np.isnan(permuted)
    # What equals the observed number up to rounding is as far out as it.
    slack = np.where(np.isfinite(observed), 1e-12 * np.maximum(np.abs(observed), 1), 0)
    least = (known & (permuted <= observed + slack)).sum(axis=0)
    most = (known & (permuted >= observed - slack)).sum(axis=0)
    tail = (np.minimum(least, most) + 1) / (known.sum(axis=0) + 1)
    return np.where(np.isnan(observed), np.nan, np.minimum(2 * tail, 1))


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p: reject those ≤ q, and of all rejections a part q at most is by chance.

    p_(i) · m/i, made monotone from the largest down, where m are the p that are not NaN. Benjamini
    and Hochberg (1995), "Controlling the false discovery rate".
    """
    flat = np.asarray(p, dtype=np.float64).reshape(-1)
    adjusted = np.full(flat.shape, np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    order = known[np.argsort(flat[known])]
    scaled = flat[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted.reshape(np.shape(p))
