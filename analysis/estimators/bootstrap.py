"""Intervals by drawing people anew, with all their judgments: answers of one person are alike.

Drawing judgments instead would take ten answers of one person for ten people's. Efron and
Tibshirani (1993), "An introduction to the bootstrap", ch. 8 and 13; for clusters Davison and
Hinkley (1997), "Bootstrap methods and their application", 3.8; Field and Welsh (2007),
"Bootstrapping clustered data".
"""

import numpy as np
from scipy import sparse, special

from analysis.estimators.data import Bools, Floats, Ints, UnfitData

REPLICATES = 200
SEED = 2026
LEVEL = 0.95


def drawn_weights(
    n_annotators: int,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
    present: Bools | None = None,
    strata: Ints | None = None,
) -> Floats:
    """How often each person is drawn in each replicate: replicates × people, whole numbers.

    As many people as there are, with replacement; inside each of `strata` (one number a person)
    apart, so that no group vanishes. People who are not `present` are never drawn.
    """
    if replicates < 2:
        raise UnfitData("A bootstrap takes two replicates at least.")
    chance = np.random.default_rng(seed)
    present = np.ones(n_annotators, dtype=bool) if present is None else present
    strata = np.zeros(n_annotators, dtype=np.int64) if strata is None else strata
    weights = np.zeros((replicates, n_annotators))
    for stratum in np.unique(strata[present]):
        people = np.flatnonzero(present & (strata == stratum))
        drawn = chance.integers(0, len(people), (replicates, len(people)))
        drawn += np.arange(replicates)[:, None] * len(people)
        counted = np.bincount(drawn.ravel(), minlength=replicates * len(people))
        weights[:, people] = counted.reshape(replicates, len(people))
    return weights


def stratum_of_each(annotator: Ints, group: Ints, n_annotators: int) -> Ints:
    """The group of each person, as of their last row; −1 for people of no group or without rows."""
    strata = np.full(n_annotators, -1, dtype=np.int64)
    strata[annotator] = group
    return strata


def by_annotator(
    annotator: Ints, column: Ints, weight: Floats | None, n_annotators: int, n_columns: int
) -> sparse.csr_array:
    """Sums of weights by person and column: people × columns, sparse.

    Sufficient for every estimator that sees judgments through such sums only: a replicate's sums
    are its people's weights times this, and no judgment is touched again.
    """
    values = np.ones(len(annotator)) if weight is None else weight
    return sparse.csr_array((values, (annotator, column)), shape=(n_annotators, n_columns))


def replicated_sums(weights: Floats, sums: sparse.csr_array) -> Floats:
    """Sums in every replicate: replicates × columns."""
    return np.ascontiguousarray((sums.T @ np.ascontiguousarray(weights.T)).T)


def interval(
    replicates: Floats, n_annotators: int | Ints, *, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Lower and upper ends for each column of `replicates` (replicates × …).

    Expanded percentiles: those of the normal that reach as far as Student's t with n − 1 degrees
    of freedom and the factor √(n/(n − 1)) would, as plain percentiles are too narrow for few
    people: Hesterberg (2015), "What teachers should know about the bootstrap", 5.3. n counts
    people and may differ by column. With one person the ends are infinite; NaN where a replicate
    is NaN.
    """
    flat = replicates.reshape(len(replicates), -1)
    people = np.broadcast_to(np.asarray(n_annotators), replicates.shape[1:]).reshape(-1)
    lower, upper = np.full(flat.shape[1], -np.inf), np.full(flat.shape[1], np.inf)
    for count in np.unique(people[people > 1]):
        columns = people == count
        reach = np.sqrt(count / (count - 1)) * special.stdtrit(count - 1, (1 - level) / 2)
        tail = float(special.ndtr(reach))
        found = np.quantile(flat[:, columns], [tail, 1 - tail], axis=0, method="weibull")
        lower[columns], upper[columns] = found
    return lower.reshape(replicates.shape[1:]), upper.reshape(replicates.shape[1:])
