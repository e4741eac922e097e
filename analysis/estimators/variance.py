"""Where answers vary: between items, between groups over an item, between people, and by chance.

An answer is taken as y = μ + item + group + group × item + person + person × item + noise, parts
drawn independently (Cronbach, Gleser, Nanda and Rajaratnam 1972, "The dependability of behavioral
measurements"). Half the mean squared difference of two answers is then the sum of the parts in
which they differ; six kinds of pairs give six equations, whatever is missing (Koch 1967, "A general
approach to the estimation of variance components").
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.estimators.bootstrap import REPLICATES, SEED, drawn_weights, interval
from analysis.estimators.data import NOBODY, Floats, Ints, Ratings, UnfitData
from analysis.estimators.results import Estimate, Parameter

PARTS = ("item", "group", "group_item", "person", "person_item", "noise")
METHOD = "variance components from pairs of answers"


@dataclass(frozen=True)
class Decomposition:
    """Parts of variance, in squared units of the answers; chance may take one below 0.

    `group`, `group_item`: NaN without two groups. `noise`: NaN where nobody answered an item
    twice; it is then contained in `person_item`.
    """

    item: Estimate
    group: Estimate
    group_item: Estimate
    person: Estimate
    person_item: Estimate
    noise: Estimate

    def shares(self) -> dict[str, float]:
        """Each part's share of their sum, with parts below 0 as 0; NaN for what is not known."""
        values = {name: getattr(self, name).estimate for name in PARTS}
        total = sum(max(value, 0.0) for value in values.values() if value == value)
        return {
            name: max(value, 0.0) / total if value == value and total else np.nan
            for name, value in values.items()
        }


def decompose(ratings: Ratings, *, replicates: int = REPLICATES, seed: int = SEED) -> Decomposition:
    """The parts with 95 % intervals by drawing people anew inside their groups.

    Answers of people of no group are left out where there are groups. Needs two people who answered
    one item and two items; raises `UnfitData` otherwise.
    """
    pairs = _Pairs(ratings)
    found = pairs.parts(np.ones((1, ratings.n_raters)))[0]
    if np.isnan(found[[PARTS.index("item"), PARTS.index("person_item")]]).any():
        raise UnfitData("It takes two people over one item, and two items.")
    weights = drawn_weights(
        ratings.n_raters,
        replicates=replicates,
        seed=seed,
        present=pairs.present,
        strata=pairs.groups,
    )
    again = pairs.parts(weights)
    parameters: dict[str, Parameter] = {"replicates": replicates, "seed": seed}
    people = int(pairs.present.sum())
    estimates = []
    for part, value in enumerate(found):
        known = again[~np.isnan(again[:, part]), part]
        ends = interval(known, people) if value == value and len(known) else (np.nan, np.nan)
        lower, upper = float(ends[0]), float(ends[1])
        estimates.append(Estimate(float(value), lower, upper, pairs.n, people, METHOD, parameters))
    return Decomposition(*estimates)


class _Pairs:
    """Sums over pairs of answers that share an item, a group or a person."""

    def __init__(self, ratings: Ratings) -> None:
        has_groups = ratings.rater_group is not None and ratings.n_groups > 0
        groups = ratings.rater_group if has_groups else np.zeros(ratings.n_raters, dtype=np.int64)
        self.groups: Ints = np.asarray(groups, dtype=np.int64)
        keep = self.groups[ratings.rater] != NOBODY
        rater, unit, value = ratings.rater[keep], ratings.unit[keep], ratings.value[keep]
        self.n = len(value)
        self.n_raters = ratings.n_raters
        self.present = np.bincount(rater, minlength=ratings.n_raters) > 0
        # Differences are all that counts; near 0 squares lose nothing.
        self.value = value - value.mean() if self.n else value
        group = self.groups[rater]
        self.cells = {
            "all": self._sums(rater, np.zeros_like(unit)),
            "group": self._sums(rater, group),
            "item": self._sums(rater, unit),
            "group item": self._sums(rater, unit.astype(np.int64) * (group.max() + 1) + group),
        }
        own = self._sums(rater, unit.astype(np.int64) * ratings.n_raters + rater)
        self.repeats = self._own_pairs(own, with_itself=False)
        same_item = self._own_pairs(own, with_itself=True)
        person = self._own_pairs(self._sums(rater, rater.astype(np.int64)), with_itself=True)
        self.same_item = same_item
        self.other_items = person - same_item

    def parts(self, weights: Floats) -> Floats:
        """The six parts for each row of weights of people: B × 6."""
        every, group = self._pairs("all", weights), self._pairs("group", weights)
        item, both = self._pairs("item", weights), self._pairs("group item", weights)
        squared = weights**2
        own_item, own_other = squared @ self.same_item, squared @ self.other_items
        repeats = _half_mean(weights @ self.repeats)
        same_person = _half_mean(weights @ self.other_items)
        same_item_group = _half_mean(both - own_item)
        same_item = _half_mean(item - both)
        same_group = _half_mean(group - both - own_other)
        nothing = _half_mean(every - group - item + both)
        person = same_group - same_person
        group_main = nothing - same_group
        group_item = same_item - same_item_group - group_main
        person_item = same_item_group - person - np.nan_to_num(repeats)
        item_main = same_group - same_item_group - np.nan_to_num(group_item)
        # Without two items a person, people cannot be told from people over an item.
        return np.stack([item_main, group_main, group_item, person, person_item, repeats], axis=1)

    def _sums(self, rater: Ints, cell: Ints) -> list[sparse.csr_array]:
        """Numbers of answers, their sums and sums of squares: people × cells, each."""
        numbers, place = np.unique(cell, return_inverse=True)
        shape = (self.n_raters, len(numbers))
        return [
            sparse.csr_array((values, (rater, place)), shape=shape)
            for values in (np.ones(self.n), self.value, self.value**2)
        ]

    def _pairs(self, name: str, weights: Floats) -> Floats:
        """Of ordered pairs inside cells: summed squared differences and numbers, B × 2."""
        n, total, squares = ((one.T @ weights.T).T for one in self.cells[name])
        return np.stack([2 * (n * squares - total**2).sum(axis=1), (n**2).sum(axis=1)], axis=1)

    def _own_pairs(self, sums: list[sparse.csr_array], *, with_itself: bool) -> Floats:
        """The same inside cells of one person each: people × 2."""
        n, total, squares = sums
        differences = 2 * (n * squares - total * total).sum(axis=1)
        numbers = (n * n).sum(axis=1) - (0 if with_itself else n.sum(axis=1))
        return np.stack([np.asarray(differences), np.asarray(numbers)], axis=1)


def _half_mean(pairs: Floats) -> Floats:
    """Half the mean squared difference, B; NaN where there are no such pairs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(pairs[:, 1] > 0.5, pairs[:, 0] / (2 * pairs[:, 1]), np.nan)
