"""Where the weight of a judgment comes from.

A further source (raking to margins, say) is a class with `name`, `told` and `of`, and a line in
`WEIGHTS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from exports.derived.options import STRATUM, UNIFORM, OptionProblem, Options
from exports.derived.slices import Survey
from exports.derived.sources import column_of


class Weights(ABC):
    """Gives each judgment a weight; over a slice they have mean 1."""

    name: ClassVar[str]

    @abstractmethod
    def told(self) -> Mapping[str, Any]:
        """How the weights came about, for the file that describes the data."""

    @abstractmethod
    def of(self, judgments: pa.RecordBatch) -> np.ndarray:
        """One weight for each of these rows of `judgments`."""


class Uniform(Weights):
    name = UNIFORM

    def __init__(self, _options: Options, _survey: Survey) -> None:
        pass

    def told(self) -> Mapping[str, Any]:
        return {"source": self.name}

    def of(self, judgments: pa.RecordBatch) -> np.ndarray:
        return np.ones(len(judgments))


class ByStratum(Weights):
    """Post-stratification: each stratum's judgments together weigh its share.

    w = share · N / n, with n the stratum's judgments in the slice and N those of all strata.
    Judgments whose stratum is not told weigh 1, the mean.
    """

    name = STRATUM

    def __init__(self, options: Options, survey: Survey) -> None:
        shares = dict(options.shares or dict.fromkeys(sorted(survey.by_stratum), 1.0))
        missing = sorted(set(survey.by_stratum) - set(shares))
        if missing:
            raise OptionProblem(
                _("No share for the stratum %(strata)s.") % {"strata": ", ".join(missing)}, "shares"
            )
        present = {key: shares[key] for key in sorted(survey.by_stratum)}
        whole, known = sum(present.values()), sum(survey.by_stratum.values())
        self._shares = {key: share / whole for key, share in present.items()}
        self._weights = {
            key: share * known / survey.by_stratum[key] for key, share in self._shares.items()
        }
        self._without = survey.without_stratum

    def told(self) -> Mapping[str, Any]:
        return {
            "source": self.name,
            "shares": self._shares,
            "weights": self._weights,
            "judgments_without_stratum_at_weight_1": self._without,
        }

    def of(self, judgments: pa.RecordBatch) -> np.ndarray:
        strata = column_of(judgments, "annotator_stratum").to_pylist()
        return np.array([self._weights.get(key, 1.0) for key in strata], float)


WEIGHTS: dict[str, Callable[[Options, Survey], Weights]] = {UNIFORM: Uniform, STRATUM: ByStratum}
