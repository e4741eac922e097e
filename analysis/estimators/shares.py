"""How answers are distributed, with intervals over judgments or over people."""

from typing import Literal

import numpy as np
from scipy import sparse, special

from analysis.estimators.bootstrap import (
    LEVEL,
    REPLICATES,
    SEED,
    by_annotator,
    drawn_weights,
    interval,
    replicated_sums,
)
from analysis.estimators.data import NOBODY, Floats, Ints, Ratings, UnfitData
from analysis.estimators.results import Estimates

Over = Literal["people", "judgments"]


def wilson(successes: Floats, total: Floats, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The score interval of shares; 0 … 1 where there is nothing.

    (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n). Wilson (1927), "Probable inference, the
    law of succession, and statistical inference". It takes judgments for independent.
    """
    n = np.where(np.asarray(total) > 0, total, 1.0)
    share, square = successes / n, special.ndtri((1 + level) / 2) ** 2
    centre = share + square / (2 * n)
    half = np.sqrt(square * (share * (1 - share) / n + square / (4 * n**2)))
    scale = 1 + square / n
    is_some = np.asarray(total) > 0
    lower = np.where(is_some, np.clip((centre - half) / scale, 0, 1), 0.0)
    return lower, np.where(is_some, np.clip((centre + half) / scale, 0, 1), 1.0)


def answer_shares(
    ratings: Ratings,
    n_values: int,
    *,
    over: Over = "people",
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Estimates:
    """The share of each answer 0 … n_values − 1, over all units: groups × values, or 1 × values.

    Intervals at 95 %: over `people`, who are drawn anew inside their group with all their answers;
    where all or none gave an answer that tells nothing, and Wilson's with people for n stands in.
    Over `judgments`: Wilson's, right only if each person answered once. Raters of no group are
    left out where there are groups. Raises `UnfitData` for values that are no such answers.
    """
    value = ratings.value.astype(np.int64)
    if len(value) and (
        (value != ratings.value).any() or value.min() < 0 or value.max() >= n_values
    ):
        raise UnfitData(f"Answers are whole numbers of 0…{n_values - 1}.")
    groups, n_groups = _groups(ratings)
    keep = groups[ratings.rater] != NOBODY
    rater, value = ratings.rater[keep], value[keep]
    column = groups[rater] * n_values + value
    sums = by_annotator(rater, column, None, ratings.n_raters, n_groups * n_values)
    counts = np.asarray(sums.sum(axis=0), dtype=np.float64).reshape(n_groups, n_values)
    total = counts.sum(axis=1, keepdims=True)
    present = np.bincount(rater, minlength=ratings.n_raters) > 0
    people = np.bincount(groups[present], minlength=n_groups)[:, None]
    with np.errstate(invalid="ignore"):
        share = counts / total
    if over == "judgments":
        lower, upper = wilson(counts, total)
    else:
        weights = drawn_weights(
            ratings.n_raters, replicates=replicates, seed=seed, present=present, strata=groups
        )
        lower, upper = _over_people(weights, sums, share, people)
    return Estimates(
        share,
        lower,
        upper,
        np.broadcast_to(total, share.shape).astype(np.int64),
        np.broadcast_to(people, share.shape),
        f"shares of answers, intervals over {over}",
        {"over": over, "replicates": replicates, "seed": seed},
    )


def _over_people(
    weights: Floats, sums: sparse.csr_array, share: Floats, people: Ints
) -> tuple[Floats, Floats]:
    again = replicated_sums(weights, sums).reshape(len(weights), *share.shape)
    again = again / np.maximum(again.sum(axis=2, keepdims=True), 1e-300)
    ends = interval(again, np.broadcast_to(people, share.shape))
    filled = np.nan_to_num(share)
    by_people = wilson(filled * people, np.broadcast_to(people, share.shape))
    is_plain = (share > 0) & (share < 1)
    lower, upper = (
        np.where(is_plain, found, stand_in) for found, stand_in in zip(ends, by_people, strict=True)
    )
    return np.clip(lower, 0, 1), np.clip(upper, 0, 1)


def _groups(ratings: Ratings) -> tuple[Ints, int]:
    if ratings.rater_group is None or not ratings.n_groups:
        return np.zeros(ratings.n_raters, dtype=np.int64), 1
    return np.asarray(ratings.rater_group, dtype=np.int64), ratings.n_groups
