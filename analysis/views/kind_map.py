"""A map of kinds of people: those who prefer alike stand close together. Nobody is on it.

The two directions in which kinds' utilities differ most are its axes, with systems drawn to where
they are set higher: a biplot (Gabriel 1971, "The biplot graphic display of matrices").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt

from analysis.services.tables import Row, Table

Floats = npt.NDArray[np.float64]
WIDTH, HEIGHT = 100.0, 60.0
# Kinds lie this far from the middle at most, systems a little further out.
REACH_X, REACH_Y, BEYOND = 34.0, 20.0, 1.25
LARGEST = 9.0


@dataclass(frozen=True)
class Kind:
    """A circle whose area is the kind's share; places are text for SVG attributes."""

    name: str
    share: float
    annotators: int
    x: str
    y: str
    radius: str


@dataclass(frozen=True)
class System:
    """A letter at the end of a line from the middle, and whose it is."""

    letter: str
    name: str
    x: str
    y: str


@dataclass(frozen=True)
class KindMap:
    kinds: list[Kind]
    systems: list[System]


def kind_map(tables: Sequence[Table]) -> KindMap | None:
    """Of what the view's tables show; None with fewer than two kinds or systems."""
    rows = {one["key"]: [row for row in one["rows"] if not row["withheld"]] for one in tables}
    kinds = rows.get("kinds", [])
    names = [row["group"]["kind"] for row in kinds]
    utilities = {
        (row["group"]["kind"], row["group"]["system"]): row["estimate"]
        for row in rows.get("preferences-of-kinds", [])
    }
    systems = sorted({system for _kind, system in utilities})
    if len(names) < 2 or not 2 <= len(systems) <= len(ascii_uppercase):
        return None
    table = np.array([[utilities[name, system] for system in systems] for name in names])
    places, directions = placed(table)
    return KindMap(
        [kind_at(row, place) for row, place in zip(kinds, places, strict=True)],
        [
            System(letter, name, *on_page(*place))
            for letter, name, place in zip(ascii_uppercase, systems, directions, strict=False)
        ],
    )


def placed(utility: Floats) -> tuple[Floats, Floats]:
    """Places of kinds (M × 2) and of systems (K × 2) by the first two singular vectors.

    The larger of both, across as well as down, reaches as far as the map does. Signs are such that
    the first system lies to the right and below.
    """
    apart = utility - utility.mean(axis=0)
    left, size, right = np.linalg.svd(apart, full_matrices=False)
    scores, loadings = (left * size)[:, :2], right[:2].T
    sign = np.where(loadings[0] < 0, -1.0, 1.0)
    kinds, systems = scores * sign, loadings * sign
    if len(size) < 3:
        # Two kinds differ in one direction only; the other one is rounding.
        kinds[:, 1:], systems[:, 1:] = 0.0, 0.0
    return within(kinds), within(systems) * BEYOND


def within(places: Floats) -> Floats:
    """In proportion, so that the furthest is at 1 from the middle."""
    return np.asarray(places / max(float(np.abs(places).max()), 1e-9), dtype=np.float64)


def kind_at(row: Row, place: Floats) -> Kind:
    radius = LARGEST * float(np.sqrt(row["estimate"]))
    x, y = on_page(*place)
    return Kind(
        row["group"]["kind"], row["estimate"], row["annotators"], x, y, f"{max(radius, 2):.2f}"
    )


def on_page(x: float, y: float) -> tuple[str, str]:
    return f"{WIDTH / 2 + REACH_X * x:.2f}", f"{HEIGHT / 2 + REACH_Y * y:.2f}"
