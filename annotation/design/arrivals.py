"""When a stratum will be done, from how judgments have been arriving.

The model: days have counts with mean λ and variance φλ, φ ≥ 1, an overdispersed Poisson (with
this variance, a negative binomial of type 1). φ is Pearson's χ² over its degrees of freedom:
McCullagh and Nelder (1989), "Generalized linear models", 6.2. Judgments come in sittings, so φ is
usually well above 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, inf, sqrt
from typing import Any

from annotation.design.quantiles import Z95

METHOD = "quasi-poisson"
# A time further off than this is no forecast; a century also keeps dates within the calendar.
MOST_DAYS = 36_525.0


@dataclass(frozen=True)
class Arrival:
    """Judgments a day, with a 95 % interval; `dispersion` is φ."""

    count: int
    days: float
    rate: float
    low: float
    high: float
    dispersion: float


@dataclass(frozen=True)
class Finish:
    """Days until done, with a 95 % interval; infinite where there is no telling."""

    days: float
    low: float
    high: float


def dispersion_of(counts: Sequence[int]) -> float:
    """φ = Σ(x − x̄)²/x̄ / (n − 1) over whole days, at least 1; 1 where fewer than two are seen."""
    total = sum(counts)
    if len(counts) < 2 or not total:
        return 1.0
    mean = total / len(counts)
    return max(1.0, sum((count - mean) ** 2 for count in counts) / mean / (len(counts) - 1))


def arrival_of(counts: Sequence[int], *, days: float, dispersion: float | None = None) -> Arrival:
    """The rate over `days`, of which `counts` are those by day, newest first.

    The interval is λ̂·exp(±1.96·√(φ/n)) for n judgments, normal on the log scale (McCullagh and
    Nelder 1989, 6.2; for φ = 1 the usual log-normal interval of a Poisson rate). Only whole days
    tell of φ: the last may be cut off by the campaign's opening. A single day tells nothing of
    it, and is given `dispersion`.
    """
    total = sum(counts)
    whole = list(counts[: int(days + 1e-9)])
    phi = dispersion_of(whole) if dispersion is None else dispersion
    if not total:
        return Arrival(0, days, 0.0, 0.0, 0.0, phi)
    rate = total / days
    factor = exp(Z95 * sqrt(phi / total))
    return Arrival(total, days, rate, rate / factor, rate * factor, phi)


def finish_of(remaining: int, arrival: Arrival) -> Finish:
    """How long `remaining` more judgments take at this rate.

    T = M/λ̂. Both the rate and what is to come are uncertain: by the delta method
    Var(log T) ≈ φ/n + φ/M, and the interval is T·exp(±1.96·√(φ/n + φ/M)). A prediction interval
    in the manner of Nelson (1970), "Confidence intervals for the ratio of two Poisson means and
    Poisson predictor intervals", widened by φ.
    """
    if remaining <= 0:
        return Finish(0.0, 0.0, 0.0)
    if not arrival.count:
        return Finish(inf, inf, inf)
    expected = remaining / arrival.rate
    factor = exp(Z95 * sqrt(arrival.dispersion * (1 / arrival.count + 1 / remaining)))
    return Finish(expected, expected / factor, expected * factor)


def people_to_recruit(remaining: int, each: float) -> int | None:
    """⌈remaining / judgments per person⌉: enough even if nobody who is there goes on."""
    if remaining <= 0:
        return 0
    return ceil(remaining / each - 1e-9) if each > 0 else None


def latest_first(forecasts: Sequence[Any]) -> list[Any]:
    """Those that finish last before the others; stuck ones first, by what is missing."""
    return sorted(forecasts, key=lambda one: (one.finish.days, one.remaining), reverse=True)
