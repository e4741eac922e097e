"""How good predictions of a value are, where people themselves disagree.

A case is a person and a text, each text weighing the same: a text of which a share p sees the value
is p of a positive and 1 − p of a negative. Numbers are those of such cases.
"""

from dataclasses import dataclass

import numpy as np

from values.classifier.labelled import Floats
from values.classifier.resampling import interval

BINS = 10
Interval = tuple[float, float] | None


@dataclass(frozen=True)
class Scores:
    """Precision, recall (the true positive rate), F1 and the false positive rate of one value.

    A number without cases to be told from is None. `*_draws` are the rates in each bootstrap draw.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    false_positive_rate: float | None
    brier: float
    f1_interval: Interval
    recall_draws: Floats
    false_positive_draws: Floats


def scores_of(predicted: Floats, shares: Floats, threshold: float, weights: Floats) -> Scores:
    """Scores of one value: `predicted` and `shares` by text, `weights` draws × texts.

    A value is told of a text whose prediction reaches the threshold. Brier (1950): the mean over
    cases of (prediction − 0 or 1)², which is above 0 wherever people disagree, even at best.
    """
    said = (predicted >= threshold).astype(float)
    everyone = np.vstack([np.ones(len(shares)), weights])
    true_positives, told = everyone @ (said * shares), everyone @ said
    positives, negatives = everyone @ shares, everyone @ (1 - shares)
    false_positives = told - true_positives
    with np.errstate(divide="ignore", invalid="ignore"):
        precision, recall = true_positives / told, true_positives / positives
        f1 = 2 * true_positives / (told + positives)
        wrongly = false_positives / negatives
    brier = shares * (1 - predicted) ** 2 + (1 - shares) * predicted**2
    return Scores(
        told_or_none(precision[0]),
        told_or_none(recall[0]),
        told_or_none(f1[0]),
        told_or_none(wrongly[0]),
        float(brier.mean()),
        interval(f1[1:]),
        recall[1:],
        wrongly[1:],
    )


def told_or_none(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


@dataclass(frozen=True)
class Bin:
    """Texts whose prediction lies from `low` to below `high`, and what people said of them."""

    low: float
    high: float
    texts: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Reliability:
    """Whether predicted shares are met: bins that hold texts, and the expected calibration error
    Σ (texts in bin / texts) · |predicted − observed| (Naeini et al. 2015)."""

    bins: tuple[Bin, ...]
    error: float


def reliability_of(predicted: Floats, shares: Floats, bins: int = BINS) -> Reliability:
    """The reliability of one value's predictions, in bins of equal width."""
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    found = [
        Bin(
            number / bins,
            (number + 1) / bins,
            int(inside.sum()),
            float(predicted[inside].mean()),
            float(shares[inside].mean()),
        )
        for number in range(bins)
        for inside in [place == number]
        if inside.any()
    ]
    error = sum(one.texts * abs(one.predicted - one.observed) for one in found) / len(shares)
    return Reliability(tuple(found), error)
