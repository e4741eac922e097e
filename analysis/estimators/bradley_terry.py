"""Bradley–Terry utilities with ties, overall and by group, with intervals over people.

The model and its sources are in `davidson.py`; counts are all it takes from judgments, so a
million comparisons cost little more than counting them.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.bootstrap import (
    REPLICATES,
    SEED,
    drawn_weights,
    interval,
    replicated_sums,
    stratum_of_each,
)
from analysis.estimators.data import Bools, Comparisons, Floats, UnfitData
from analysis.estimators.davidson import (
    WEAK_PENALTY,
    Maximum,
    Point,
    maximise,
    require_ordering,
)
from analysis.estimators.pair_counts import OUTCOMES, Cells, Counted, count
from analysis.estimators.results import Estimate, Estimates, Parameter

METHOD = "Bradley–Terry with Davidson's ties"


@dataclass(frozen=True)
class Fit:
    """Utilities without intervals. NaN for systems that no comparison names.

    `utility`: logits, mean 0 (K). `nu`: Davidson's tie parameter, 0 without ties; two equal
    systems tie with probability ν/(2 + ν). `order`: logits that being shown first adds, 0 unless
    asked for. `is_weak`: there is no finite maximum, so a prior N(0, 10²) was put on utilities.
    """

    utility: Floats
    nu: float
    order: float
    log_likelihood: float
    is_weak: bool


@dataclass(frozen=True)
class Scores:
    """Utilities with intervals. `group`: whose judgments, −1 for all.

    `utility`: logits, mean 0 over the systems compared (K); the difference of two is the log odds
    of preferring one where there is no tie. `nu`: the tie parameter. `order`: logits that being
    shown first adds, None unless asked for.
    """

    group: int
    utility: Estimates
    nu: Estimate
    order: Estimate | None


def fit(comparisons: Comparisons, *, penalty: float = 0.0, order_effect: bool = False) -> Fit:
    """The maximum of the likelihood over all comparisons, or of it less λ/2 · Σθ².

    `penalty` λ: 0, or the precision of a normal prior on utilities. Raises `NotConnected` where
    λ is 0 and comparisons do not order all systems, and `UnfitData` where the order effect cannot
    be told from utilities.
    """
    counted = count(comparisons, with_order=order_effect)
    totals = counted.totals()
    _require(counted, totals[0], penalty, order_effect)
    return _fits(
        maximise(counted.cells, totals, penalty=penalty, with_order=order_effect), counted
    )[0]


def fit_by_group(comparisons: Comparisons, *, penalty: float = 0.0) -> list[Fit]:
    """Each group by itself, in the order of their numbers; groups are not shrunk to each other.

    A group whose comparisons do not order its systems is fitted with a weak prior and marked.
    """
    counted = count(comparisons, by_group=True)
    return _fits(maximise(counted.cells, counted.totals(), penalty=penalty), counted)


def scores(
    comparisons: Comparisons,
    *,
    penalty: float = 0.0,
    order_effect: bool = False,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Scores:
    """`fit` with 95 % intervals by drawing annotators anew; see there for errors.

    Replicates without a finite maximum get a prior N(0, 10²), and are counted among parameters.
    """
    counted = count(comparisons, with_order=order_effect)
    totals = counted.totals()
    _require(counted, totals[0], penalty, order_effect)
    return _scores(counted, totals, penalty, order_effect, replicates, seed)[0]


def scores_by_group(
    comparisons: Comparisons,
    *,
    penalty: float = 0.0,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[Scores]:
    """`fit_by_group` with 95 % intervals; people are drawn anew inside their group."""
    counted = count(comparisons, by_group=True)
    return _scores(counted, counted.totals(), penalty, False, replicates, seed)


def preferred(utility: Floats, nu: float) -> Floats:
    """The model's probability that row is preferred to column, K × K; with it and its transpose
    the rest is ties. The diagonal is what two equal systems come to."""
    half = (utility[:, None] - utility[None, :]) / 2
    return np.exp(half) / (np.exp(half) + np.exp(-half) + nu)


def _require(counted: Counted, totals: Floats, penalty: float, order_effect: bool) -> None:
    if penalty < 0:
        raise UnfitData("A penalty is not negative.")
    if penalty == 0:
        require_ordering(counted.cells, totals)
    if order_effect:
        _require_both_orders(counted.cells)


def _require_both_orders(cells: Cells) -> None:
    """An order effect shows only where it cannot be written as a difference of utilities."""
    design = np.zeros((len(cells), cells.n_systems))
    pairs = np.arange(len(cells))
    design[pairs, cells.i], design[pairs, cells.j] = 1, -1
    explained = design @ np.linalg.lstsq(design, cells.order, rcond=None)[0]
    if np.abs(explained - cells.order).max() < 1e-9:
        raise UnfitData("Every pair was shown in one order only: order and utility are one.")


def _seen(counted: Counted, totals: Floats) -> Bools:
    """Systems that each group compared, with any weight: groups × K."""
    found = np.zeros((counted.n_groups, counted.cells.n_systems), dtype=bool)
    compared = totals.sum(axis=2) > 0
    for side in (counted.cells.i, counted.cells.j):
        for group, pairs in enumerate(compared):
            found[group, side[pairs]] = True
    return found


def _centred(utility: Floats, seen: Bools) -> Floats:
    """Mean 0 over the systems seen (the last axis), NaN for others."""
    mean = np.where(seen, utility, 0.0).sum(axis=-1) / np.maximum(seen.sum(axis=-1), 1)
    return np.where(seen, utility - mean[..., None], np.nan)


def _fits(found: Maximum, counted: Counted) -> list[Fit]:
    utility = _centred(found.point.utility, _seen(counted, counted.totals()))
    return [
        Fit(
            utility[group],
            float(found.point.nu[group]),
            float(found.point.order[group]),
            float(found.log_likelihood[group]),
            bool(found.weak[group]),
        )
        for group in range(counted.n_groups)
    ]


def _scores(
    counted: Counted,
    totals: Floats,
    penalty: float,
    order_effect: bool,
    replicates: int,
    seed: int,
) -> list[Scores]:
    found = maximise(counted.cells, totals, penalty=penalty, with_order=order_effect)
    drawn = _replicated(counted, found.point, penalty, order_effect, replicates, seed)
    spread = _Spread(counted, drawn, _seen(counted, totals))
    utility = _centred(found.point.utility, spread.seen)
    results = []
    for row, group in enumerate(counted.numbers):
        parameters: dict[str, Parameter] = {
            "penalty": WEAK_PENALTY if found.weak[row] else penalty,
            "replicates": replicates,
            "seed": seed,
            "replicates with a weak prior": int(spread.weak[row]),
        }
        order = spread.estimate(found.point.order, drawn.point.order, row, parameters)
        results.append(
            Scores(
                group,
                spread.estimates(utility, row, parameters),
                spread.estimate(found.point.nu, drawn.point.nu, row, parameters),
                order if order_effect else None,
            )
        )
    return results


def _replicated(
    counted: Counted,
    start: Point,
    penalty: float,
    order_effect: bool,
    replicates: int,
    seed: int,
) -> Maximum:
    """Fits of every replicate and group, replicate by replicate, each begun at the estimate."""
    source = counted.source
    present = np.bincount(source.annotator, minlength=source.n_annotators) > 0
    strata = stratum_of_each(source.annotator, counted.group, source.n_annotators)
    weights = drawn_weights(
        source.n_annotators, replicates=replicates, seed=seed, present=present, strata=strata
    )
    sums = replicated_sums(weights, counted.by_annotator())
    tables = sums.reshape(-1, len(counted.cells), OUTCOMES)
    return maximise(counted.cells, tables, penalty=penalty, with_order=order_effect, start=start)


class _Spread:
    """How estimates vary over replicates, group by group."""

    def __init__(self, counted: Counted, drawn: Maximum, seen: Bools) -> None:
        self.seen = seen
        self.people = counted.people()
        self.judgments = counted.judgments()
        self.rows = np.bincount(counted.group, minlength=counted.n_groups)
        self.weak = drawn.weak.reshape(-1, counted.n_groups).sum(axis=0)
        by_system = np.repeat(self.people[:, None], seen.shape[1], axis=1)
        again = drawn.point.utility.reshape(-1, *seen.shape)
        self.lower, self.upper = interval(again, by_system)
        self.people_by_system = counted.people_by_system()

    def estimates(self, utility: Floats, row: int, parameters: dict[str, Parameter]) -> Estimates:
        seen = self.seen[row]
        return Estimates(
            utility[row],
            np.where(seen, self.lower[row], np.nan),
            np.where(seen, self.upper[row], np.nan),
            self.judgments[row],
            self.people_by_system[row],
            METHOD,
            parameters,
        )

    def estimate(
        self, values: Floats, drawn: Floats, row: int, parameters: dict[str, Parameter]
    ) -> Estimate:
        replicates = drawn.reshape(-1, len(values))[:, row]
        lower, upper = interval(replicates, int(self.people[row]))
        n, people = int(self.rows[row]), int(self.people[row])
        value = float(values[row])
        return Estimate(value, float(lower), float(upper), n, people, METHOD, parameters)
