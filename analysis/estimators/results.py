"""What estimators return: a number never goes without its interval, its n and its method."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.estimators.data import Floats, Ints

Parameter = str | int | float | bool | None


@dataclass(frozen=True)
class Estimate:
    """One number. `n`: judgments it rests on; `n_annotators`: people who gave them.

    `method` names the estimator, `parameters` all that is needed to repeat it. NaN: not known.
    """

    estimate: float
    lower: float
    upper: float
    n: int
    n_annotators: int
    method: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimates:
    """As `Estimate`, many at once: arrays of one shape."""

    estimate: Floats
    lower: Floats
    upper: Floats
    n: Ints
    n_annotators: Ints
    method: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
