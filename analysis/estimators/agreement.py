"""How far people agree beyond chance: Krippendorff's α, and between two groups XRR.

Both are 1 − observed / expected disagreement, from tables of how often each value was given to
each unit. Low agreement is a finding, not a fault of people: it is shown beside what they said.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.estimators.bootstrap import REPLICATES, SEED, drawn_weights, interval
from analysis.estimators.data import Floats, Ints, Ratings, UnfitData
from analysis.estimators.results import Estimate

Scale = Literal["nominal", "ordinal", "interval"]
Drawn = Literal["annotators", "units"]
# Numbers in a table of replicates that is held at once: 160 MB.
LARGEST_TABLE = 20_000_000


@dataclass(frozen=True)
class Given:
    """Ratings as a sparse table: (units · values) × raters, each 1 where that was said.

    `values`: the quantities of the values, ascending (V).
    """

    table: sparse.csr_array
    values: Floats
    n_units: int
    unit: Ints

    def counts(self, weights: Floats) -> tuple[Floats, Floats, Floats]:
        """Weighted counts for each row of weights (B × raters).

        Returns how much each value was given to each unit (B × units × values), and the sums over
        a unit's ratings of weights (B × units) and of their squares (B × units).
        """
        shape = (len(weights), self.n_units, len(self.values))
        found = np.ascontiguousarray((self.table @ weights.T).T).reshape(shape)
        if np.isin(weights, (0.0, 1.0)).all():
            return found, found.sum(axis=2), found.sum(axis=2)
        squares = np.ascontiguousarray((self.table @ (weights**2).T).T).reshape(shape)
        return found, found.sum(axis=2), squares.sum(axis=2)


def given(ratings: Ratings) -> Given:
    """The table of first answers: where a rater answers a unit again, the first row counts."""
    if not len(ratings):
        raise UnfitData("There are no ratings.")
    pairs = ratings.unit.astype(np.int64) * ratings.n_raters + ratings.rater
    first = np.sort(np.unique(pairs, return_index=True)[1])
    values, which = np.unique(np.asarray(ratings.value, dtype=np.float64), return_inverse=True)
    unit, rater = ratings.unit[first], ratings.rater[first]
    rows = unit.astype(np.int64) * len(values) + which[first]
    shape = (ratings.n_units * len(values), ratings.n_raters)
    table = sparse.csr_array((np.ones(len(rows)), (rows, rater)), shape=shape)
    return Given(table, values, ratings.n_units, unit)


def distances(values: Floats, margins: Floats, scale: Scale) -> Floats:
    """Squared distance of each two values, V × V, or … × V × V by the margins (… × V).

    Nominal: 1 unless equal. Interval: (c − k)². Ordinal: (Σ_{g=c}^{k} n_g − (n_c + n_k)/2)², by
    how often each value was given (`margins`). Krippendorff (2011), "Computing Krippendorff's
    alpha-reliability".
    """
    if scale == "nominal":
        return 1.0 - np.eye(len(values))
    if scale == "interval":
        return (values[:, None] - values[None, :]) ** 2
    middle = np.cumsum(margins, axis=-1) - margins / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2


def alpha_of(counts: Floats, sums: Floats, squares: Floats, values: Floats, scale: Scale) -> Floats:
    """Krippendorff's α = 1 − D_o/D_e of each of B tables; NaN where all values are one.

    `counts`: B × units × values; `sums`, `squares`: B × units, over ratings of a unit, of weights
    and their squares. With weights 1, D_o = 1/n Σ_u Σ_{r≠s} δ²/(m_u − 1) and
    D_e = Σ_{c,k} n_c n_k δ²_ck / (n(n − 1)) over units with two ratings or more. A weight counts a
    rater as so many, but never pairs a rater with itself: copies of one person, as a bootstrap
    draws them, would agree perfectly.
    """
    pairs = sums**2 - squares
    counts = np.where(pairs[..., None] > 0, counts, 0.0)
    held = counts.sum(axis=2)
    margins = counts.sum(axis=1)
    apart = distances(values, margins, scale)
    within = np.einsum("buv,buv->bu", counts @ apart, counts)
    total = held.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(pairs > 0, held / pairs, 0.0)
        observed = (within * share).sum(axis=1) / total
        left = total**2 - np.where(pairs > 0, squares, 0.0).sum(axis=1)
        between = (margins[:, None, :] @ apart @ margins[:, :, None])[:, 0, 0]
        expected = between / left
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def alpha(
    ratings: Ratings,
    scale: Scale = "nominal",
    *,
    drawn: Drawn = "annotators",
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Estimate:
    """Krippendorff's α: 1 for agreement, 0 for chance, below it for systematic disagreement.

    Missing ratings are allowed; units with one rating do not count. The 95 % interval draws
    annotators anew, or `units` where the same few annotators rated everything and the question is
    what they would say of other units. `n`: ratings that are paired. NaN where all said the same.
    Raises `UnfitData` where no unit has two ratings. Krippendorff (2004), "Content analysis", 11;
    Hayes and Krippendorff (2007), "Answering the call for a standard reliability measure".
    """
    table = given(ratings)
    counts, sums, squares = table.counts(np.ones((1, ratings.n_raters)))
    paired = sums[0] > 1
    if not paired.any():
        raise UnfitData("No unit has two ratings.")
    estimate = float(alpha_of(counts, sums, squares, table.values, scale)[0])
    rated_by = np.flatnonzero(np.diff(table.table.tocsc().indptr) > 0)
    if drawn == "units":
        again = _over_units(counts, sums, paired, table.values, scale, replicates, seed)
        drawn_from = int(paired.sum())
    else:
        present = np.isin(np.arange(ratings.n_raters), rated_by)
        weights = drawn_weights(ratings.n_raters, replicates=replicates, seed=seed, present=present)
        again = np.concatenate(
            [
                alpha_of(*table.counts(weights[rows]), table.values, scale)
                for rows in in_parts(np.arange(replicates), table)
            ]
        )
        drawn_from = len(rated_by)
    lower, upper = np.array(np.nan), np.array(np.nan)
    if not np.isnan(estimate):
        lower, upper = interval(again[~np.isnan(again)], drawn_from)
    return Estimate(
        estimate,
        float(lower),
        float(upper),
        int(sums[0][paired].sum()),
        len(rated_by),
        f"Krippendorff's α, {scale}",
        {"drawn": drawn, "replicates": replicates, "seed": seed},
    )


def in_parts(rows: Ints, table: Given) -> list[Ints]:
    """Rows of weights, as many at once as their tables of counts may take memory."""
    size = max(1, LARGEST_TABLE // max(table.n_units * len(table.values), 1))
    return [rows[first : first + size] for first in range(0, len(rows), size)]


def _over_units(
    counts: Floats,
    sums: Floats,
    paired: npt.NDArray[np.bool_],
    values: Floats,
    scale: Scale,
    replicates: int,
    seed: int,
) -> Floats:
    chance = np.random.default_rng(seed)
    units = np.flatnonzero(paired)
    found = np.empty(replicates)
    for number in range(replicates):
        taken = chance.choice(units, len(units))
        part, total = counts[:, taken], sums[:, taken]
        found[number] = alpha_of(part, total, total, values, scale)[0]
    return found


def xrr_of(first: Floats, second: Floats, values: Floats, scale: Scale) -> Floats:
    """Cross-replication reliability κ_x = 1 − d_o/d_e of each of B pairs of tables.

    `first`, `second`: how often each value was given to each unit by either group, B × units ×
    values. Over units that both groups rated, with R_i and S_i ratings of unit i:
    d_o = 1/(R + S) Σ_i (R_i + S_i)/(R_i S_i) Σ_{r,s} D(x_ri, y_si) and
    d_e = 1/(RS) Σ_{i,j} Σ_{r,s} D(x_ri, y_sj). Wong, Paritosh and Aroyo (2021), "Cross-replication
    reliability". D is 1 unless equal, (x − y)², or the ordinal distance by both groups' margins.
    """
    r, s = first.sum(axis=2), second.sum(axis=2)
    both = (r > 0) & (s > 0)
    first = np.where(both[..., None], first, 0.0)
    second = np.where(both[..., None], second, 0.0)
    r, s = first.sum(axis=2), second.sum(axis=2)
    x, y = first.sum(axis=1), second.sum(axis=1)
    apart = distances(values, x + y, scale)
    between = np.einsum("buv,buv->bu", first @ apart, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(both, (r + s) / (r * s), 0.0)
        observed = (share * between).sum(axis=1) / (r + s).sum(axis=1)
        expected = (x[:, None, :] @ apart @ y[:, :, None])[:, 0, 0]
        expected = expected / (r.sum(axis=1) * s.sum(axis=1))
        return np.where(expected > 0, 1 - observed / expected, np.nan)
