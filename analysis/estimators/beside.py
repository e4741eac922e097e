"""How often people give the answer that somebody else, a model, gave to the same thing."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from analysis.estimators.bootstrap import REPLICATES, SEED, drawn_weights, interval
from analysis.estimators.data import Floats, Ints, Ratings, UnfitData
from analysis.estimators.results import Estimate
from analysis.estimators.shares import wilson

# Sums that are held at once: replicates × units × answers.
CELLS_AT_ONCE = 4_000_000


def agreement_with(
    ratings: Ratings, told: Floats, *, replicates: int = REPLICATES, seed: int = SEED
) -> tuple[Estimate, Estimate]:
    """The mean probability that somebody gave the other's answer, and that of two people's.

    `ratings.value` numbers answers 0 … C − 1, one for each person and unit at most; `told[u, c]`
    is the share of answer c in what the other said of unit u (1 for a single answer). With p_u(c)
    the share of people who gave answer c to unit u, the first is the mean over units of
    Σ_c p_u(c)·told[u, c]. The second is the probability that two different people who answered a
    unit gave the same answer, Σ_c n_c(n_c − 1) / n(n − 1), the mean over units with two people or
    more: what the first can be held against. Both are raw shares, not corrected for chance; the
    second is the observed agreement of Fleiss (1971), "Measuring nominal scale agreement among
    many raters".

    95 % intervals draw people anew with all their answers, units staying as they are; where all or
    none agree, Wilson's with people for n stands in. The second is NaN where no unit has two
    people. Raises `UnfitData` for empty data and for answers that are none of C.
    """
    n_answers = told.shape[1]
    value = ratings.value.astype(np.int64)
    if not len(value):
        raise UnfitData("There are no answers.")
    if value.min() < 0 or value.max() >= n_answers or told.shape[0] != ratings.n_units:
        raise UnfitData("What was told and what was answered do not fit.")
    present = np.bincount(ratings.rater, minlength=ratings.n_raters) > 0
    people = int(present.sum())
    drawn = drawn_weights(ratings.n_raters, replicates=replicates, seed=seed, present=present)
    weights = np.concatenate([np.ones((1, ratings.n_raters)), drawn])
    with_told, among = np.zeros((2, len(weights))), np.zeros((2, len(weights)))
    for units, sums, squares in _summed(ratings, value, weights, n_answers):
        total, alone = sums.sum(axis=2), squares.sum(axis=2)
        _add(with_told, (sums * told[units]).sum(axis=2), total)
        _add(among, (sums**2).sum(axis=2) - alone, total**2 - alone)
    parameters = {"replicates": replicates, "seed": seed}
    method = "mean share of people with the same answer"
    pairs = _answers_in_pairs(ratings)
    return (
        _estimate(with_told, len(value), people, method, parameters),
        _estimate(among, pairs, people, method, parameters),
    )


def _summed(
    ratings: Ratings, value: Ints, weights: Floats, n_answers: int
) -> Iterator[tuple[slice, Floats, Floats]]:
    """For some units at a time the sums of weights, and of their squares, by answer."""
    order = np.argsort(ratings.unit, kind="stable")
    unit, rater, answer = ratings.unit[order], ratings.rater[order], value[order]
    step = max(1, CELLS_AT_ONCE // (len(weights) * n_answers))
    squared = weights**2
    for start in range(0, ratings.n_units, step):
        end = min(start + step, ratings.n_units)
        rows = slice(*np.searchsorted(unit, [start, end]))
        column = (unit[rows] - start).astype(np.int64) * n_answers + answer[rows]
        shape = ((end - start) * n_answers, ratings.n_raters)
        given = sparse.csr_array((np.ones(len(column)), (column, rater[rows])), shape=shape)
        both = [
            np.asarray(given @ one.T).T.reshape(len(weights), end - start, n_answers)
            for one in (weights, squared)
        ]
        yield slice(start, end), both[0], both[1]


def _add(sums: Floats, part: Floats, whole: Floats) -> None:
    """Add the shares of these units to the sum and the number of units that have one."""
    known = whole > 0
    sums[0] += np.where(known, part / np.where(known, whole, 1.0), 0.0).sum(axis=1)
    sums[1] += known.sum(axis=1)


def _answers_in_pairs(ratings: Ratings) -> int:
    """Answers to units that two people or more answered."""
    counts = np.bincount(ratings.unit, minlength=ratings.n_units)
    return int(counts[counts > 1].sum())


def _estimate(
    sums: Floats, n: int, people: int, method: str, parameters: dict[str, int]
) -> Estimate:
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[0] / sums[1]
    found = float(means[0])
    again = means[1:][np.isfinite(means[1:])]
    if not np.isfinite(found):
        lower = upper = float("nan")
    elif 0 < found < 1 and len(again) > 1:
        low, high = interval(again[:, None], people)
        lower, upper = max(0.0, float(low[0])), min(1.0, float(high[0]))
    else:
        low, high = wilson(np.array([found * people]), np.array([float(people)]))
        lower, upper = float(low[0]), float(high[0])
    return Estimate(found, lower, upper, n, people, method, parameters)
