"""Whether the place at which a response is shown changes what people say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from annotation.design.quantiles import Z95

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
RESAMPLES_OF_MANY = 200
MANY = 2000
SEED = 2026


@dataclass(frozen=True)
class FirstShown:
    """The share of decided answers that prefer the response shown first.

    `low`, `high`: Wilson over judgments. `person_low`, `person_high`: Wilson with the effective
    number of judgments, given that answers of one person are alike.
    """

    annotators: int
    decided: int
    preferred_first: int
    share: float
    low: float
    high: float
    effective: float
    person_low: float
    person_high: float


@dataclass(frozen=True)
class MeanRank:
    """The mean rank of what was shown at a place (1 the best), and what chance alone gives."""

    place: int
    annotators: int
    rankings: int
    mean: float
    low: float
    high: float
    expected: float


def wilson(successes: float, total: float) -> tuple[float, float]:
    """The score interval of a share at 95 %: Wilson (1927), "Probable inference".

    (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)
    """
    if total <= 0:
        return 0.0, 1.0
    share, square = successes / total, Z95**2
    centre = share + square / (2 * total)
    half = Z95 * sqrt(max(share * (1 - share), 0.0) / total + square / (4 * total**2))
    scale = 1 + square / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def effective_number(successes: Floats, totals: Floats) -> float:
    """How many independent judgments these are worth: n / max(1, design effect).

    The design effect is the variance with people as clusters, A/(A − 1)·Σ(s_a − n_a·p̂)²/n²,
    over p̂(1 − p̂)/n: Kish (1965), "Survey sampling"; its use in Wilson's interval after Dean and
    Pagano (2015), "Evaluating confidence interval methods for binomial proportions in clustered
    surveys".
    """
    total, people = float(totals.sum()), len(totals)
    share = float(successes.sum()) / total
    single = share * (1 - share) / total
    if people < 2:
        return 1.0
    if single == 0:
        # Nobody differs from anybody: count people, not judgments.
        return float(people)
    clustered = people / (people - 1) * float(((successes - totals * share) ** 2).sum()) / total**2
    return total / max(1.0, clustered / single)


def first_shown(counts: Mapping[int, Sequence[int]]) -> FirstShown:
    """From each annotator's (answers that prefer the first shown, decided answers)."""
    table = np.array([tuple(pair) for pair in counts.values()], dtype=np.float64).reshape(-1, 2)
    table = table[table[:, 1] > 0]
    successes, totals = table[:, 0], table[:, 1]
    preferred, decided = int(successes.sum()), int(totals.sum())
    if not decided:
        return FirstShown(0, 0, 0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0)
    share = preferred / decided
    effective = effective_number(successes, totals)
    return FirstShown(
        len(table),
        decided,
        preferred,
        share,
        *wilson(preferred, decided),
        effective,
        *wilson(share * effective, effective),
    )


def mid_ranks(groups: Sequence[int]) -> list[float]:
    """Places with ties shared: 1, 1, 3 becomes 1.5, 1.5, 3, so that the mean is (k + 1)/2."""
    return [rank + (groups.count(rank) - 1) / 2 for rank in groups]


def mean_ranks(sums: Floats, rankings: Floats, *, seed: int = SEED) -> list[MeanRank]:
    """The mean rank at each place, with a percentile interval from resampling annotators.

    `sums[a, j]` is annotator a's sum of ranks at place j, `rankings[a]` how many they gave. The
    bootstrap draws annotators with all their rankings (Efron and Tibshirani 1993, ch. 8 and 13;
    Davison and Hinkley 1997, 3.8, for clusters): 1000 times, or 200 for over 2000 annotators.
    """
    people, places = sums.shape
    means = sums.sum(axis=0) / rankings.sum()
    chance = np.random.default_rng(seed)
    resampled = np.empty((RESAMPLES if people <= MANY else RESAMPLES_OF_MANY, places))
    for number in range(len(resampled)):
        weights = np.bincount(chance.integers(0, people, people), minlength=people)
        resampled[number] = weights @ sums / (weights @ rankings)
    low, high = np.quantile(resampled, (0.025, 0.975), axis=0)
    return [
        MeanRank(
            place=place + 1,
            annotators=people,
            rankings=int(rankings.sum()),
            mean=float(means[place]),
            low=float(low[place]),
            high=float(high[place]),
            expected=(places + 1) / 2,
        )
        for place in range(places)
    ]
