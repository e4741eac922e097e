"""How divided people are over one item."""

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from analysis.estimators.agreement import given, in_parts
from analysis.estimators.bootstrap import LEVEL, REPLICATES, SEED, drawn_weights, interval
from analysis.estimators.data import Floats, Ratings, UnfitData
from analysis.estimators.results import Estimate, Estimates

# Draws from each unit's posterior; units whose draws are held at once.
DRAWS = 1000
UNITS_AT_ONCE = 500
METHOD = "Shannon entropy with Miller and Madow's correction"


@dataclass(frozen=True)
class ItemEntropies:
    """Of each unit: `corrected` with interval, `plain` without correction, both in nats.

    `variety`: the probability that two different people differ, without bias at any n ≥ 2.
    """

    corrected: Estimates
    plain: Floats
    variety: Floats


def item_entropies(
    ratings: Ratings, n_values: int, *, level: float = LEVEL, seed: int = SEED
) -> ItemEntropies:
    """H = −Σ p log p of each unit's answers, in nats: 0 where all agree, log(n_values) at most.

    Shares of a few answers look more alike than they are, so (V⁺ − 1)/2n is added, V⁺ being the
    answers that were given: Miller (1955), "Note on the bias of information estimates"; with few
    answers some bias is left. The interval is that of entropies of shares drawn from their
    Dirichlet posterior with Jeffreys' prior (½ for each answer), stretched to hold the estimate;
    from 0 where all agree. NaN for units without two answers.
    `variety` = 1 − Σ n_v(n_v − 1)/(n(n − 1)): Simpson (1949), "Measurement of diversity".
    """
    table = given(ratings)
    if len(table.values) > n_values:
        raise UnfitData(f"There are more than {n_values} different answers.")
    counts = table.counts(np.ones((1, ratings.n_raters)))[0][0]
    n = counts.sum(axis=1)
    plain = _entropy(counts / np.maximum(n, 1)[:, None])
    added = ((counts > 0).sum(axis=1) - 1) / (2 * np.maximum(n, 1))
    corrected = np.minimum(plain + added, np.log(n_values))
    lower, upper = _posterior(counts, n_values, level, seed)
    known = n >= 2
    with np.errstate(divide="ignore", invalid="ignore"):
        variety = 1 - (counts * (counts - 1)).sum(axis=1) / (n * (n - 1))
    hide = lambda values: np.where(known, values, np.nan)  # noqa: E731
    estimates = Estimates(
        hide(corrected),
        hide(np.where(plain > 0, np.minimum(lower, corrected), 0.0)),
        hide(np.maximum(upper, corrected)),
        n.astype(np.int64),
        n.astype(np.int64),
        METHOD,
        {"values": n_values, "level": level, "seed": seed},
    )
    return ItemEntropies(estimates, hide(plain), hide(variety))


def mean_variety(ratings: Ratings, *, replicates: int = REPLICATES, seed: int = SEED) -> Estimate:
    """The probability that two people differ over an item, mean over items with two answers.

    With a 95 % interval by drawing people anew; copies of a person are never paired.
    """
    table = given(ratings)
    rated = np.asarray(table.table.sum(axis=0)).reshape(-1) > 0
    alone = np.ones((1, ratings.n_raters))
    counts, sums, _ = table.counts(alone)
    paired = sums[0] > 1
    if not paired.any():
        raise UnfitData("No unit has two ratings.")
    weights = drawn_weights(ratings.n_raters, replicates=replicates, seed=seed, present=rated)
    again = np.concatenate(
        [_variety(*table.counts(weights[rows])) for rows in in_parts(np.arange(replicates), table)]
    )
    lower, upper = interval(again[~np.isnan(again)], int(rated.sum()))
    return Estimate(
        float(_variety(*table.counts(alone))[0]),
        float(lower),
        float(upper),
        int(counts[0][paired].sum()),
        int(rated.sum()),
        "mean probability that two people differ",
        {"replicates": replicates, "seed": seed},
    )


def _variety(counts: Floats, sums: Floats, squares: Floats) -> Floats:
    pairs = sums**2 - squares
    same = (counts**2).sum(axis=2) - squares
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(pairs > 0, 1 - same / pairs, 0.0)
        return each.sum(axis=1) / (pairs > 0).sum(axis=1)


def _entropy(shares: Floats) -> Floats:
    """−Σ p log p over the last axis, in nats."""
    return np.asarray(entr(shares).sum(axis=-1), dtype=np.float64)


def _posterior(counts: Floats, n_values: int, level: float, seed: int) -> tuple[Floats, Floats]:
    chance = np.random.default_rng(seed)
    weights = np.full((len(counts), n_values), 0.5)
    weights[:, : counts.shape[1]] += counts
    ends = np.empty((2, len(counts)))
    for first in range(0, len(counts), UNITS_AT_ONCE):
        part = slice(first, first + UNITS_AT_ONCE)
        drawn = chance.standard_gamma(weights[part], (DRAWS, *weights[part].shape))
        drawn /= drawn.sum(axis=2, keepdims=True)
        ends[:, part] = np.quantile(_entropy(drawn), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return ends[0], ends[1]
