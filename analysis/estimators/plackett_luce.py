"""Utilities from rankings, with ties and with people's intervals.

A ranking is built from the top: of what remains, a set of systems is taken that are tied. With
utilities θ, and η_t for sets of t systems (η_1 = 0),

    P(set T | what remains R) = exp(η_t + mean_{i∈T} θ_i) / Σ_{U⊆R} exp(η_u + mean_{i∈U} θ_i)

over sets U of sizes that occur. Turner, van Etten, Firth and Kosmidis (2020), "Modelling rankings
in R: the PlackettLuce package", generalising Davidson's ties; without ties Plackett (1975), "The
analysis of permutations", and Luce (1959). The sums over sets of a size are elementary symmetric
polynomials. The log-likelihood is concave.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from analysis.estimators.bootstrap import (
    REPLICATES,
    SEED,
    by_annotator,
    drawn_weights,
    interval,
    replicated_sums,
)
from analysis.estimators.data import Bools, Comparisons, Floats, Rankings, UnfitData
from analysis.estimators.davidson import WEAK_PENALTY, NotConnected, require_ordering
from analysis.estimators.newton import curvature, parts_of, settled
from analysis.estimators.pair_counts import count
from analysis.estimators.results import Estimate, Estimates, Parameter
from analysis.estimators.stages import Stages, log_likelihood, log_likelihoods, stages_of

METHOD = "Plackett–Luce with ties"


@dataclass(frozen=True)
class RankingFit:
    """`utility`: logits, mean 0, NaN for systems never ranked (K). `tie`: e^η_t for each size of
    tie that occurs; two equal systems tie with probability e^η₂/(2 + e^η₂)."""

    utility: Floats
    tie: dict[int, float]
    log_likelihood: float


@dataclass(frozen=True)
class RankingScores:
    """`utility`: as of `RankingFit`, with intervals; `tie`: the same of e^η_t by size."""

    utility: Estimates
    tie: dict[int, Estimate]


def fit(rankings: Rankings, *, penalty: float = 0.0, last_is_unranked: bool = False) -> RankingFit:
    """The maximum of the likelihood, or of it less λ/2 · Σθ² (`penalty` λ).

    `last_is_unranked`: several systems at the last rank were not told apart because only a top was
    asked for; otherwise that is a tie as any. Raises `NotConnected` where λ is 0 and rankings do
    not order all systems.
    """
    stages = stages_of(rankings, last_is_unranked=last_is_unranked)
    sums = sums_by_person(rankings, stages)
    totals = np.asarray(sums.sum(axis=0), dtype=np.float64).reshape(-1)
    _require(rankings, stages, totals, penalty)
    found, value = maximise(stages, totals, penalty, np.zeros(stages.n_parameters))
    seen = _seen(rankings)
    return RankingFit(
        np.where(seen, _centred(found[: rankings.n_systems], seen), np.nan),
        _ties(stages, found),
        value,
    )


def scores(
    rankings: Rankings,
    *,
    penalty: float = 0.0,
    last_is_unranked: bool = False,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> RankingScores:
    """`fit` with 95 % intervals by drawing people anew; errors as there.

    A replicate whose rankings do not order all systems gets a prior N(0, 10²) on utilities; so do
    all of them if they are many. How many did is among parameters.
    """
    stages = stages_of(rankings, last_is_unranked=last_is_unranked)
    sums = sums_by_person(rankings, stages)
    totals = np.asarray(sums.sum(axis=0), dtype=np.float64).reshape(-1)
    _require(rankings, stages, totals, penalty)
    found, _ = maximise(stages, totals, penalty, np.zeros(stages.n_parameters))
    present = np.bincount(rankings.annotator, minlength=rankings.n_annotators) > 0
    weights = drawn_weights(
        rankings.n_annotators, replicates=replicates, seed=seed, present=present
    )
    again, weak = replicated(stages, replicated_sums(weights, sums), penalty, found)
    parameters: dict[str, Parameter] = {
        "penalty": penalty,
        "last is unranked": last_is_unranked,
        "replicates": replicates,
        "seed": seed,
        "replicates with a weak prior": weak,
    }
    return RankingScores(
        _utility_estimates(rankings, found, again, parameters),
        _tie_estimates(rankings, stages, found, again, parameters),
    )


def _utility_estimates(
    rankings: Rankings, found: Floats, again: Floats, parameters: dict[str, Parameter]
) -> Estimates:
    """Utilities at the maximum, with the ends that their replicates give."""
    systems, seen = rankings.n_systems, _seen(rankings)
    place = rankings.systems >= 0
    shown = rankings.systems[place]
    met = np.zeros((rankings.n_annotators, systems), dtype=bool)
    met[np.repeat(rankings.annotator, place.sum(axis=1)), shown] = True
    lower, upper = interval(_centred(again[:, :systems], seen), len(np.unique(rankings.annotator)))
    estimate = _centred(found[:systems], seen)
    values = [np.where(seen, one, np.nan) for one in (estimate, lower, upper)]
    return Estimates(
        values[0],
        values[1],
        values[2],
        np.bincount(shown, minlength=systems),
        met.sum(axis=0),
        METHOD,
        parameters,
    )


def _tie_estimates(
    rankings: Rankings,
    stages: Stages,
    found: Floats,
    again: Floats,
    parameters: dict[str, Parameter],
) -> dict[int, Estimate]:
    """The same for ties, by their size."""
    people = len(np.unique(rankings.annotator))
    low, high = interval(np.exp(again[:, rankings.n_systems :]), people)
    return {
        size: Estimate(
            value,
            float(low[number]),
            float(high[number]),
            len(rankings),
            people,
            METHOD,
            parameters,
        )
        for number, (size, value) in enumerate(_ties(stages, found).items())
    }


def maximise(
    stages: Stages, weights: Floats, penalty: float, start: Floats
) -> tuple[Floats, float]:
    """Parameters (θ, η) and the log-likelihood without the penalty, for weights of rankings."""
    times = weights[stages.ranking]
    used = stages.taken(np.flatnonzero(times > 0))
    times = times[times > 0]
    scale = max(times.sum(), 1.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        value, slope = penalised(used, times, penalty, at)
        return -value / scale, -slope / scale

    rough = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"gtol": 1e-7, "ftol": 1e-15, "maxiter": 2000},
    ).x
    inverse = _inverse(_curvature(used, times, penalty, rough), stages.n_systems)
    at, is_there = _polished(used, times[None, :], penalty, rough[None, :], inverse)
    if not is_there[0]:
        raise UnfitData("The likelihood has no maximum that could be found.")
    found = at[0]
    value = penalised(used, times, penalty, found)[0]
    return found, value + penalty / 2 * float((found[: stages.n_systems] ** 2).sum())


def replicated(
    stages: Stages, weights: Floats, penalty: float, start: Floats
) -> tuple[Floats, int]:
    """Fits for many weights of rankings (replicates × rankings), each begun at `start`.

    The second derivatives at `start` serve all of them. Returns parameters, and how many needed
    `WEAK_PENALTY`.
    """
    times = weights.mean(axis=0)[stages.ranking]
    inverse = _inverse(_curvature(stages, times, penalty, start), stages.n_systems)
    found, weak = np.empty((len(weights), len(start))), 0
    for rows in parts_of(len(weights), stages.systems.size):
        part = weights[rows]
        at, is_there = _polished(
            stages, part[:, stages.ranking], penalty, np.tile(start, (len(part), 1)), inverse
        )
        for row in np.flatnonzero(~is_there):
            at[row] = maximise(stages, part[row], penalty or WEAK_PENALTY, start)[0]
        weak += 0 if penalty > 0 else int((~is_there).sum())
        found[rows] = at
    return found, weak


def _curvature(stages: Stages, times: Floats, penalty: float, at: Floats) -> Floats:
    """Minus the second derivatives; of rank one less if λ = 0."""
    return curvature(lambda points: _slopes(stages, times[None, :], penalty, points), at)


def _inverse(curve: Floats, systems: int) -> Floats:
    """With the constant of utilities, and those of systems never ranked, held where they are."""
    held = curve.copy()
    diagonal = np.arange(len(held))
    scale = float(np.trace(held)) / len(held)
    unknown = np.diag(held) < 1e-9 * scale
    held[:systems, :systems] += scale / systems
    held[diagonal[unknown], diagonal[unknown]] += scale
    return np.asarray(np.linalg.inv(held), dtype=np.float64)


def _polished(
    stages: Stages, times: Floats, penalty: float, start: Floats, inverse: Floats
) -> tuple[Floats, Bools]:
    """Newton's steps with a fixed inverse for rows of `times`, each from its `start`."""
    return settled(lambda rows, at: _slopes(stages, times[rows], penalty, at), start, inverse)


def _slopes(stages: Stages, times: Floats, penalty: float, at: Floats) -> Floats:
    """Of the log-likelihood less λ/2 · Σθ², for rows of `times` and points."""
    slopes = log_likelihoods(stages, times, at)[1]
    slopes[:, : stages.n_systems] -= penalty * at[:, : stages.n_systems]
    return slopes


def penalised(stages: Stages, times: Floats, penalty: float, at: Floats) -> tuple[float, Floats]:
    """The log-likelihood less λ/2 · Σθ², with its slope, for `times` that each stage counts."""
    value, slope = log_likelihood(stages, times, at)
    theta = at[: stages.n_systems]
    slope[: stages.n_systems] -= penalty * theta
    return value - penalty / 2 * float(theta @ theta), slope


def sums_by_person(rankings: Rankings, stages: Stages) -> sparse.csr_array:
    """Weights of each different ranking by person: people × rankings."""
    used = stages.of_row >= 0
    who, column = rankings.annotator[used], stages.of_row[used]
    weight = None if rankings.weight is None else rankings.weight[used]
    return by_annotator(who, column, weight, rankings.n_annotators, stages.n_rankings)


def _require(rankings: Rankings, stages: Stages, totals: Floats, penalty: float) -> None:
    if penalty < 0:
        raise UnfitData("A penalty is not negative.")
    if not totals.sum():
        raise UnfitData("There are no rankings of two systems or more.")
    if penalty > 0:
        return
    taken, left, tied = stages.steps(totals)
    nobody = np.zeros(len(taken), dtype=np.int64)
    steps = Comparisons(nobody, nobody, taken, left, np.where(tied, 0, -1), rankings.n_systems, 1)
    counted = count(steps)
    if tied.all():
        raise NotConnected("Every ranking is one tie: nothing tells systems apart.")
    require_ordering(counted.cells, counted.totals()[0])


def _seen(rankings: Rankings) -> Bools:
    shown = rankings.systems[rankings.systems >= 0]
    return np.bincount(shown, minlength=rankings.n_systems) > 0


def _centred(utility: Floats, seen: Bools) -> Floats:
    return np.asarray(utility - utility[..., seen].mean(axis=-1, keepdims=True))


def _ties(stages: Stages, found: Floats) -> dict[int, float]:
    etas = np.exp(found[stages.n_systems :])
    return dict(zip(stages.sizes, etas.tolist(), strict=True))
