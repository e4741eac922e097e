"""Whether people say the same of the same: silent repeats, as a rule with the order swapped."""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.agreement import alpha
from analysis.estimators.bootstrap import (
    REPLICATES,
    SEED,
    by_annotator,
    drawn_weights,
    interval,
    replicated_sums,
)
from analysis.estimators.data import Bools, Floats, Ints, Ratings, UnfitData
from analysis.estimators.results import Estimate, Parameter
from analysis.estimators.shares import wilson


@dataclass(frozen=True)
class Consistency:
    """Over pairs of a first and a repeated answer.

    `same`: the share that is equal. `same_direction`: the share of equal signs among pairs of
    which neither is a tie. `alpha`: agreement with oneself beyond chance. `flip_rate`: how often a
    decided answer would be the other one if all inconsistency were slips, (1 − √(2a − 1))/2 for
    `same_direction` a; NaN where a < ½. `kept_place`: among decided pairs shown in swapped order,
    the share that preferred the same place, and so the other response.
    """

    same: Estimate
    same_direction: Estimate
    alpha: Estimate
    flip_rate: Estimate
    kept_place: Estimate


def consistency(
    annotator: Ints,
    first: Floats,
    repeat: Floats,
    n_annotators: int,
    *,
    swapped: Bools | None = None,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Consistency:
    """From each repeated item's two answers, above 0 for response b, below for a, 0 for a tie.

    Answers are of responses, not of places; `swapped` says where the order of display was swapped.
    95 % intervals draw people anew; where all or none are alike, Wilson's with people for n.
    """
    if not len(annotator) == len(first) == len(repeat):
        raise UnfitData("Columns of different lengths.")
    if not len(annotator):
        raise UnfitData("There are no repeats.")
    first, repeat = np.asarray(first, dtype=np.float64), np.asarray(repeat, dtype=np.float64)
    decided = (first != 0) & (repeat != 0)
    is_same = first == repeat
    same_sign = np.sign(first) == np.sign(repeat)
    swapped = np.zeros(len(first), dtype=bool) if swapped is None else swapped
    shares = _Shares(annotator, n_annotators, replicates, seed)
    direction = shares.of(same_sign, decided, "consistent directions of decided repeats")
    return Consistency(
        shares.of(is_same, np.ones_like(decided), "equal answers to repeats"),
        direction,
        _alpha(annotator, first, repeat, n_annotators, replicates, seed),
        _flip_rate(direction),
        shares.of(~same_sign, decided & swapped, "same place preferred in swapped order"),
    )


class _Shares:
    def __init__(self, annotator: Ints, n_annotators: int, replicates: int, seed: int) -> None:
        self.annotator, self.n_annotators = annotator, n_annotators
        self.parameters: dict[str, Parameter] = {"replicates": replicates, "seed": seed}
        present = np.bincount(annotator, minlength=n_annotators) > 0
        self.weights = drawn_weights(
            n_annotators, replicates=replicates, seed=seed, present=present
        )

    def of(self, hits: Bools, among: Bools, method: str) -> Estimate:
        who, column = self.annotator[among], hits[among].astype(np.int64)
        people, total = len(np.unique(who)), len(who)
        if not total:
            return Estimate(np.nan, 0.0, 1.0, 0, 0, method, self.parameters)
        share = float(column.mean())
        again = replicated_sums(self.weights, by_annotator(who, column, None, self.n_annotators, 2))
        again = again[again.sum(axis=1) > 0]
        if 0 < share < 1:
            lower, upper = interval(again[:, 1] / again.sum(axis=1), people)
        else:
            lower, upper = wilson(np.array(share * people), np.array(people))
        ends = float(np.clip(lower, 0, 1)), float(np.clip(upper, 0, 1))
        return Estimate(share, *ends, total, people, method, self.parameters)


def _flip_rate(direction: Estimate) -> Estimate:
    """Two answers to one question are alike with a = 1 − 2ε(1 − ε), if slips are independent."""

    def slips(share: float) -> float:
        return float((1 - np.sqrt(2 * share - 1)) / 2) if share >= 0.5 else np.nan

    upper = slips(direction.lower)
    return Estimate(
        slips(direction.estimate),
        slips(direction.upper),
        0.5 if np.isnan(upper) else upper,
        direction.n,
        direction.n_annotators,
        "slips that would explain inconsistent repeats",
        direction.parameters,
    )


def _alpha(
    annotator: Ints, first: Floats, repeat: Floats, n_annotators: int, replicates: int, seed: int
) -> Estimate:
    """α with the first and the repeated answer as two raters of each person's item."""
    pairs = np.arange(len(first))
    ratings = Ratings(
        np.concatenate([pairs, pairs]),
        np.repeat([0, 1], len(pairs)),
        np.concatenate([first, repeat]),
        len(pairs),
        2,
    )
    found = alpha(ratings, "interval", drawn="units", replicates=replicates, seed=seed)
    return Estimate(
        found.estimate,
        found.lower,
        found.upper,
        len(first),
        len(np.unique(annotator)),
        "Krippendorff's α with oneself, interval",
        found.parameters,
    )
