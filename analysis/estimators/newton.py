"""Many maxima near one that is known: Newton's steps with one matrix, for all replicates at once.

Every replicate of a bootstrap is near the estimate, so the second derivatives there serve all of
them, and what each takes is a few more slopes.
"""

from collections.abc import Callable

import numpy as np

from analysis.estimators.data import Bools, Floats, Ints

CLOSE = 1e-9
STEPS = 60
# Numbers of a table that is held at once: 32 MB.
LARGEST = 4_000_000
# Slopes at points (rows × parameters) of these rows' functions.
Slope = Callable[[Ints, Floats], Floats]


def settled(slope: Slope, start: Floats, inverse: Floats) -> tuple[Floats, Bools]:
    """Where each row's steps came to rest, and whether they did.

    `start`: rows × parameters. `inverse`: of minus the second derivatives, for all rows. Where
    steps do not shrink, or lead far away, the maximum is elsewhere or nowhere.
    """
    at = start.copy()
    before, is_there = np.full(len(at), np.inf), np.zeros(len(at), dtype=bool)
    moving = np.arange(len(at))
    for _ in range(STEPS):
        if not len(moving):
            break
        step = slope(moving, at[moving]) @ inverse.T
        length = np.abs(step).max(axis=1)
        going = np.isfinite(length) & (length <= 5) & (length <= 4 * before[moving])
        rows, length = moving[going], length[going]
        at[rows] += step[going]
        before[rows] = length
        is_there[rows[length < CLOSE]] = True
        moving = rows[length >= CLOSE]
    is_there[moving[before[moving] < CLOSE**0.5]] = True
    return at, is_there


def parts_of(rows: int, numbers: int) -> list[slice]:
    """Rows in parts of which tables of so many numbers a row are held at once."""
    size = max(1, LARGEST // max(numbers, 1))
    return [slice(first, first + size) for first in range(0, rows, size)]


def curvature(slope: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Minus the second derivatives at a point, by central differences of the slope.

    `slope`: of points, rows × parameters.
    """
    reach = 1e-5
    moved = reach * np.eye(len(at))
    found = (slope(at - moved) - slope(at + moved)) / (2 * reach)
    return np.asarray((found + found.T) / 2, dtype=np.float64)
