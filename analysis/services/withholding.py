"""Which groups are too small to be shown, and which others would give them away.

Groups of fewer annotators than the minimum are withheld. Where the withheld groups of a line of a
table could be found by taking those shown from the line's sum, the smallest of the others is
withheld too, until none can: at least two groups of together at least the minimum are hidden in
every line, or none (complementary suppression, Willenborg and de Waal 2001, "Elements of
Statistical Disclosure Control", ch. 6).
"""

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Hidden = npt.NDArray[np.bool_]


def withheld(counts: Counts, least: int, also: Hidden | None = None) -> Hidden:
    """Cells of a table of annotators that must not be shown, sums of rows and columns being known.

    `counts[i, j]` are the annotators in a cell. Cells without anybody have nothing to hide and
    hide nothing. `also` are cells that are withheld for another reason.
    """
    table = np.atleast_2d(counts)
    hidden = (table > 0) & (table < least)
    if also is not None:
        hidden |= np.atleast_2d(also) & (table > 0)
    changed = True
    while changed:
        changed = False
        for lines, marks in ((table, hidden), (table.T, hidden.T)):
            for line, mark in zip(lines, marks, strict=True):
                changed |= complete(line, mark, least)
    return hidden.reshape(np.shape(counts))


def complete(line: Counts, mark: Hidden, least: int) -> bool:
    """Hide more of one line where what is hidden could be found; whether anything was."""
    changed = False
    while mark.any() and (mark.sum() < 2 or line[mark].sum() < least):
        open_cells = np.flatnonzero(~mark & (line > 0))
        if not len(open_cells):
            break
        mark[open_cells[np.argmin(line[open_cells])]] = True
        changed = True
    return changed


def sum_is_withheld(line: Counts, hidden: Hidden, least: int) -> bool:
    """Whether a line's sum must not be shown: too few people, or what is hidden alone in it."""
    total = int(line.sum())
    if total < least:
        return True
    inside = int(line[hidden].sum())
    return bool(hidden.any()) and (int(hidden.sum()) < 2 or inside < least)
