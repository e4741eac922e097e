"""The maximum of Davidson's likelihood, for many tables of counts at once.

With utilities θ (logits), tie parameter ν and order effect γ, for i (shown first) against j and
d = θ_i − θ_j + γ:

    P(i preferred) = e^{d/2} / z,  P(tie) = ν / z,  P(j preferred) = e^{−d/2} / z,
    z = e^{d/2} + e^{−d/2} + ν

Davidson (1970), "On extending the Bradley–Terry model to accommodate ties"; the order effect is
Davidson and Beaver's (1977), on the scale of utilities. Without ties this is Bradley and Terry
(1952). In θ, log ν and γ it is a multinomial logit, so its logarithm is concave: Newton's steps,
halved where they overshoot, find the only maximum.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from analysis.estimators.data import Bools, Floats, Ints, UnfitData
from analysis.estimators.pair_counts import LOST, TIED, WON, Cells

STEPS = 40
TOLERANCE = 1e-9
LONGEST_STEP = 3.0
SMALLEST = 1e-10
# Numbers in the largest table of a batch: 32 MB.
LARGEST_BATCH = 4_000_000
# Where a table has no finite maximum: utilities as of N(0, 10²), which hardly bears on others.
WEAK_PENALTY = 0.01


class NotConnected(UnfitData):
    """Comparisons do not order all systems: some never lose to, or never meet, the others."""


@dataclass(frozen=True)
class Point:
    """Parameters of B tables: `utility` B × K (mean 0), `log_tie` B, `order` B; which apply."""

    utility: Floats
    log_tie: Floats
    order: Floats
    with_ties: Bools
    with_order: bool

    @property
    def nu(self) -> Floats:
        return np.where(self.with_ties, np.exp(self.log_tie), 0.0)

    def taken(self, rows: Ints | Bools | slice) -> "Point":
        return replace(
            self,
            utility=self.utility[rows],
            log_tie=self.log_tie[rows],
            order=self.order[rows],
            with_ties=self.with_ties[rows],
        )

    def put(self, rows: Ints, other: "Point") -> None:
        self.utility[rows] = other.utility
        self.log_tie[rows] = other.log_tie
        self.order[rows] = other.order


@dataclass(frozen=True)
class Maximum:
    """`point` at the maximum of each table; `log_likelihood` there, without the penalty (B).

    `weak`: tables without a finite maximum, fitted with `WEAK_PENALTY` (B).
    """

    point: Point
    log_likelihood: Floats
    weak: Bools


def outset(counts: Floats, n_systems: int, *, with_order: bool) -> Point:
    """Equal utilities, and ties as often as they are."""
    size = len(counts)
    ties, decided = counts[..., TIED].sum(axis=1), counts[..., [WON, LOST]].sum(axis=(1, 2))
    with_ties = ties > 0
    log_tie = np.log(np.maximum(ties, 0.5) / np.maximum(decided, 0.5) * 2)
    return Point(np.zeros((size, n_systems)), log_tie, np.zeros(size), with_ties, with_order)


def maximise(
    cells: Cells,
    counts: Floats,
    *,
    penalty: float = 0.0,
    with_order: bool = False,
    start: Point | None = None,
) -> Maximum:
    """Fit each of B tables of counts (B × pairs × 3 outcomes) by itself, all in step.

    `penalty` λ: the log-likelihood less λ/2 · Σθ², as of utilities from N(0, 1/λ). Without it a
    table whose comparisons do not order all systems has no finite maximum: it is fitted with
    `WEAK_PENALTY` and marked. Systems that a table never compares keep utility 0.
    """
    point = outset(counts, cells.n_systems, with_order=with_order)
    if start is not None:
        point.put(np.arange(len(counts)), _as_many(start, len(counts)))
    size = max(1, LARGEST_BATCH // max(cells.n_systems**2, 3 * len(cells)))
    parts = [
        _maximise(
            cells, counts[first : first + size], penalty, point.taken(slice(first, first + size))
        )
        for first in range(0, len(counts), size)
    ]
    return _joined(parts)


def _maximise(cells: Cells, counts: Floats, penalty: float, point: Point) -> Maximum:
    has_weak = np.zeros(len(counts), dtype=bool)
    if penalty <= 0:
        has_weak = ~ordering(cells, counts)
    strengths = np.where(has_weak, WEAK_PENALTY, penalty)
    likelihood, is_done = _climb(cells, counts, strengths, point)
    left = np.flatnonzero(~is_done & ~has_weak)
    if len(left) and penalty <= 0:
        again = outset(counts[left], cells.n_systems, with_order=point.with_order)
        likelihood[left], is_done[left] = _climb(
            cells, counts[left], np.full(len(left), WEAK_PENALTY), again
        )
        point.put(left, again)
        has_weak[left] = True
    if not is_done.all():
        raise UnfitData("The likelihood has no maximum that could be found.")
    return Maximum(point, likelihood, has_weak)


def _joined(parts: list[Maximum]) -> Maximum:
    points = [one.point for one in parts]
    return Maximum(
        Point(
            np.concatenate([one.utility for one in points]),
            np.concatenate([one.log_tie for one in points]),
            np.concatenate([one.order for one in points]),
            np.concatenate([one.with_ties for one in points]),
            points[0].with_order,
        ),
        np.concatenate([one.log_likelihood for one in parts]),
        np.concatenate([one.weak for one in parts]),
    )


def ordering(cells: Cells, counts: Floats) -> Bools:
    """Whether a table's preferences lead from each system it compares to each other (B).

    Ford (1957), "Solution of a ranking problem from binary comparisons": otherwise a part could
    be set above or below the rest without end. A tie leads both ways.
    """
    systems = cells.n_systems
    leads = np.zeros((len(counts), systems, systems), dtype=bool)
    tied = counts[..., TIED] > 0
    leads[:, cells.i, cells.j] = (counts[..., WON] > 0) | tied
    leads[:, cells.j, cells.i] |= (counts[..., LOST] > 0) | tied
    is_met: Bools = np.logical_or(leads.any(axis=1), leads.any(axis=2))
    found = np.zeros(len(counts), dtype=bool)
    # Most tables are connected as the first is: one search serves those with the same pairs.
    packed = np.packbits(leads.reshape(len(counts), -1), axis=1)
    _, example, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    for number, row in enumerate(example):
        graph = sparse.csr_array(leads[row])
        parts = csgraph.connected_components(graph, connection="strong")[1]
        found[which.reshape(-1) == number] = len(np.unique(parts[is_met[row]])) <= 1
    return found


def require_ordering(cells: Cells, counts: Floats) -> None:
    """Raise `NotConnected`, naming the parts, unless one table (pairs × 3) orders its systems."""
    if not counts.sum():
        raise UnfitData("There are no comparisons.")
    if counts[:, TIED].sum() == counts.sum():
        raise NotConnected("Every comparison is a tie: nothing tells systems apart.")
    if ordering(cells, counts[None])[0]:
        return
    tied = counts[:, TIED] > 0
    forth, back = (counts[:, WON] > 0) | tied, (counts[:, LOST] > 0) | tied
    source = np.concatenate([cells.i[forth], cells.j[back]])
    target = np.concatenate([cells.j[forth], cells.i[back]])
    graph = sparse.csr_array(
        (np.ones(len(source)), (source, target)), shape=(cells.n_systems, cells.n_systems)
    )
    parts = csgraph.connected_components(graph, connection="strong")[1]
    met = np.unique(np.concatenate([source, target]))
    listed = [met[parts[met] == part].tolist() for part in np.unique(parts[met])]
    raise NotConnected(
        "Between these parts preferences lead one way only, or not at all, so their distance "
        f"has no estimate without a penalty: {listed}"
    )


def log_likelihood(cells: Cells, counts: Floats, point: Point) -> Floats:
    """Σ counts · log P for each table (B), without the constant of the counts' order."""
    return np.einsum("bco,bco->b", counts, log_shares(cells, point))


def log_shares(cells: Cells, point: Point) -> Floats:
    """log P of each outcome in each pair: B × pairs × 3; −∞ for ties where there are none."""
    half = _distances(cells, point) / 2
    with np.errstate(divide="ignore"):
        tie = np.broadcast_to(np.log(point.nu)[:, None], half.shape)
    scores = np.stack([half, np.where(np.isneginf(tie), -1e3, tie), -half], axis=-1)
    scores -= np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return scores


def _as_many(point: Point, size: int) -> Point:
    """One point for all tables, or the same points in turn for each block of tables."""
    return point.taken(np.arange(size) % len(point.utility))


def _distances(cells: Cells, point: Point) -> Floats:
    found = point.utility[:, cells.i] - point.utility[:, cells.j]
    if point.with_order:
        found += point.order[:, None] * cells.order
    return found


def _climb(cells: Cells, counts: Floats, penalty: Floats, point: Point) -> tuple[Floats, Bools]:
    """Move `point` to the maximum in place; returns the log-likelihood, and which arrived."""
    incidence = incidence_of(cells)
    value = _value(cells, counts, penalty, point)
    is_done = np.zeros(len(counts), dtype=bool)
    for _ in range(STEPS):
        active = np.flatnonzero(~is_done)
        if not len(active):
            break
        here = point.taken(active)
        step = _newton_step(cells, incidence, counts[active], penalty[active], here)
        longest = np.abs(step).max(axis=1)
        step *= np.minimum(1.0, LONGEST_STEP / np.maximum(longest, SMALLEST))[:, None]
        moved, found = _uphill(cells, counts[active], penalty[active], here, step, value[active])
        point.put(active, moved)
        value[active] = found
        is_done[active] = longest < TOLERANCE**0.5
    ridge = penalty / 2 * (point.utility**2).sum(axis=1)
    return value + ridge, is_done


def _uphill(
    cells: Cells, counts: Floats, penalty: Floats, here: Point, step: Floats, value: Floats
) -> tuple[Point, Floats]:
    """The step, or as many halves of it as it takes not to lose likelihood."""
    slack = 1e-12 * (1 + np.abs(value))
    for _ in range(STEPS):
        moved = _stepped(here, step)
        found = _value(cells, counts, penalty, moved)
        worse = found < value - slack
        if not worse.any():
            break
        step[worse] /= 2
    return moved, found


def _stepped(point: Point, step: Floats) -> Point:
    systems = point.utility.shape[1]
    utility = point.utility + step[:, :systems]
    return replace(
        point,
        utility=utility,
        log_tie=point.log_tie + step[:, systems],
        order=point.order + (step[:, systems + 1] if point.with_order else 0.0),
    )


def _value(cells: Cells, counts: Floats, penalty: Floats, point: Point) -> Floats:
    half = _distances(cells, point) / 2
    grown = np.exp(half)
    total = np.log(grown + 1 / grown + point.nu[:, None])
    found = np.einsum("bc,bc->b", counts[..., WON] - counts[..., LOST], half)
    found -= np.einsum("bc,bc->b", counts.sum(axis=-1), total)
    found += np.where(point.with_ties, counts[..., TIED].sum(axis=1) * point.log_tie, 0.0)
    return found - penalty / 2 * (point.utility**2).sum(axis=1)


@dataclass(frozen=True)
class Slopes:
    """Derivatives of the log-likelihood at a point, pair by pair (B × pairs) or summed (B).

    `slope`: by the distance d. `curve`: minus the second. `cross`: minus that by d and log ν.
    `tie_slope`, `tie_curve`: by log ν, 0 and 1 where there are no ties.
    """

    slope: Floats
    curve: Floats
    cross: Floats
    tie_slope: Floats
    tie_curve: Floats


def slopes(cells: Cells, counts: Floats, point: Point) -> Slopes:
    """First and second derivatives of Σ counts · log P, as of a multinomial logit."""
    n = counts.sum(axis=-1)
    grown = np.exp(_distances(cells, point) / 2)
    total = grown + 1 / grown + point.nu[:, None]
    won, tied = grown / total, point.nu[:, None] / total
    lean = 2 * won + tied - 1
    excess = counts[..., TIED].sum(axis=1) - (n * tied).sum(axis=1)
    spread = (n * tied * (1 - tied)).sum(axis=1) + SMALLEST
    return Slopes(
        (counts[..., WON] - counts[..., LOST] - n * lean) / 2,
        n * (1 - tied - lean**2) / 4,
        np.where(point.with_ties[:, None], -n * tied * lean / 2, 0.0),
        np.where(point.with_ties, excess, 0.0),
        np.where(point.with_ties, spread, 1.0),
    )


def laplacian(cells: Cells, curve: Floats) -> Floats:
    """Minus the second derivatives by utilities, B × K × K: rows sum to 0."""
    systems = cells.n_systems
    found = np.zeros((len(curve), systems, systems))
    found[:, cells.i, cells.j] = -curve
    found += found.transpose(0, 2, 1).copy()
    diagonal = np.arange(systems)
    found[:, diagonal, diagonal] = -found.sum(axis=2)
    return found


def incidence_of(cells: Cells) -> sparse.csr_array:
    """+1 at i and −1 at j of each pair: systems × pairs."""
    pairs = np.arange(len(cells))
    return sparse.csr_array(
        (
            np.repeat([1.0, -1.0], len(cells)),
            (np.concatenate([cells.i, cells.j]), np.concatenate([pairs, pairs])),
        ),
        shape=(cells.n_systems, len(cells)),
    )


def _newton_step(
    cells: Cells, incidence: sparse.csr_array, counts: Floats, penalty: Floats, point: Point
) -> Floats:
    """−H⁻¹g: B × (K utilities, log ν, γ if there is an order effect)."""
    at = slopes(cells, counts, point)
    systems, extra = cells.n_systems, 1 + point.with_order
    gradient = np.zeros((len(counts), systems + extra))
    gradient[:, :systems] = (incidence @ at.slope.T).T - penalty[:, None] * point.utility
    gradient[:, systems] = at.tie_slope
    if point.with_order:
        gradient[:, systems + 1] = at.slope @ cells.order
    hessian = _information(cells, incidence, at, penalty, extra)
    step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
    return np.asarray(step, dtype=np.float64)


def _information(
    cells: Cells, incidence: sparse.csr_array, at: Slopes, penalty: Floats, extra: int
) -> Floats:
    """The negative Hessian; the free constant of utilities is held where it is."""
    systems = cells.n_systems
    found = np.zeros((len(penalty), systems + extra, systems + extra))
    block = laplacian(cells, at.curve)
    diagonal = np.arange(systems)
    scale = np.maximum(block[:, diagonal, diagonal].mean(axis=1), SMALLEST)
    block[:, diagonal, diagonal] += (penalty + SMALLEST * scale)[:, None]
    block += (scale / systems)[:, None, None]
    found[:, :systems, :systems] = block
    ties = (incidence @ at.cross.T).T
    found[:, :systems, systems] = found[:, systems, :systems] = ties
    found[:, systems, systems] = at.tie_curve
    if extra > 1:
        moved = (incidence @ (at.curve * cells.order).T).T
        found[:, :systems, systems + 1] = found[:, systems + 1, :systems] = moved
        found[:, systems + 1, systems + 1] = at.curve @ cells.order**2 + SMALLEST
        both = at.cross @ cells.order
        found[:, systems, systems + 1] = found[:, systems + 1, systems] = both
    return found
