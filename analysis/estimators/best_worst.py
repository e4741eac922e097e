"""Best and worst of several: counts, and the utilities behind them."""

import numpy as np
from scipy.optimize import minimize

from analysis.estimators.bootstrap import (
    REPLICATES,
    SEED,
    by_annotator,
    drawn_weights,
    interval,
    replicated_sums,
)
from analysis.estimators.data import BestWorst, Floats, Ints, UnfitData, row_weights
from analysis.estimators.newton import curvature, parts_of, settled
from analysis.estimators.results import Estimates
from analysis.estimators.stages import by_number

METHOD = "best-worst score: (times best − times worst) / times shown"
MAXDIFF = "MaxDiff logit of best and worst"


def best_worst_scores(
    choices: BestWorst, *, replicates: int = REPLICATES, seed: int = SEED
) -> Estimates:
    """(times best − times worst)/times shown of each system, −1 … 1, NaN where never shown.

    95 % intervals draw people anew. Louviere, Flynn and Marley (2015), "Best-worst scaling"; as
    scores for texts Kiritchenko and Mohammad (2017), "Best-worst scaling more reliable than rating
    scales". Fair where systems met alike opponents; otherwise use `maxdiff`.
    """
    _require(choices)
    systems = choices.n_systems
    row, place = np.nonzero(choices.systems >= 0)
    shown = choices.systems[row, place]
    who = np.concatenate([choices.annotator[row], choices.annotator, choices.annotator])
    column = np.concatenate([shown, systems + choices.best, 2 * systems + choices.worst])
    weight = row_weights(choices.weight, len(choices))
    weight = np.concatenate([weight[row], weight, weight])
    sums = by_annotator(who, column, weight, choices.n_annotators, 3 * systems)
    present = np.bincount(choices.annotator, minlength=choices.n_annotators) > 0
    weights = drawn_weights(choices.n_annotators, replicates=replicates, seed=seed, present=present)
    again = _score(replicated_sums(weights, sums), systems)
    estimate = _score(np.asarray(sums.sum(axis=0), dtype=np.float64).reshape(1, -1), systems)[0]
    people = _people(choices.annotator[row], shown, choices.n_annotators, systems)
    lower, upper = _known_interval(again, people)
    return Estimates(
        estimate,
        np.where(np.isnan(estimate), np.nan, np.clip(lower, -1, 1)),
        np.where(np.isnan(estimate), np.nan, np.clip(upper, -1, 1)),
        np.bincount(shown, minlength=systems),
        people,
        METHOD,
        {"replicates": replicates, "seed": seed},
    )


def maxdiff(
    choices: BestWorst,
    *,
    penalty: float = 0.01,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Estimates:
    """Utilities θ (logits, mean 0) of P(b best, w worst) = e^{θ_b − θ_w} / Σ_{i≠j} e^{θ_i − θ_j}.

    Marley and Louviere (2005), "Some probabilistic models of best, worst, and best-worst choices".
    The log-likelihood less λ/2 · Σθ² (`penalty` λ, N(0, 10²) by default) is concave. 95 % intervals
    draw people anew.
    """
    _require(choices)
    if penalty <= 0:
        raise UnfitData("A penalty is above 0.")
    systems = choices.n_systems
    sets, which = np.unique(np.sort(choices.systems, axis=1), axis=0, return_inverse=True)
    which = which.reshape(-1)
    weight = row_weights(choices.weight, len(choices))
    who = np.tile(choices.annotator, 3)
    column = np.concatenate([choices.best, systems + choices.worst, 2 * systems + which])
    sums = by_annotator(
        who, column, np.tile(weight, 3), choices.n_annotators, 2 * systems + len(sets)
    )
    totals = np.asarray(sums.sum(axis=0), dtype=np.float64).reshape(-1)
    present = np.bincount(choices.annotator, minlength=choices.n_annotators) > 0
    weights = drawn_weights(choices.n_annotators, replicates=replicates, seed=seed, present=present)
    estimate = _maxdiff(totals, sets, systems, penalty, np.zeros(systems))
    again = _replicated(replicated_sums(weights, sums), sets, systems, penalty, estimate)
    row, place = np.nonzero(choices.systems >= 0)
    shown = choices.systems[row, place]
    people = _people(choices.annotator[row], shown, choices.n_annotators, systems)
    lower, upper = interval(again, int(present.sum()))
    hide = lambda values: np.where(people > 0, values, np.nan)  # noqa: E731
    n = np.bincount(shown, minlength=systems)
    parameters = {"penalty": penalty, "replicates": replicates, "seed": seed}
    return Estimates(hide(estimate), hide(lower), hide(upper), n, people, MAXDIFF, parameters)


def _maxdiff(sums: Floats, sets: Ints, systems: int, penalty: float, start: Floats) -> Floats:
    def loss(theta: Floats) -> tuple[float, Floats]:
        value, slope = _likelihoods(sums[None, :], sets, penalty, theta[None, :])
        return -float(value[0]), -slope[0]

    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"gtol": 1e-8, "ftol": 1e-14, "maxiter": 1000},
    ).x
    return np.asarray(found - found.mean(), dtype=np.float64)


def _replicated(sums: Floats, sets: Ints, systems: int, penalty: float, start: Floats) -> Floats:
    """Utilities for many rows of sums, each begun at `start`: replicates × systems."""
    usual = sums.mean(axis=0)[None, :]
    curve = curvature(lambda points: _likelihoods(usual, sets, penalty, points)[1], start)
    inverse = np.asarray(np.linalg.inv(curve), dtype=np.float64)
    found = [
        _settled(sums[rows], sets, systems, penalty, start, inverse)
        for rows in parts_of(len(sums), sets.size)
    ]
    return np.concatenate(found)


def _settled(
    sums: Floats, sets: Ints, systems: int, penalty: float, start: Floats, inverse: Floats
) -> Floats:
    at, is_there = settled(
        lambda rows, points: _likelihoods(sums[rows], sets, penalty, points)[1],
        np.tile(start, (len(sums), 1)),
        inverse,
    )
    for row in np.flatnonzero(~is_there):
        at[row] = _maxdiff(sums[row], sets, systems, penalty, start)
    return np.asarray(at - at.mean(axis=1, keepdims=True), dtype=np.float64)


def _likelihoods(sums: Floats, sets: Ints, penalty: float, theta: Floats) -> tuple[Floats, Floats]:
    """Penalised log-likelihoods of rows of sums (B, or one for all) at utilities (B × systems).

    With their slopes, B × systems.
    """
    systems = theta.shape[1]
    net = sums[:, :systems] - sums[:, systems : 2 * systems]
    times = sums[:, 2 * systems :]
    shown = sets >= 0
    index = np.where(shown, sets, 0)
    up = np.where(shown, np.exp(theta)[:, index], 0.0)
    down = np.where(shown, np.exp(-theta)[:, index], 0.0)
    ups, downs = up.sum(axis=2, keepdims=True), down.sum(axis=2, keepdims=True)
    total = ups * downs - shown.sum(axis=1, keepdims=True)
    expected = times[..., None] * (up * downs - down * ups) / total
    value = (net * theta).sum(axis=1) - (times * np.log(total[..., 0])).sum(axis=1)
    value = value - penalty / 2 * (theta**2).sum(axis=1)
    return value, net - by_number(index, expected, systems) - penalty * theta


def _require(choices: BestWorst) -> None:
    if not len(choices):
        raise UnfitData("There are no choices.")


def _score(sums: Floats, systems: int) -> Floats:
    shown, best, worst = sums.reshape(-1, 3, systems).transpose(1, 0, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (best - worst) / shown


def _known_interval(again: Floats, people: Ints) -> tuple[Floats, Floats]:
    """Over the replicates in which a system was shown at all."""
    lower, upper = np.full(len(people), np.nan), np.full(len(people), np.nan)
    for system, count in enumerate(people):
        known = again[~np.isnan(again[:, system]), system]
        if len(known):
            lower[system], upper[system] = interval(known, int(count))
    return lower, upper


def _people(who: Ints, system: Ints, n_annotators: int, systems: int) -> Ints:
    met = np.zeros((n_annotators, systems), dtype=bool)
    met[who, system] = True
    return met.sum(axis=0)
