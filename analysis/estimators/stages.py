"""Rankings as stages: of what remains, which systems come next; and their likelihood."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.estimators.data import Bools, Floats, Ints, Rankings


@dataclass(frozen=True)
class Stages:
    """S stages of different rankings, of up to k systems each.

    `systems`: S × k, 0 where `remains` is false. `remains`: S × k, what is left to choose from.
    `chosen`: S × k, which come next; `size`: how many (S). `ranking`: each stage's ranking (S).
    `of_row`: the ranking of each row of the data, −1 for rows without a choice. `sizes`: sizes of
    ties, from 2, that occur. Parameters are θ (n_systems), then η by `sizes`.
    """

    systems: Ints
    remains: Bools
    chosen: Bools
    size: Ints
    ranking: Ints
    of_row: Ints
    n_rankings: int
    n_systems: int
    sizes: tuple[int, ...]

    @property
    def n_parameters(self) -> int:
        return self.n_systems + len(self.sizes)

    def taken(self, rows: Ints) -> "Stages":
        """Some stages; data rows and rankings keep their numbers."""
        if len(rows) == len(self.ranking):
            return self
        names = ("systems", "remains", "chosen", "size", "ranking")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def steps(self, totals: Floats) -> tuple[Ints, Ints, Bools]:
        """Pairs of systems that a ranking of any weight sets above one another, or ties.

        Returns the upper, the lower, and whether they are tied, each pair of each stage once.
        """
        used = self.taken(np.flatnonzero(totals[self.ranking] > 0))
        upper = used.chosen[:, :, None]
        below = upper & (used.remains & ~used.chosen)[:, None, :]
        after = np.triu(np.ones(below.shape[1:], dtype=bool), 1)
        tied = upper & used.chosen[:, None, :] & after
        stage, one, other = np.nonzero(below | tied)
        return (
            used.systems[stage, one],
            used.systems[stage, other],
            tied[stage, one, other],
        )


def stages_of(rankings: Rankings, *, last_is_unranked: bool = False) -> Stages:
    """Find the different rankings and their stages; stages of one system say nothing."""
    systems, level = _in_order(rankings)
    keys = np.concatenate([systems, level], axis=1)
    different, of_row = np.unique(keys, axis=0, return_inverse=True)
    k = systems.shape[1]
    systems, level = different[:, :k], different[:, k:]
    parts: list[tuple[Ints, Bools, Bools]] = []
    for place in range(k):
        remains = (level >= place) & (systems >= 0)
        chosen = (level == place) & (systems >= 0)
        says = chosen.any(axis=1) & (remains.sum(axis=1) > 1)
        if last_is_unranked:
            says &= (remains & ~chosen).any(axis=1)
        rows = np.flatnonzero(says)
        parts.append((rows, remains[rows], chosen[rows]))
    ranking = np.concatenate([rows for rows, _, _ in parts])
    remains = np.concatenate([one for _, one, _ in parts])
    chosen = np.concatenate([one for _, _, one in parts])
    size = chosen.sum(axis=1)
    has_stage = np.bincount(ranking, minlength=len(different)) > 0
    of_row = of_row.reshape(-1)
    return Stages(
        np.where(remains, systems[ranking], 0),
        remains,
        chosen,
        size,
        ranking,
        np.where(has_stage[of_row], of_row, -1),
        len(different),
        rankings.n_systems,
        tuple(np.unique(size[size > 1]).tolist()),
    )


def log_likelihood(stages: Stages, times: Floats, at: Floats) -> tuple[float, Floats]:
    """Σ times · log P over stages at parameters (θ, η), and its slope."""
    values, slopes = log_likelihoods(stages, times[None, :], at[None, :])
    return float(values[0]), slopes[0]


def log_likelihoods(stages: Stages, times: Floats, at: Floats) -> tuple[Floats, Floats]:
    """`log_likelihood` of each of B rows of `times` (B × S, or 1 × S) and `at` (B × parameters).

    Returns values (B) and slopes (B × parameters). Everything is relative to a stage's largest
    utility, so nothing overflows.
    """
    systems = stages.n_systems
    theta, eta = at[:, :systems], at[:, systems:]
    own = np.where(stages.remains, theta[:, stages.systems], -np.inf)
    own -= own.max(axis=2, keepdims=True)
    grown = np.exp(own)
    total, by_system, parts = grown.sum(axis=2), grown.copy(), []
    for number, size in enumerate(stages.sizes):
        sums, slopes = symmetric(np.exp(own / size).reshape(-1, own.shape[2]), size)
        worth = np.exp(eta[:, number])[:, None]
        parts.append(worth * sums.reshape(total.shape))
        total = total + parts[-1]
        by_system += worth[..., None] / size * slopes.reshape(own.shape)
    mean = np.where(stages.chosen, own, 0.0).sum(axis=2) / stages.size
    value = (times * (mean - np.log(total))).sum(axis=1)
    expected = by_system / total[..., None]
    weighted = times[..., None] * (stages.chosen / stages.size[:, None] - expected)
    slope = np.zeros(at.shape)
    slope[:, :systems] = by_number(stages.systems, weighted, systems)
    for number, (size, part) in enumerate(zip(stages.sizes, parts, strict=True)):
        is_so = stages.size == size
        value = value + times[:, is_so].sum(axis=1) * eta[:, number]
        slope[:, systems + number] = (times * (is_so - part / total)).sum(axis=1)
    return value, slope


def by_number(number: Ints, values: Floats, size: int) -> Floats:
    """Sums of `values` (B × …) by the numbers in their places: B × size."""
    rows = len(values)
    place = np.arange(rows)[:, None] * size + number.ravel()
    sums = np.bincount(place.ravel(), values.ravel(), minlength=rows * size)
    return np.asarray(sums.reshape(rows, size), dtype=np.float64)


def stage_logs(stages: Stages, at: Floats) -> Floats:
    """log P of each stage's choice at parameters (θ, η): S."""
    theta, eta = at[: stages.n_systems], at[stages.n_systems :]
    own = np.where(stages.remains, theta[stages.systems], -np.inf)
    top = own.max(axis=1, keepdims=True)
    total = np.exp(own - top).sum(axis=1)
    found = np.where(stages.chosen, own - top, 0.0).sum(axis=1) / stages.size
    for size, value in zip(stages.sizes, eta, strict=True):
        total = total + np.exp(value) * symmetric(np.exp((own - top) / size), size)[0]
        found = found + np.where(stages.size == size, value, 0.0)
    return np.asarray(found - np.log(total), dtype=np.float64)


def symmetric(x: Floats, size: int) -> tuple[Floats, Floats]:
    """The elementary symmetric polynomial e_size of each row of x (S × k), and x_i ∂e/∂x_i (S × k).

    By E[j][t] = E[j−1][t] + x_j E[j−1][t−1], and the same backwards for the slopes: sums of
    positive numbers only, so nothing cancels.
    """
    rows, k = x.shape
    forth = np.zeros((k + 1, size + 1, rows))
    forth[:, 0] = 1
    for j in range(k):
        forth[j + 1, 1:] = forth[j, 1:] + x[:, j] * forth[j, :-1]
    back = np.zeros((size + 1, rows))
    back[size] = 1
    slopes = np.empty_like(x)
    for j in reversed(range(k)):
        slopes[:, j] = x[:, j] * (back[1:] * forth[j, :-1]).sum(axis=0)
        back[:-1] += x[:, j] * back[1:]
    return forth[k, size], slopes


def _in_order(rankings: Rankings) -> tuple[Ints, Ints]:
    """Systems best first, by number where tied, −1 at the end; and their level from 0, k − 1 … ."""
    missing = rankings.systems < 0
    ranks = np.where(missing, np.iinfo(np.int64).max, rankings.ranks.astype(np.int64))
    rows = np.arange(len(rankings))[:, None]
    order = np.lexsort((rankings.systems, ranks), axis=1)
    systems, ranks = rankings.systems[rows, order].astype(np.int64), ranks[rows, order]
    level = np.zeros_like(ranks)
    level[:, 1:] = np.cumsum(np.diff(ranks, axis=1) != 0, axis=1)
    return systems, np.where(systems < 0, -1, level)
