"""What estimators read: judgments as arrays of small integers, as the database layer fills them.

People, items, systems, groups and values are numbered from 0 without gaps that matter: a number
that occurs nowhere is one of which nothing is known, and its estimate is NaN. Rows are judgments.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
Bools = npt.NDArray[np.bool_]

NOBODY = -1


class UnfitData(ValueError):
    """The arrays contradict each other, or hold what the estimator cannot take."""


@dataclass(frozen=True)
class Comparisons:
    """n judgments of two systems each.

    `annotator`, `item`, `a`, `b`: numbers of who judged, what, and the two systems compared.
    `outcome`: above 0 where b is preferred, below 0 where a is, 0 for a tie; ±1 or ±2, graded.
    `weight`: how much each counts (default 1). `group`: the stratum it was given for, −1 for none.
    `first`: −1 where a was shown first, +1 where b was, 0 where it is not known (the default).
    """

    annotator: Ints
    item: Ints
    a: Ints
    b: Ints
    outcome: Ints
    n_systems: int
    n_annotators: int
    n_groups: int = 0
    weight: Floats | None = None
    group: Ints | None = None
    first: Ints | None = None

    def __post_init__(self) -> None:
        _same_length(self.annotator, self.item, self.a, self.b, self.outcome)
        _same_length(self.a, self.weight, self.group, self.first)
        _within("annotator", self.annotator, 0, self.n_annotators)
        _within("a", self.a, 0, self.n_systems)
        _within("b", self.b, 0, self.n_systems)
        _within("outcome", self.outcome, -2, 3)
        _within("group", self.group, NOBODY, self.n_groups)
        _within("first", self.first, -1, 2)
        _are_weights(self.weight)
        if (self.a == self.b).any():
            raise UnfitData("A system cannot be compared with itself.")

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True)
class Rankings:
    """n rankings of up to k systems each; shorter ones are padded with −1.

    `systems`: n × k, numbers of systems, −1 for no system. `ranks`: n × k, 1 the best, equal
    ranks are ties, anything where there is no system. A partial ranking that names a top only
    gives everything below it one rank that is the last.
    """

    annotator: Ints
    item: Ints
    systems: Ints
    ranks: Ints
    n_systems: int
    n_annotators: int
    n_groups: int = 0
    weight: Floats | None = None
    group: Ints | None = None

    def __post_init__(self) -> None:
        _same_length(self.annotator, self.item, self.systems, self.ranks)
        _same_length(self.annotator, self.weight, self.group)
        if self.systems.shape != self.ranks.shape or self.systems.ndim != 2:
            raise UnfitData("Systems and ranks are two tables of one shape.")
        _within("annotator", self.annotator, 0, self.n_annotators)
        _within("systems", self.systems, NOBODY, self.n_systems)
        _within("group", self.group, NOBODY, self.n_groups)
        _are_weights(self.weight)
        in_order = np.sort(self.systems, axis=1)
        if ((np.diff(in_order, axis=1) == 0) & (in_order[:, 1:] >= 0)).any():
            raise UnfitData("A ranking names a system once.")

    def __len__(self) -> int:
        return len(self.annotator)


@dataclass(frozen=True)
class BestWorst:
    """n choices of the best and the worst of up to k systems, padded with −1.

    `systems`: n × k, what was shown. `best`, `worst`: numbers of systems, two of those shown.
    """

    annotator: Ints
    item: Ints
    systems: Ints
    best: Ints
    worst: Ints
    n_systems: int
    n_annotators: int
    n_groups: int = 0
    weight: Floats | None = None
    group: Ints | None = None

    def __post_init__(self) -> None:
        _same_length(self.annotator, self.item, self.systems, self.best, self.worst)
        _same_length(self.annotator, self.weight, self.group)
        _within("annotator", self.annotator, 0, self.n_annotators)
        _within("systems", self.systems, NOBODY, self.n_systems)
        _within("best", self.best, 0, self.n_systems)
        _within("worst", self.worst, 0, self.n_systems)
        _within("group", self.group, NOBODY, self.n_groups)
        _are_weights(self.weight)
        shown = self.systems
        if not (
            (shown == self.best[:, None]).any(axis=1) & (shown == self.worst[:, None]).any(axis=1)
        ).all():
            raise UnfitData("The best and the worst are among the systems shown.")
        if (self.best == self.worst).any():
            raise UnfitData("The best is not the worst.")

    def __len__(self) -> int:
        return len(self.annotator)


@dataclass(frozen=True)
class Ratings:
    """n answers: who (`rater`) said what (`value`) of what (`unit`).

    `value` is the number of an answer for estimators of kinds of answers, and a quantity for
    those of scales. `rater_group`: each rater's group, −1 for none. A rater may answer a unit
    again; estimators say what they make of that.
    """

    unit: Ints
    rater: Ints
    value: Floats
    n_units: int
    n_raters: int
    n_groups: int = 0
    rater_group: Ints | None = None

    def __post_init__(self) -> None:
        _same_length(self.unit, self.rater, self.value)
        _within("unit", self.unit, 0, self.n_units)
        _within("rater", self.rater, 0, self.n_raters)
        _within("rater group", self.rater_group, NOBODY, self.n_groups)
        if self.rater_group is not None and len(self.rater_group) != self.n_raters:
            raise UnfitData("Every rater has one entry among the raters' groups.")
        if not np.isfinite(self.value).all():
            raise UnfitData("What was not answered is left out: values are finite.")

    def __len__(self) -> int:
        return len(self.unit)


def row_weights(weight: Floats | None, n: int) -> Floats:
    """The weights given, or 1 for each of n rows."""
    return np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64)


def row_groups(group: Ints | None, n: int) -> Ints:
    """The groups given, or none (−1) for each of n rows."""
    return np.full(n, NOBODY) if group is None else group


def _same_length(*arrays: npt.NDArray[np.generic] | None) -> None:
    lengths = {len(one) for one in arrays if one is not None}
    if len(lengths) > 1:
        raise UnfitData(f"Columns of different lengths: {sorted(lengths)}.")


def _within(name: str, values: Ints | None, least: int, beyond: int) -> None:
    if values is None or not values.size:
        return
    if not np.issubdtype(values.dtype, np.integer):
        raise UnfitData(f"{name}: numbers are integers, not {values.dtype}.")
    if values.min() < least or values.max() >= beyond:
        raise UnfitData(f"{name}: {values.min()}…{values.max()} is outside {least}…{beyond - 1}.")


def _are_weights(weight: Floats | None) -> None:
    if weight is not None and not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise UnfitData("Weights are finite and not negative.")
