"""Comparisons, counted: how often each outcome met each pair of systems."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.estimators.bootstrap import by_annotator
from analysis.estimators.data import (
    NOBODY,
    Bools,
    Comparisons,
    Floats,
    Ints,
    UnfitData,
    row_groups,
)

OUTCOMES = 3
WON, TIED, LOST = range(OUTCOMES)


@dataclass(frozen=True)
class Cells:
    """C pairs that were compared: `i` and `j` are systems; `order` is 1 where i was shown first.

    Where order is left out of account it is 0 everywhere and i < j.
    """

    i: Ints
    j: Ints
    order: Floats
    n_systems: int

    def __len__(self) -> int:
        return len(self.i)


@dataclass(frozen=True)
class Counted:
    """Comparisons by pair and outcome.

    `cell`: each comparison's pair (n). `outcome`: 0 where i is preferred, 1 tied, 2 where j is
    (n). `group`: its group's row in tables (n), 0 for all if groups are left out of account.
    `numbers`: the number of the group of each row, −1 for everybody.
    """

    cells: Cells
    cell: Ints
    outcome: Ints
    group: Ints
    n_groups: int
    source: Comparisons
    numbers: Sequence[int]

    def totals(self) -> Floats:
        """Weights of comparisons: groups × pairs × 3 outcomes."""
        weight = self.source.weight
        shape = (self.n_groups, len(self.cells), OUTCOMES)
        return np.bincount(self._column(), weight, int(np.prod(shape))).reshape(shape).astype(float)

    def by_annotator(self) -> sparse.csr_array:
        """The same for each person: people × (groups · pairs · 3), sparse."""
        size = self.n_groups * len(self.cells) * OUTCOMES
        people = self.source.annotator
        weight = self.source.weight
        return by_annotator(people, self._column(), weight, self.source.n_annotators, size)

    def judgments(self) -> Ints:
        """Comparisons, whatever their weight: groups × systems."""
        found = np.zeros((self.n_groups, self.cells.n_systems), dtype=np.int64)
        size = self.n_groups * len(self.cells)
        rows = np.bincount(self.group * len(self.cells) + self.cell, minlength=size)
        for side in (self.cells.i, self.cells.j):
            np.add.at(found.T, side, rows.reshape(self.n_groups, -1).T)
        return found

    def people(self) -> Ints:
        """People of each group."""
        size = self.n_groups * self.source.n_annotators
        who = np.bincount(self._who(), minlength=size) > 0
        return who.reshape(self.n_groups, -1).sum(axis=1)

    def people_by_system(self) -> Ints:
        """People who compared each system: groups × systems."""
        size = self.n_groups * self.source.n_annotators
        who = self._who()
        judged = np.flatnonzero(np.bincount(who, minlength=size))
        place = np.zeros(size, dtype=np.int64)
        place[judged] = np.arange(len(judged))
        met = np.zeros((len(judged), self.cells.n_systems), dtype=bool)
        for side in (self.cells.i, self.cells.j):
            met[place[who], side[self.cell]] = True
        found = np.zeros((self.n_groups, self.cells.n_systems), dtype=np.int64)
        np.add.at(found, judged // self.source.n_annotators, met)
        return found

    def _who(self) -> Ints:
        return self.group * self.source.n_annotators + self.source.annotator

    def _column(self) -> Ints:
        column = self.group * len(self.cells)
        column += self.cell
        column *= OUTCOMES
        column += self.outcome
        return column


def count(comparisons: Comparisons, *, by_group: bool = False, with_order: bool = False) -> Counted:
    """Find each comparison's pair and outcome; nothing is copied for a group.

    With groups, comparisons of no group are left out; with order, those whose order is unknown.
    """
    comparisons = _usable(comparisons, by_group=by_group, with_order=with_order)
    systems = comparisons.n_systems
    first, second, flipped = _sides(comparisons, with_order=with_order)
    code = first.astype(np.int64)
    code *= systems
    code += second
    met = np.flatnonzero(np.bincount(code, minlength=systems * systems))
    place = np.zeros(systems * systems, dtype=np.int64)
    place[met] = np.arange(len(met))
    outcome = np.sign(comparisons.outcome).astype(np.int8)
    outcome[flipped] *= -1
    outcome += 1
    groups = row_groups(comparisons.group, len(comparisons)) if by_group else None
    order = np.full(len(met), 1.0 if with_order else 0.0)
    return Counted(
        Cells(met // systems, met % systems, order, systems),
        place[code],
        outcome,
        np.zeros(len(comparisons), dtype=np.int64) if groups is None else groups.astype(np.int64),
        comparisons.n_groups if by_group else 1,
        comparisons,
        range(comparisons.n_groups) if by_group else [NOBODY],
    )


def selected(comparisons: Comparisons, rows: Bools) -> Comparisons:
    """Some rows, in their order, with everybody's numbers as they were."""
    columns = ("annotator", "item", "a", "b", "outcome", "weight", "group", "first")
    kept = {name: getattr(comparisons, name) for name in columns}
    return replace(
        comparisons, **{name: one[rows] for name, one in kept.items() if one is not None}
    )


def _usable(comparisons: Comparisons, *, by_group: bool, with_order: bool) -> Comparisons:
    if by_group and (comparisons.group is None or not comparisons.n_groups):
        raise UnfitData("These comparisons have no groups.")
    if with_order and comparisons.first is None:
        raise UnfitData("It is not known which system was shown first.")
    keep = np.ones(len(comparisons), dtype=bool)
    if by_group and comparisons.group is not None:
        keep &= comparisons.group != NOBODY
    if with_order and comparisons.first is not None:
        keep &= comparisons.first != 0
    found = comparisons if keep.all() else selected(comparisons, keep)
    if not len(found):
        raise UnfitData("There are no comparisons.")
    return found


def _sides(comparisons: Comparisons, *, with_order: bool) -> tuple[Ints, Ints, Bools]:
    """The pair's systems, and where they stand the other way round than a and b."""
    a, b = comparisons.a, comparisons.b
    if with_order and comparisons.first is not None:
        flipped = comparisons.first > 0
        return np.where(flipped, b, a), np.where(flipped, a, b), flipped
    return np.minimum(a, b), np.maximum(a, b), a > b
