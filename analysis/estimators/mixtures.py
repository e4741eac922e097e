"""Mixtures of preference models over people, by expectation-maximisation.

What each kind of judgment adds is a model: how to fit it to people counted in parts, and how likely
it makes what each person said.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from analysis.estimators.data import Bools, Comparisons, Floats, Ints, Rankings
from analysis.estimators.davidson import Point, log_shares, maximise
from analysis.estimators.pair_counts import LOST, OUTCOMES, WON, Cells, count
from analysis.estimators.plackett_luce import penalised, sums_by_person
from analysis.estimators.stages import Stages, stage_logs, stages_of

ROUNDS = 300
# Utilities within a kind as of N(0, 1/PENALTY): small kinds keep finite utilities.
PENALTY = 0.1
# Comparisons' worth that every kind gets, of pairs and ties as frequent as overall and otherwise
# for neither: in no kind are ties impossible, or, where hardly anybody is of it, certain.
PRIOR = 1.0
# Steps towards a kind's best utilities in each round; it is only of interest once kinds stand.
RANKING_STEPS = 12

State = TypeVar("State")


class Model(Protocol[State]):
    """What some people said (`who`: their numbers), and one kind of model for it."""

    @property
    def who(self) -> Ints:
        """Numbers of the people."""

    @property
    def method(self) -> str:
        """What a mixture of such models is called."""

    def taken(self, rows: Bools) -> "Model[State]":
        """Some of the people."""

    def fitted(self, weights: Floats, start: State | None) -> State:
        """Q fits, each with people counted as its row of `weights` (Q × people) says."""

    def said(self, state: State) -> Floats:
        """Log-likelihood of what each person said under each fit: people × Q."""

    def picked(self, state: State, rows: Ints) -> State:
        """Some of the fits."""

    def utilities(self, state: State) -> Floats:
        """Q × systems, mean 0, NaN for systems that nobody judged."""

    def ties(self, state: State) -> Floats:
        """Q tie parameters, of two systems; 0 where nobody tied any."""


@dataclass(frozen=True)
class Mixtures(Generic[State]):
    """R mixtures of M kinds: log shares (R × M) and R · M fits."""

    log_share: Floats
    fits: State


def climbed(model: Model[State], number: int, restarts: int, seed: int) -> Mixtures[State]:
    """Expectation-maximisation from `restarts` random beginnings at once, until none gains."""
    chance = np.random.default_rng(seed)
    belongs = chance.dirichlet(np.full(number, 0.5), (restarts, len(model.who)))
    found = _refitted(model, belongs, None)
    before = np.full(restarts, -np.inf)
    for _ in range(ROUNDS):
        logs = joint(model, found)
        each = np.logaddexp.reduce(logs, axis=1)
        belongs = np.exp(logs - each[:, None]).transpose(2, 0, 1)
        likelihood = each.sum(axis=0)
        if (likelihood - before < 1e-6 * np.abs(likelihood)).all():
            break
        before = likelihood
        found = _refitted(model, belongs, found.fits)
    return found


def joint(model: Model[State], found: Mixtures[State]) -> Floats:
    """log P(kind, what they said) of each person: people × M × R."""
    restarts, number = found.log_share.shape
    said = model.said(found.fits).reshape(len(model.who), restarts, number)
    return np.asarray(said + found.log_share, dtype=np.float64).transpose(0, 2, 1)


def likelihoods(model: Model[State], found: Mixtures[State]) -> Floats:
    """Log-likelihood of the people under each mixture: R."""
    return np.asarray(np.logaddexp.reduce(joint(model, found), axis=1).sum(axis=0))


def only(model: Model[State], found: Mixtures[State], restart: int) -> Mixtures[State]:
    """One of the mixtures."""
    number = found.log_share.shape[1]
    rows = np.arange(restart * number, (restart + 1) * number)
    return Mixtures(found.log_share[[restart]], model.picked(found.fits, rows))


def best(model: Model[State], found: Mixtures[State]) -> Mixtures[State]:
    """The likeliest of the mixtures."""
    return only(model, found, int(np.argmax(likelihoods(model, found))))


def labels(model: Model[State], found: Mixtures[State]) -> Ints:
    """Each person's likeliest kind under one mixture."""
    return joint(model, found)[..., 0].argmax(axis=1)


def _refitted(model: Model[State], belongs: Floats, start: State | None) -> Mixtures[State]:
    """The best mixtures given to whom people belong (R × people × M)."""
    restarts, size, number = belongs.shape
    weights = belongs.transpose(0, 2, 1).reshape(restarts * number, size)
    share = (belongs.sum(axis=1) + 1e-6) / (size + number * 1e-6)
    return Mixtures(np.log(share), model.fitted(weights, start))


@dataclass(frozen=True)
class PairModel:
    """Bradley–Terry with Davidson's ties. `sums`: people × (pairs · 3)."""

    cells: Cells
    sums: sparse.csr_array
    who: Ints
    method: str = "mixture of Bradley–Terry models with Davidson's ties over people"

    @classmethod
    def of(cls, comparisons: Comparisons) -> "PairModel":
        """Of everybody who compared."""
        counted = count(comparisons)
        who = np.unique(comparisons.annotator)
        return cls(counted.cells, counted.by_annotator()[who], who)

    def taken(self, rows: Bools) -> "PairModel":
        return PairModel(self.cells, self.sums[np.flatnonzero(rows)], self.who[rows])

    def fitted(self, weights: Floats, start: Point | None) -> Point:
        counts = np.ascontiguousarray((self.sums.T @ weights.T).T)
        counts = counts.reshape(len(weights), len(self.cells), OUTCOMES)
        overall = np.asarray(self.sums.sum(axis=0)).reshape(-1, OUTCOMES)
        overall[:, [WON, LOST]] = overall[:, [WON, LOST]].mean(axis=1, keepdims=True)
        counts += PRIOR * overall / max(overall.sum(), 1)
        return maximise(self.cells, counts, penalty=PENALTY, start=start).point

    def said(self, state: Point) -> Floats:
        logs = log_shares(self.cells, state).reshape(len(state.utility), -1)
        return np.asarray(self.sums @ logs.T, dtype=np.float64)

    def picked(self, state: Point, rows: Ints) -> Point:
        return state.taken(rows)

    def utilities(self, state: Point) -> Floats:
        seen = np.zeros(self.cells.n_systems, dtype=bool)
        seen[self.cells.i] = seen[self.cells.j] = True
        return _centred(state.utility, seen)

    def ties(self, state: Point) -> Floats:
        return state.nu


@dataclass(frozen=True)
class RankingModel:
    """Plackett–Luce with ties. `sums`: people × different rankings. A fit is a row (θ, η)."""

    stages: Stages
    sums: sparse.csr_array
    who: Ints
    seen: Bools
    method: str = "mixture of Plackett–Luce models with ties over people"

    @classmethod
    def of(cls, rankings: Rankings, *, last_is_unranked: bool) -> "RankingModel":
        """Of everybody who ranked two systems or more."""
        stages = stages_of(rankings, last_is_unranked=last_is_unranked)
        who = np.unique(rankings.annotator[stages.of_row >= 0])
        shown = rankings.systems[rankings.systems >= 0]
        seen = np.bincount(shown, minlength=rankings.n_systems) > 0
        return cls(stages, sums_by_person(rankings, stages)[who], who, seen)

    def taken(self, rows: Bools) -> "RankingModel":
        people = np.flatnonzero(rows)
        return RankingModel(self.stages, self.sums[people], self.who[rows], self.seen)

    def fitted(self, weights: Floats, start: Floats | None) -> Floats:
        times = (self.sums.T @ weights.T).T
        at = np.zeros((len(weights), self.stages.n_parameters)) if start is None else start
        return np.stack([self._nearer(*one) for one in zip(times, at, strict=True)])

    def _nearer(self, times: Floats, at: Floats) -> Floats:
        each = times[self.stages.ranking]
        scale = max(float(each.sum()), 1.0)

        def loss(now: Floats) -> tuple[float, Floats]:
            value, slope = penalised(self.stages, each, PENALTY, now)
            # As of N(0, 1/PENALTY) too: a kind without ties keeps them possible.
            ties = now[self.stages.n_systems :]
            slope[self.stages.n_systems :] -= PENALTY * ties
            return -(value - PENALTY / 2 * float(ties @ ties)) / scale, -slope / scale

        found = minimize(loss, at, jac=True, method="L-BFGS-B", options={"maxiter": RANKING_STEPS})
        return np.asarray(found.x, dtype=np.float64)

    def said(self, state: Floats) -> Floats:
        size = self.stages.n_rankings
        logs = [
            np.bincount(self.stages.ranking, stage_logs(self.stages, at), minlength=size)
            for at in state
        ]
        return np.asarray(self.sums @ np.stack(logs).T, dtype=np.float64)

    def picked(self, state: Floats, rows: Ints) -> Floats:
        return state[rows]

    def utilities(self, state: Floats) -> Floats:
        return _centred(state[:, : self.stages.n_systems], self.seen)

    def ties(self, state: Floats) -> Floats:
        if 2 not in self.stages.sizes:
            return np.zeros(len(state))
        place = self.stages.n_systems + self.stages.sizes.index(2)
        return np.asarray(np.exp(state[:, place]))


def _centred(utility: Floats, seen: Bools) -> Floats:
    moved = utility - utility[:, seen].mean(axis=1, keepdims=True)
    return np.where(seen, moved, np.nan)
