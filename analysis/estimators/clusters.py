"""Kinds of people by what they prefer, found without asking who they are.

A mixture: each person is of one of M kinds, and each kind has its own utilities: Bradley–Terry's
with Davidson's ties for comparisons, Plackett–Luce's with ties for rankings. By
expectation-maximisation (Dempster, Laird and Rubin 1977), each person's kind being a probability
throughout. Mixtures of such models: Croon (1989), "Latent class models for the analysis of
rankings"; Busse, Orbanz and Buhmann (2007), "Cluster analysis of heterogeneous rank data". A kind
is a summary of preferences, not an identity: see `belonging.py` for how little it may have to do
with who people are.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from analysis.estimators.bootstrap import SEED
from analysis.estimators.data import Comparisons, Floats, Ints, Rankings, UnfitData
from analysis.estimators.mixtures import (
    Mixtures,
    Model,
    PairModel,
    RankingModel,
    best,
    climbed,
    joint,
    labels,
    likelihoods,
    only,
)

MOST = 5
FOLDS = 5
RESTARTS = 8

Judgments = Comparisons | Rankings
State = TypeVar("State")


@dataclass(frozen=True)
class Clusters:
    """`share`: of each kind (M), largest first. `utility`: M × K, mean 0 in each kind.

    `nu`: each kind's parameter of ties of two systems (M). `membership`: probability of each
    person's kinds (people × M), NaN for people without judgments; `label`: the likeliest, −1 for
    those. `log_likelihood`: of the people, without priors.
    """

    share: Floats
    utility: Floats
    nu: Floats
    membership: Floats
    label: Ints
    log_likelihood: float
    n: int
    n_annotators: int
    method: str


@dataclass(frozen=True)
class Choice:
    """`number`: how many kinds; `held_out`: for 1, 2, … kinds the log-likelihood of people left
    out, mean over people; `behind`: how far each is behind the best (mean over people) and
    `error`: the standard error of that."""

    number: int
    held_out: tuple[float, ...]
    behind: tuple[float, ...]
    error: tuple[float, ...]


@dataclass(frozen=True)
class Stability:
    """Adjusted Rand index of the clustering with others of the same people: 1 the same, 0 chance.

    `restarts`: from other random beginnings; `halves`: fitted to random halves of the people, all
    people then being labelled.
    """

    restarts: tuple[float, ...]
    halves: tuple[float, ...]


def clusters(
    judgments: Judgments,
    number: int,
    *,
    last_is_unranked: bool = False,
    restarts: int = RESTARTS,
    seed: int = SEED,
) -> Clusters:
    """The likeliest of `restarts` mixtures of `number` kinds.

    `last_is_unranked`: of rankings, as in `plackett_luce.fit`. Raises `UnfitData` for fewer people
    than kinds.
    """
    if isinstance(judgments, Comparisons):
        return _clusters(PairModel.of(judgments), judgments, number, restarts, seed)
    model = RankingModel.of(judgments, last_is_unranked=last_is_unranked)
    return _clusters(model, judgments, number, restarts, seed)


def number_of_clusters(
    judgments: Judgments,
    *,
    last_is_unranked: bool = False,
    most: int = MOST,
    restarts: int = 4,
    seed: int = SEED,
) -> Choice:
    """How many kinds foretell best what people say who were left out of the fit.

    People are left out a fifth at a time, with all their judgments. The smallest number within one
    standard error of the best is taken, differences being paired by person (Hastie, Tibshirani and
    Friedman 2009, "The elements of statistical learning", 7.10); for mixtures Smyth (2000), "Model
    selection for probabilistic clustering using cross-validated likelihood".
    """
    if isinstance(judgments, Comparisons):
        return _number(PairModel.of(judgments), most, restarts, seed)
    model = RankingModel.of(judgments, last_is_unranked=last_is_unranked)
    return _number(model, most, restarts, seed)


def stability(
    judgments: Judgments,
    number: int,
    *,
    last_is_unranked: bool = False,
    restarts: int = RESTARTS,
    halves: int = 10,
    seed: int = SEED,
) -> Stability:
    """How far the kinds depend on where the search began, and on who was in the sample."""
    if isinstance(judgments, Comparisons):
        return _stability(PairModel.of(judgments), number, restarts, halves, seed)
    model = RankingModel.of(judgments, last_is_unranked=last_is_unranked)
    return _stability(model, number, restarts, halves, seed)


def adjusted_rand(first: Ints, second: Ints) -> float:
    """Hubert and Arabie (1985), "Comparing partitions": pairs put together by both, beyond chance.

    (Σ C(n_ij, 2) − e) / ((Σ C(a_i, 2) + Σ C(b_j, 2))/2 − e), e = Σ C(a_i, 2) Σ C(b_j, 2) / C(n, 2).
    1 where both put all people together, or each person apart.
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)

    def pairs(sizes: Floats) -> float:
        return float((sizes * (sizes - 1) / 2).sum())

    both, one, other = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = one * other / max(pairs(np.array([float(len(first))])), 1)
    most = (one + other) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _require(model: Model[State], number: int) -> None:
    if not 1 <= number <= len(model.who):
        raise UnfitData(f"{len(model.who)} people are not of {number} kinds.")


def _clusters(
    model: Model[State], judgments: Judgments, number: int, restarts: int, seed: int
) -> Clusters:
    _require(model, number)
    return _named(model, best(model, climbed(model, number, restarts, seed)), judgments)


def _number(model: Model[State], most: int, restarts: int, seed: int) -> Choice:
    _require(model, most)
    people = len(model.who)
    fold = np.random.default_rng(seed).permutation(people) % FOLDS
    gained = np.empty((most, people))
    for part in range(FOLDS):
        out = fold == part
        rest, left = model.taken(~out), model.taken(out)
        for number in range(1, most + 1):
            found = best(rest, climbed(rest, number, restarts if number > 1 else 1, seed))
            gained[number - 1, out] = np.logaddexp.reduce(joint(left, found), axis=1)[:, 0]
    mean = gained.mean(axis=1)
    lost = gained[mean.argmax()] - gained
    error = lost.std(axis=1, ddof=1) / np.sqrt(people)
    behind = lost.mean(axis=1)
    chosen = int(np.flatnonzero(behind <= error)[0]) + 1
    return Choice(chosen, tuple(mean.tolist()), tuple(behind.tolist()), tuple(error.tolist()))


def _stability(
    model: Model[State], number: int, restarts: int, halves: int, seed: int
) -> Stability:
    _require(model, 2 * number)
    found = climbed(model, number, restarts, seed)
    top = int(np.argmax(likelihoods(model, found)))
    each = [labels(model, only(model, found, one)) for one in range(restarts)]
    chance = np.random.default_rng(seed + 1)
    people, again = len(model.who), []
    for half in range(halves):
        part = model.taken(chance.permutation(people) < people // 2)
        refitted = best(part, climbed(part, number, max(2, restarts // 2), seed + 2 + half))
        again.append(labels(model, refitted))
    return Stability(
        tuple(adjusted_rand(each[top], one) for other, one in enumerate(each) if other != top),
        tuple(adjusted_rand(each[top], one) for one in again),
    )


def _named(model: Model[State], found: Mixtures[State], judgments: Judgments) -> Clusters:
    """With kinds in order of their shares, and everybody under their own number."""
    order = np.argsort(-found.log_share[0])
    logs = joint(model, found)[:, order, 0]
    each = np.logaddexp.reduce(logs, axis=1)
    membership = np.full((judgments.n_annotators, len(order)), np.nan)
    membership[model.who] = np.exp(logs - each[:, None])
    label = np.full(judgments.n_annotators, -1)
    label[model.who] = logs.argmax(axis=1)
    return Clusters(
        np.exp(found.log_share[0][order]),
        model.utilities(found.fits)[order],
        model.ties(found.fits)[order],
        membership,
        label,
        float(each.sum()),
        len(judgments),
        len(model.who),
        model.method,
    )
