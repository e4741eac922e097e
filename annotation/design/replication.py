"""The same design played through many times: what intervals come out, and how often they tell.

Uncertainty is over annotators: each interval is made from people's sums, not from judgments as
though they were independent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt

from annotation.design.precision import (
    GRADE,
    Assumptions,
    Group,
    difference_error,
    normal_power,
)
from annotation.design.quantiles import Z95, t_quantile

Floats = npt.NDArray[np.float64]

SEED = 2026
MOST_REPLICATIONS = 1000
LEAST_REPLICATIONS = 200
# Random numbers that can be drawn and summed in about a second.
BUDGET = 40_000_000
# Random numbers held at once.
AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Simulated:
    """Replications of one pair: mean width, power and coverage of its intervals."""

    replications: int
    width: float
    power: float
    power_error: float
    coverage: float
    error: float


@dataclass(frozen=True)
class PairPrecision:
    """What is to be expected of the difference between two strata.

    `width` and `power` are by formula; `simulated` is None where a design is too large to be
    played through, or where a stratum has a single person, so that no interval can be made.
    """

    first: Group
    second: Group
    judgments: tuple[int, int]
    error: float
    width: float
    power: float
    simulated: Simulated | None


@dataclass(frozen=True)
class Played:
    """By level (first or second of a pair) and replication: a stratum's mean and its variance."""

    means: Floats
    variances: Floats


@dataclass(frozen=True)
class Layout:
    """Who judges what: items person by person, and each person's load and beginning in them."""

    items: npt.NDArray[np.int64]
    loads: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, group: Group, sizes: Sequence[int]) -> "Layout":
        loads = group.loads(sizes)
        return cls(group.pieces(sizes), loads, np.cumsum(loads) - loads)


def replications_for(groups: Sequence[Group], *, sizes: Sequence[int], budget: int = BUDGET) -> int:
    """As many replications as fit the budget; 0 where fewer than is sensible would."""
    size = sum(sizes) + sum(group.judgments(sizes) for group in groups)
    fitting = min(MOST_REPLICATIONS, budget // max(size, 1))
    return fitting if fitting >= LEAST_REPLICATIONS else 0


def pair_precisions(
    assumptions: Assumptions,
    groups: Sequence[Group],
    *,
    sizes: Sequence[int],
    replications: int | None = None,
    budget: int = BUDGET,
    seed: int = SEED,
) -> list[PairPrecision]:
    """Every pair of strata, first at the base level, second at base plus difference."""
    if replications is None:
        replications = replications_for(groups, sizes=sizes, budget=budget)
    played = play(assumptions, groups, sizes=sizes, replications=replications, seed=seed)
    pairs = []
    for first, second in combinations(range(len(groups)), 2):
        one, other = groups[first], groups[second]
        error = difference_error(assumptions, one, other, sizes=sizes)
        simulated = None
        if replications and min(one.people, other.people) > 1:
            simulated = compared(assumptions, (one, other), (played[first], played[second]))
        pairs.append(
            PairPrecision(
                first=one,
                second=other,
                judgments=(one.judgments(sizes), other.judgments(sizes)),
                error=error,
                width=2 * Z95 * error,
                power=normal_power(assumptions.difference, error),
                simulated=simulated,
            )
        )
    return pairs


def play(
    assumptions: Assumptions,
    groups: Sequence[Group],
    *,
    sizes: Sequence[int],
    replications: int,
    seed: int,
) -> list[Played]:
    """Every stratum at both levels, in all replications, in pieces that fit in memory."""
    chance = np.random.default_rng(seed)
    pieces: list[list[Played]] = [[] for _group in groups]
    items = sum(sizes)
    layouts = [Layout.of(group, sizes) for group in groups] if replications else []
    largest = max((group.judgments(sizes) for group in groups), default=1)
    for count in portions(replications, most=max(1, AT_ONCE // max(largest, items, 1))):
        item_effects = draw(chance, count, items, assumptions.item_sd)
        for number, layout in enumerate(layouts):
            pieces[number].append(play_group(assumptions, layout, item_effects, chance))
    return [joined(parts, replications) for parts in pieces]


def play_group(
    assumptions: Assumptions,
    layout: Layout,
    item_effects: npt.NDArray[np.float32],
    chance: np.random.Generator,
) -> Played:
    """One stratum on these items: latent answers once, read at both levels."""
    count = len(item_effects)
    people = draw(chance, count, len(layout.loads), assumptions.person_sd)
    latent = np.repeat(people, layout.loads, axis=1)
    latent += draw(chance, count, len(layout.items), 1.0)
    latent += item_effects[:, layout.items]
    means, variances = zip(
        *(measured(assumptions, layout, latent, level) for level in (False, True)),
        strict=True,
    )
    return Played(np.stack(means), np.stack(variances))


def measured(
    assumptions: Assumptions,
    layout: Layout,
    latent: npt.NDArray[np.float32],
    is_second: bool,
) -> tuple[Floats, Floats]:
    """The mean, and its variance from people's sums, in each replication.

    V = P/(P − 1) · Σ_p (S_p − m_p·ȳ)² / N², the linearised ("ultimate cluster") variance of a
    ratio mean with people as clusters: Cochran (1977), "Sampling techniques", 11.2; Cameron and
    Miller (2015), "A practitioner's guide to cluster-robust inference".
    """
    starts, loads = layout.starts, layout.loads.astype(np.float64)
    shift = assumptions.shift(is_second)
    if assumptions.measure == GRADE:
        sums = np.add.reduceat(latent, starts, axis=1, dtype=np.float64) + shift * loads
        sums *= assumptions.noise_sd
    else:
        sums = np.add.reduceat(latent > -shift, starts, axis=1, dtype=np.float64)
    total = loads.sum()
    means = sums.sum(axis=1) / total
    people = len(loads)
    factor = people / (people - 1) if people > 1 else np.nan
    squares = ((sums - loads * means[:, np.newaxis]) ** 2).sum(axis=1)
    return means, factor * squares / total**2


def compared(
    assumptions: Assumptions, groups: tuple[Group, Group], played: tuple[Played, Played]
) -> Simulated:
    """Intervals d ± t·√(V_1 + V_2), with Welch's (1947) degrees of freedom over people."""
    first, second = played[0].variances[0], played[1].variances[1]
    differences = played[1].means[1] - played[0].means[0]
    variance = np.maximum(first + second, 1e-300)
    below = first**2 / (groups[0].people - 1) + second**2 / (groups[1].people - 1)
    degrees = variance**2 / np.maximum(below, 1e-300)
    half = t_quantile(np.minimum(degrees, 1e9)) * np.sqrt(variance)
    power = float(np.mean(np.abs(differences) > half))
    truth = assumptions.difference
    return Simulated(
        replications=len(differences),
        width=float(np.mean(2 * half)),
        power=power,
        power_error=sqrt(power * (1 - power) / len(differences)),
        coverage=float(np.mean(np.abs(differences - truth) <= half)),
        error=float(np.std(differences, ddof=1)),
    )


def draw(chance: np.random.Generator, count: int, size: int, sd: float) -> npt.NDArray[np.float32]:
    return chance.standard_normal((count, size), dtype=np.float32) * np.float32(sd)


def portions(total: int, *, most: int) -> Iterator[int]:
    while total > 0:
        yield min(total, most)
        total -= most


def joined(parts: Sequence[Played], replications: int) -> Played:
    if not replications:
        return Played(np.empty((2, 0)), np.empty((2, 0)))
    return Played(
        np.concatenate([part.means for part in parts], axis=1),
        np.concatenate([part.variances for part in parts], axis=1),
    )
