"""Utilities by group, drawn to what all groups have in common as far as data do not object.

u_g = β + δ_g with δ_g from N(0, 1/λ): Davidson's log-likelihood over all groups, with one ν, less
λ/2 · Σ δ². The larger λ, the more alike. λ is the one whose fits foretell best what people say who
were left out of them, which takes a group's people, not its judgments, as evidence of the group
(Hastie, Tibshirani and Friedman 2009, "The elements of statistical learning", 7.10). Shrinkage of
random effects: Robinson (1991), "That BLUP is a good thing".
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.estimators.bootstrap import (
    REPLICATES,
    SEED,
    drawn_weights,
    interval,
    replicated_sums,
    stratum_of_each,
)
from analysis.estimators.data import Comparisons, Floats, Ints, UnfitData
from analysis.estimators.davidson import (
    LONGEST_STEP,
    SMALLEST,
    STEPS,
    Point,
    Slopes,
    incidence_of,
    laplacian,
    log_shares,
    outset,
    require_ordering,
    slopes,
)
from analysis.estimators.pair_counts import OUTCOMES, Cells, Counted, count
from analysis.estimators.results import Estimates, Parameter

METHOD = "Bradley–Terry with Davidson's ties, groups shrunk to their common utilities"
PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e6)
FOLDS = 5
# β is as of N(0, 1/BASE) wherever people were left out or drawn, so that it stays finite.
BASE = 1e-3


@dataclass(frozen=True)
class GroupScores:
    """`common`: β (K, mean 0). `utility`: β + δ_g (G × K). `deviation`: δ_g (G × K).

    `penalty`: λ. `tried`: each λ that was tried with its log-likelihood of people left out, mean
    over people; empty if λ was given. NaN for systems that nobody compared. Intervals draw people
    anew inside groups with λ as it is; being shrunk, they understate how far groups may be apart,
    so whether a group differs at all is asked of `deviations.group_tests`.
    """

    common: Estimates
    utility: Estimates
    deviation: Estimates
    penalty: float
    tried: tuple[tuple[float, float], ...]


def shrunk_scores(
    comparisons: Comparisons,
    *,
    penalty: float | None = None,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> GroupScores:
    """The model's maximum, with λ as given or chosen, and 95 % intervals.

    Raises `UnfitData` where there are not two groups, and `NotConnected` where the comparisons of
    all groups together do not order all systems; a single group need not.
    """
    counted = count(comparisons, by_group=True)
    totals = counted.totals()
    if (totals.sum(axis=(1, 2)) > 0).sum() < 2:
        raise UnfitData("It takes comparisons by two groups.")
    if penalty is not None and penalty <= 0:
        raise UnfitData("A penalty of deviations is above 0.")
    require_ordering(counted.cells, totals.sum(axis=0))
    tried = _tried(counted, seed) if penalty is None else ()
    strength = max(tried, key=lambda one: one[1])[0] if penalty is None else penalty
    found = maximise(counted.cells, totals[None], np.array([strength]), base=0.0)
    return _with_intervals(counted, found, strength, tried, replicates, seed)


@dataclass(frozen=True)
class Shrunk:
    """Points of B fits: `common` B × K, `deviation` B × G × K, `log_tie` B, `with_ties` B."""

    common: Floats
    deviation: Floats
    log_tie: Floats
    with_ties: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    def point(self) -> Point:
        """As many points as there are fits and groups, in that order."""
        groups = self.deviation.shape[1]
        utility = (self.common[:, None] + self.deviation).reshape(-1, self.common.shape[1])
        none = np.zeros(len(utility))
        log_tie, with_ties = self.log_tie.repeat(groups), self.with_ties.repeat(groups)
        return Point(utility, log_tie, none, with_ties, with_order=False)


def maximise(
    cells: Cells,
    counts: Floats,
    penalty: Floats,
    *,
    base: float,
    start: Shrunk | None = None,
) -> Shrunk:
    """Fit B tables of counts (B × groups × pairs × 3) with as many λ (B), by Newton's method.

    The deviations are eliminated group by group, so a step costs G + 1 small systems of
    equations. `base`: precision of a prior on β.
    """
    size, groups = counts.shape[:2]
    overall = outset(counts.sum(axis=1), cells.n_systems, with_order=False)
    here = start or Shrunk(
        overall.utility,
        np.zeros((size, groups, cells.n_systems)),
        overall.log_tie,
        overall.with_ties,
    )
    if len(here.common) != size:
        here = _repeated(here, size)
    here = replace(here, with_ties=overall.with_ties)
    value = _value(cells, counts, penalty, base, here)
    for _ in range(STEPS):
        step = _step(cells, counts, penalty, base, here)
        longest = np.maximum(
            np.abs(step.common).max(axis=1), np.abs(step.deviation).max(axis=(1, 2))
        )
        factor = np.minimum(1.0, LONGEST_STEP / np.maximum(longest, SMALLEST))
        here, value = _uphill(cells, counts, penalty, base, here, step, factor, value)
        if longest.max() < 1e-6:
            return here
    raise UnfitData("The likelihood has no maximum that could be found.")


def held_out(cells: Cells, counts: Floats, people: sparse.csr_array, penalty: Floats) -> Floats:
    """Log-likelihood of `people` (people × groups·pairs·3) under fits to `counts`: B × people."""
    found = maximise(cells, counts, penalty, base=BASE)
    logs = log_shares(cells, found.point()).reshape(len(penalty), -1)
    return np.asarray((people @ logs.T).T, dtype=np.float64)


def _tried(counted: Counted, seed: int) -> tuple[tuple[float, float], ...]:
    """Every λ with the mean log-likelihood of people left out, a fifth of each group at a time."""
    sums, totals = counted.by_annotator(), counted.totals()
    source = counted.source
    strata = stratum_of_each(source.annotator, counted.group, source.n_annotators)
    fold = _folds(strata, seed)
    penalties = np.array(PENALTIES)
    gained, people = np.zeros(len(penalties)), 0
    for number in range(FOLDS):
        out = np.flatnonzero(fold == number)
        if not len(out):
            continue
        left = totals - np.asarray(sums[out].sum(axis=0)).reshape(totals.shape)
        tables = np.repeat(np.maximum(left, 0)[None], len(penalties), axis=0)
        gained += held_out(counted.cells, tables, sums[out], penalties).sum(axis=1)
        people += len(out)
    return tuple(zip(PENALTIES, (gained / people).tolist(), strict=True))


def _folds(strata: Ints, seed: int) -> Ints:
    """A part for each person, −1 for those without judgments; groups are spread evenly."""
    chance = np.random.default_rng(seed)
    fold = np.full(len(strata), -1)
    order = chance.permutation(np.flatnonzero(strata >= 0))
    order = order[np.argsort(strata[order], kind="stable")]
    fold[order] = np.arange(len(order)) % FOLDS
    return fold


def _with_intervals(
    counted: Counted,
    found: Shrunk,
    penalty: float,
    tried: tuple[tuple[float, float], ...],
    replicates: int,
    seed: int,
) -> GroupScores:
    source = counted.source
    present = np.bincount(source.annotator, minlength=source.n_annotators) > 0
    strata = stratum_of_each(source.annotator, counted.group, source.n_annotators)
    weights = drawn_weights(
        source.n_annotators, replicates=replicates, seed=seed, present=present, strata=strata
    )
    sums = replicated_sums(weights, counted.by_annotator())
    tables = sums.reshape(replicates, counted.n_groups, len(counted.cells), OUTCOMES)
    again = maximise(counted.cells, tables, np.full(replicates, penalty), base=BASE, start=found)
    judgments, by_system = counted.judgments(), counted.people_by_system()
    people = counted.people()
    parameters: dict[str, Parameter] = {
        "penalty": penalty,
        "penalty chosen": bool(tried),
        "replicates": replicates,
        "seed": seed,
    }
    seen = judgments.sum(axis=0) > 0
    everybody = np.full(len(seen), people.sum())
    in_group = np.repeat(people[:, None], len(seen), axis=1)
    n, who = judgments, by_system

    def estimates(values: Floats, drawn: Floats, size: Ints, n: Ints, who: Ints) -> Estimates:
        lower, upper = interval(drawn, size)
        values, lower, upper = (np.where(seen, one, np.nan) for one in (values, lower, upper))
        return Estimates(values, lower, upper, n, who, METHOD, parameters)

    return GroupScores(
        estimates(found.common[0], again.common, everybody, n.sum(axis=0), who.sum(axis=0)),
        estimates(
            (found.common[:, None] + found.deviation)[0],
            again.common[:, None] + again.deviation,
            in_group,
            n,
            who,
        ),
        estimates(found.deviation[0], again.deviation, in_group, n, who),
        penalty,
        tried,
    )


def _repeated(point: Shrunk, size: int) -> Shrunk:
    rows = np.arange(size) % len(point.common)
    return Shrunk(
        point.common[rows], point.deviation[rows], point.log_tie[rows], point.with_ties[rows]
    )


def _flat(counts: Floats) -> Floats:
    return counts.reshape(-1, *counts.shape[2:])


def _value(cells: Cells, counts: Floats, penalty: Floats, base: float, here: Shrunk) -> Floats:
    logs = log_shares(cells, here.point())
    found = np.einsum("bco,bco->b", _flat(counts), logs).reshape(counts.shape[:2]).sum(axis=1)
    found -= penalty / 2 * (here.deviation**2).sum(axis=(1, 2))
    return np.asarray(found - base / 2 * (here.common**2).sum(axis=1), dtype=np.float64)


def _uphill(
    cells: Cells,
    counts: Floats,
    penalty: Floats,
    base: float,
    here: Shrunk,
    step: Shrunk,
    factor: Floats,
    value: Floats,
) -> tuple[Shrunk, Floats]:
    """The step times `factor`, or as many halves of it as it takes not to lose likelihood."""
    slack = 1e-12 * (1 + np.abs(value))
    for _ in range(STEPS):
        moved = replace(
            here,
            common=here.common + factor[:, None] * step.common,
            deviation=here.deviation + factor[:, None, None] * step.deviation,
            log_tie=here.log_tie + factor * step.log_tie,
        )
        found = _value(cells, counts, penalty, base, moved)
        worse = found < value - slack
        if not worse.any():
            break
        factor = np.where(worse, factor / 2, factor)
    return moved, found


def _step(cells: Cells, counts: Floats, penalty: Floats, base: float, here: Shrunk) -> Shrunk:
    """Newton's step. With L_g, c_g, e_g the second derivatives by u_g and log ν, and
    M_g = (L_g + λ)⁻¹, δ_g's part is M_g (r_g − L_g x − c_g z) for steps x of β and z of log ν."""
    size, groups, systems = here.deviation.shape
    incidence = incidence_of(cells)
    at: Slopes = slopes(cells, _flat(counts), here.point())
    shape = (size, groups, systems)
    lap = laplacian(cells, at.curve).reshape(*shape, systems)
    slope = (incidence @ at.slope.T).T.reshape(shape)
    cross = (incidence @ at.cross.T).T.reshape(shape)[..., None]
    tie_slope = at.tie_slope.reshape(size, groups).sum(axis=1)
    tie_curve = at.tie_curve.reshape(size, groups).sum(axis=1)
    inverse = np.linalg.inv(lap + penalty[:, None, None, None] * np.eye(systems))
    rest = (slope - penalty[:, None, None] * here.deviation)[..., None]
    through = lap @ inverse
    scale = np.trace(lap.sum(axis=1), axis1=1, axis2=2) / systems
    held = (scale / systems + SMALLEST)[:, None, None] * np.ones((systems, systems))
    held = held + (base + SMALLEST * (1 + scale))[:, None, None] * np.eye(systems)
    whole = np.zeros((size, systems + 1, systems + 1))
    whole[:, :systems, :systems] = (lap - through @ lap).sum(axis=1) + held
    side = (cross - through @ cross).sum(axis=1)
    whole[:, :systems, systems:] = side
    whole[:, systems:, :systems] = side.transpose(0, 2, 1)
    turned = cross.transpose(0, 1, 3, 2)
    whole[:, systems, systems] = tie_curve - (turned @ inverse @ cross).sum(axis=1)[:, 0, 0]
    right = np.zeros((size, systems + 1, 1))
    common = (slope[..., None] - through @ rest).sum(axis=1)
    right[:, :systems] = common - base * here.common[..., None]
    right[:, systems, 0] = tie_slope - (turned @ inverse @ rest).sum(axis=1)[:, 0, 0]
    solved = np.linalg.solve(whole, right)
    x, z = solved[:, None, :systems], solved[:, None, systems:]
    own = inverse @ (rest - lap @ x - cross @ z)
    return Shrunk(x[:, 0, :, 0], own[..., 0], z[:, 0, 0, 0], here.with_ties)
