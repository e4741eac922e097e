"""Weights by which a sample's shares become a population's, and what they cost.

Raking, or iterative proportional fitting: Deming and Stephan (1940), "On a least squares adjustment
of a sampled frequency table when the expected marginal totals are known". Weights mend who is too
few, never who is absent, nor that the few who came may think otherwise than those who did not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimators.data import Floats, Ints, UnfitData

MOST_ROUNDS = 1000
TOLERANCE = 1e-10
HALVINGS = 60


class UnfitMargins(UnfitData):
    """Margins contradict each other, or the sample cannot be brought to them."""


@dataclass(frozen=True)
class Margin:
    """One variable: each person's category (`category`, −1 where not known), and the population's
    `shares` of the categories 0 …; `name` for messages. Two questions that are known jointly in
    the population are one variable whose categories are their combinations."""

    name: str
    category: Ints
    shares: Floats


@dataclass(frozen=True)
class Gap:
    """Shares of one margin's categories: in the `sample`, as `weighted`, in the `population`."""

    name: str
    sample: Floats
    weighted: Floats
    population: Floats


@dataclass(frozen=True)
class Raked:
    """`weights`: one a person, mean 1. `n_eff` = (Σw)²/Σw²: how many unweighted people they are
    worth at most (Kish 1965, "Survey sampling"); `design_effect` = n/n_eff. `trimmed`: people whose
    weight is held at a bound; then margins are met as far as `gaps` say."""

    weights: Floats
    n_eff: float
    design_effect: float
    rounds: int
    trimmed: int
    gaps: tuple[Gap, ...]


def rake(
    margins: Sequence[Margin],
    *,
    base: Floats | None = None,
    least: float = 0.0,
    most: float = np.inf,
    max_rounds: int = MOST_ROUNDS,
    tolerance: float = TOLERANCE,
) -> Raked:
    """Weights whose shares are every margin's at once, nearest to `base` (default: all 1).

    In turn each margin's categories are scaled to its shares, until no weight moves by more than
    `tolerance` of itself. `least` and `most` are bounds as multiples of the mean weight: after each
    round weights beyond are set to them (Battaglia, Izrael, Hoaglin and Frankel 2004, "Tips and
    tricks for raking survey data"). Who is of no known category in a margin keeps their weight in
    its turn. Raises `UnfitMargins` for shares that do not sum to 1, categories of the population
    that nobody in the sample is of, people whose category the population has none of, and margins
    that cannot be met together.
    """
    if not margins:
        raise UnfitMargins("It takes a margin.")
    people = len(margins[0].category)
    for margin in margins:
        _check(margin, people)
    if not 0 <= least < 1 < most:
        raise UnfitMargins("Bounds are multiples of the mean: below 1, and above 1.")
    weights = np.ones(people) if base is None else np.asarray(base, dtype=np.float64)
    if weights.shape != (people,) or not (np.isfinite(weights).all() and (weights > 0).all()):
        raise UnfitMargins("Base weights are above 0, one for each person.")
    weights = weights / weights.mean()
    for number in range(1, max_rounds + 1):
        moved = weights
        for margin in margins:
            moved = _scaled(moved, margin)
        moved = _bounded(moved / moved.mean(), least, most)
        change = float(np.abs(moved / weights - 1).max())
        weights = moved
        if change < tolerance:
            found = _raked(weights, margins, number, least, most)
            if not found.trimmed:
                _require_met(found.gaps)
            return found
    raise UnfitMargins(f"After {max_rounds} rounds weights still move.")


def effective_size(weights: Floats) -> float:
    """n_eff = (Σw)²/Σw² of Kish (1965); 0 for no weights."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def _require_met(gaps: Sequence[Gap]) -> None:
    """Where margins contradict each other weights come to rest too, with the last one met."""
    far = [(gap.name, float(np.abs(gap.weighted - gap.population).max())) for gap in gaps]
    if apart := [f"{name} by {gap:.4f}" for name, gap in far if gap > 1e-6]:
        raise UnfitMargins(f"Margins cannot be met together: {', '.join(apart)}.")


def _check(margin: Margin, people: int) -> None:
    shares, category = np.asarray(margin.shares), margin.category
    if len(category) != people:
        raise UnfitMargins(f"{margin.name}: one category for each person.")
    if not np.isfinite(shares).all() or (shares < 0).any() or abs(shares.sum() - 1) > 1e-6:
        raise UnfitMargins(f"{margin.name}: shares are at least 0 and sum to 1.")
    if len(category) and (category.min() < -1 or category.max() >= len(shares)):
        raise UnfitMargins(f"{margin.name}: categories are −1 or 0…{len(shares) - 1}.")
    found = np.bincount(category[category >= 0], minlength=len(shares))
    if absent := np.flatnonzero((found == 0) & (shares > 0)).tolist():
        raise UnfitMargins(f"{margin.name}: nobody in the sample is of the categories {absent}.")
    if beyond := np.flatnonzero((found > 0) & (shares == 0)).tolist():
        raise UnfitMargins(f"{margin.name}: the population has nobody of the categories {beyond}.")


def _scaled(weights: Floats, margin: Margin) -> Floats:
    known = margin.category >= 0
    category = margin.category[known]
    sums = np.bincount(category, weights[known], minlength=len(margin.shares))
    target = margin.shares / margin.shares.sum() * sums.sum()
    factor = np.divide(target, sums, out=np.ones_like(sums), where=sums > 0)
    scaled = weights.copy()
    scaled[known] *= factor[category]
    return scaled


def _bounded(weights: Floats, least: float, most: float) -> Floats:
    """Held at the bounds where beyond them, the others scaled so that the mean is 1 again.

    The mean of bounded weights grows with their scale, so halving finds it.
    """
    if least == 0 and most == np.inf:
        return weights
    low, high = 0.0, 1.0
    while np.clip(weights * high, least, most).mean() < 1:
        high *= 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if np.clip(weights * middle, least, most).mean() < 1:
            low = middle
        else:
            high = middle
    return np.clip(weights * high, least, most)


def _gaps(weights: Floats, margins: Sequence[Margin]) -> tuple[Gap, ...]:
    found = []
    for margin in margins:
        known = margin.category >= 0
        category, size = margin.category[known], len(margin.shares)
        sample = np.bincount(category, minlength=size) / known.sum()
        weighted = np.bincount(category, weights[known], minlength=size) / weights[known].sum()
        found.append(Gap(margin.name, sample, weighted, np.asarray(margin.shares)))
    return tuple(found)


def _raked(
    weights: Floats, margins: Sequence[Margin], rounds: int, least: float, most: float
) -> Raked:
    n_eff = effective_size(weights)
    is_held = (weights >= most * (1 - 1e-6)) | (weights <= least * (1 + 1e-6))
    trimmed = int(is_held.sum()) if (least > 0 or most < np.inf) else 0
    return Raked(weights, n_eff, len(weights) / n_eff, rounds, trimmed, _gaps(weights, margins))
