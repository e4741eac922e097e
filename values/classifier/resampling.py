"""Uncertainty by drawing again."""

import numpy as np

from values.classifier.labelled import Floats


def poisson_weights(draws: int, units: int, *seed: int) -> Floats:
    """Draws × units: how often each unit comes up in each draw.

    The Poisson bootstrap (Chamandy et al. 2012): counts are independent and Poisson with mean 1,
    so that units may come in batches, each with a `seed` of its own.
    """
    return np.random.default_rng(seed).poisson(1.0, size=(draws, units)).astype(float)


def interval(draws: Floats, level: float = 0.95) -> tuple[float, float] | None:
    """The percentile interval of a number over draws; None where too few draws have one."""
    told = draws[np.isfinite(draws)]
    if not len(told) or len(told) < len(draws) / 2:
        return None
    low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
