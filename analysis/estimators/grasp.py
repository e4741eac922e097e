"""Whether a group agrees more inside than with others: GRASP's Group Association Index.

GAI = C_I / C_X, in-group over cross-group cohesion, each group against everybody else.
Prabhakaran, Homan, Aroyo, Davani, Parrish, Taylor, Díaz, Wang and Serapio-García (2023), "GRASP: a
disagreement analysis framework to assess group associations in perspectives" (arXiv 2311.05074).
The ratio runs away where C_X is near 0, so both parts always stand beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.estimators.agreement import (
    Given,
    Scale,
    alpha_of,
    given,
    in_parts,
    xrr_of,
)
from analysis.estimators.bootstrap import REPLICATES, SEED, drawn_weights, interval
from analysis.estimators.data import NOBODY, Bools, Floats, Ints, Ratings, UnfitData
from analysis.estimators.multiple import benjamini_hochberg, permutation_p
from analysis.estimators.results import Estimate, Parameter

Inside = Literal["alpha", "plurality", "negentropy"]
Across = Literal["xrr", "voting", "cross_negentropy"]
PERMUTATIONS = 1000
INSIDE_NAMES = {
    "alpha": "Krippendorff's α within the group",
    "plurality": "mean plurality size within the group",
    "negentropy": "mean negentropy within the group",
}
ACROSS_NAMES = {
    "xrr": "cross-replication reliability with others",
    "voting": "agreement of plurality votes with others'",
    "cross_negentropy": "mean cross negentropy with others",
}


@dataclass(frozen=True)
class Association:
    """One group's cohesion. `p_…` two-sided by permutation, `q_…` adjusted over groups."""

    group: int
    inside: Estimate
    across: Estimate
    index: Estimate
    p_inside: float
    p_across: float
    p_index: float
    q_inside: float
    q_across: float
    q_index: float


def associations(
    ratings: Ratings,
    scale: Scale = "nominal",
    *,
    inside: Inside = "alpha",
    across: Across = "xrr",
    permutations: int = PERMUTATIONS,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[Association]:
    """C_I, C_X and GAI of every group, in the order of their numbers.

    Only raters of a group take part. Intervals draw raters anew inside groups. The tests shuffle
    raters' groups: p says how often chance alone would set a group so far apart, up or down;
    Benjamini–Hochberg over groups. NaN where a group has no two ratings of one unit or nothing in
    common with others. Raises `UnfitData` where there are not two groups.
    """
    groups, table = _groups(ratings), given(ratings)
    rated = np.asarray(table.table.sum(axis=0)).reshape(-1)
    members = np.flatnonzero((groups != NOBODY) & (rated > 0))
    present = np.isin(np.arange(ratings.n_raters), members)
    shuffled = _shuffled(groups, members, permutations, seed)
    drawn = drawn_weights(
        ratings.n_raters, replicates=replicates, seed=seed, present=present, strata=groups
    )
    measure = _Measure(table, scale, inside, across)
    alone = present[None, :].astype(np.float64)
    found, permuted, again = [], [], []
    for group in range(ratings.n_groups):
        found.append(measure(alone, (groups == group)[None, :])[0])
        permuted.append(measure(np.repeat(alone, permutations, 0), shuffled == group))
        again.append(measure(drawn, np.repeat((groups == group)[None, :], replicates, 0)))
    p = permutation_p(np.array(found), np.stack(permuted, axis=1))
    q = np.stack([benjamini_hochberg(one) for one in p.T], axis=1)
    parameters: dict[str, Parameter] = {
        "scale": scale,
        "permutations": permutations,
        "replicates": replicates,
        "seed": seed,
    }
    names = (INSIDE_NAMES[inside], ACROSS_NAMES[across], f"GAI: {inside} / {across}")
    results = []
    for group in range(ratings.n_groups):
        own = members[groups[members] == group]
        n = int(rated[own].sum())
        first, second, ratio = (
            Estimate(float(value), *_ends(ends, len(own)), n, len(own), name, parameters)
            for value, ends, name in zip(found[group], again[group].T, names, strict=True)
        )
        tests = map(float, [*p[group], *q[group]])
        results.append(Association(group, first, second, ratio, *tests))
    return results


def cross_replication(
    ratings: Ratings,
    first: int,
    second: int,
    scale: Scale = "nominal",
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Estimate:
    """XRR between two groups, with a 95 % interval by drawing raters anew in both.

    1 where they say the same, 0 where what the others say tells nothing. `n`: ratings of units
    that both rated. Raises `UnfitData` where they share no unit.
    """
    groups = _groups(ratings)
    table = given(ratings)
    one, other = (groups == first).astype(np.float64), (groups == second).astype(np.float64)
    counts = [table.counts(side[None, :])[0] for side in (one, other)]
    both = (counts[0].sum(axis=2) > 0) & (counts[1].sum(axis=2) > 0)
    if not both.any():
        raise UnfitData("These groups have no unit in common.")
    estimate = float(xrr_of(counts[0], counts[1], table.values, scale)[0])
    rated = np.asarray(table.table.sum(axis=0)).reshape(-1) > 0
    present = rated & np.isin(groups, [first, second])
    drawn = drawn_weights(
        ratings.n_raters, replicates=replicates, seed=seed, present=present, strata=groups
    )
    again = np.concatenate(
        [
            xrr_of(table.counts(part * one)[0], table.counts(part * other)[0], table.values, scale)
            for part in (drawn[rows] for rows in in_parts(np.arange(replicates), table))
        ]
    )
    people = min(int((rated & (groups == group)).sum()) for group in (first, second))
    return Estimate(
        estimate,
        *_ends(again, people),
        int(sum(count[0][both[0]].sum() for count in counts)),
        int(present.sum()),
        "cross-replication reliability",
        {"scale": scale, "replicates": replicates, "seed": seed},
    )


class _Measure:
    """C_I, C_X and their ratio for rows of weights and memberships: B × 3."""

    def __init__(self, table: Given, scale: Scale, inside: Inside, across: Across) -> None:
        self.table, self.scale = table, scale
        self.within = self._inside(inside)
        self.between = self._across(across)

    def __call__(self, weights: Floats, member: Bools) -> Floats:
        parts = in_parts(np.arange(len(weights)), self.table)
        return np.concatenate([self._part(weights[rows], member[rows]) for rows in parts])

    def _part(self, weights: Floats, member: Bools) -> Floats:
        own = self.table.counts(weights * member)
        others = self.table.counts(weights * ~member)
        inside, across = self.within(*own), self.between(own[0], others[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.stack([inside, across, inside / across], axis=1)

    def _inside(self, name: Inside) -> Callable[[Floats, Floats, Floats], Floats]:
        if name == "alpha":
            return lambda counts, sums, squares: alpha_of(
                counts, sums, squares, self.table.values, self.scale
            )
        return plurality_size if name == "plurality" else negentropy

    def _across(self, name: Across) -> Callable[[Floats, Floats], Floats]:
        if name == "xrr":
            return lambda own, others: xrr_of(own, others, self.table.values, self.scale)
        if name == "voting":
            return lambda own, others: xrr_of(
                votes(own), votes(others), self.table.values, self.scale
            )
        return cross_negentropy


def plurality_size(counts: Floats, sums: Floats, squares: Floats) -> Floats:
    """The share of a unit's commonest value, mean over units with two ratings: B."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _mean(counts.max(axis=2) / sums, sums**2 > squares)


def negentropy(counts: Floats, sums: Floats, squares: Floats) -> Floats:
    """log V − H of a unit's shares in nats, mean over units with two ratings: B."""
    shares = counts / np.maximum(sums, 1)[..., None]
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return _mean(np.log(counts.shape[2]) + (shares * logs).sum(axis=2), sums**2 > squares)


def cross_negentropy(own: Floats, others: Floats) -> Floats:
    """log V + Σ p log q in nats, mean over units that both rated: B.

    q are the others' shares with one rating more, spread evenly over the V values, so that a value
    that nobody else gave does not count endlessly.
    """
    size = own.shape[2]
    r, s = own.sum(axis=2), others.sum(axis=2)
    p = own / np.maximum(r, 1)[..., None]
    q = (others + 1 / size) / (s + 1)[..., None]
    return _mean(np.log(size) + (p * np.log(q)).sum(axis=2), (r > 0) & (s > 0))


def votes(counts: Floats) -> Floats:
    """One vote a unit for its commonest value, split where several are: B × units × values."""
    top = (counts == counts.max(axis=2, keepdims=True)) & (counts > 0)
    return top / np.maximum(top.sum(axis=2, keepdims=True), 1)


def _mean(values: Floats, where: Bools) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where(where, values, 0.0).sum(axis=1) / np.where(
            where.any(axis=1), where.sum(axis=1), np.nan
        )


def _shuffled(groups: Ints, members: Ints, times: int, seed: int) -> Ints:
    """Groups dealt anew among the members: times × raters, `NOBODY` for all others."""
    chance = np.random.default_rng(seed)
    shuffled = np.full((times, len(groups)), NOBODY)
    shuffled[:, members] = chance.permuted(np.tile(groups[members], (times, 1)), axis=1)
    return shuffled


def _groups(ratings: Ratings) -> Ints:
    if (
        ratings.rater_group is None
        or len(np.unique(ratings.rater_group[ratings.rater_group >= 0])) < 2
    ):
        raise UnfitData("It takes raters of two groups.")
    return np.asarray(ratings.rater_group)


def _ends(replicates: Floats, people: int) -> tuple[float, float]:
    known = replicates[np.isfinite(replicates)]
    if len(known) < len(replicates) / 2:
        return np.nan, np.nan
    lower, upper = interval(known, people)
    return float(lower), float(upper)
