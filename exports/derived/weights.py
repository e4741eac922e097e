"""Where the weight of a judgment comes from.

A further source is a class with `name`, `told` and `of`, and a line in
`WEIGHTS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from analysis.estimators.data import UnfitData
from analysis.estimators.raking import Margin, Raked, rake
from exports.derived.options import KIND, RAKING, STRATUM, UNIFORM, OptionProblem, Options
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

    def may_share(self, weight: float) -> bool:
        """Whether a share may be told of judgments that weigh so much together."""
        return True


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


class ByRaking(Weights):
    """People count as a population would by all of its margins at once, each person alike in all.

    A person's weight lies between a fifth and five times the mean. Options that nobody of the slice
    chose cannot be weighted to: the others' shares are taken among themselves. Who has not told an
    answer keeps their weight in its turn.
    """

    name = RAKING
    least, most = 0.2, 5.0

    def __init__(self, options: Options, survey: Survey) -> None:
        population, people = options.population, survey.annotators
        if not isinstance(population, Mapping):
            raise OptionProblem(_("Raking takes the shares of a population."), "population")
        given = {key: [survey.answers[key].get(name) for name in people] for key in population}
        margins = [
            margin
            for key, shares in population.items()
            if (margin := margin_of(key, shares, given[key])) is not None
        ]
        self._raked = self._rake(margins)
        self._margins = {one.name: one for one in margins}
        self._population = population
        judged = np.array([survey.by_annotator[name] for name in people], float)
        weights = self._raked.weights * judged.sum() / (self._raked.weights @ judged)
        self._weights = dict(zip(people, weights.tolist(), strict=True))

    def _rake(self, margins: list[Margin]) -> Raked:
        problem = _("People of this slice cannot be weighted to this population.")
        if not margins:
            raise OptionProblem(problem, "population")
        try:
            return rake(margins, least=self.least, most=self.most)
        except UnfitData as error:
            raise OptionProblem(problem, "population") from error

    def told(self) -> Mapping[str, Any]:
        return {
            "source": self.name,
            "population": self._population,
            "weighted_by": sorted(self._margins),
            "bounds": [self.least, self.most],
            "annotators": len(self._weights),
            "effective_annotators": float(f"{self._raked.n_eff:.12g}"),
            "annotators_at_a_bound": self._raked.trimmed,
        }

    def of(self, judgments: pa.RecordBatch) -> np.ndarray:
        names = judgments.column("annotator_id").to_pylist()
        return np.array([self._weights[name] for name in names], float)


class ByKind(Weights):
    """Each judgment counts by how likely its person is of one kind.

    w = p · N / Σp, with p a person's probability and the sum over the slice's N judgments. A share
    is told of where Σp over its judgments, the expected number of the kind's, is large enough.
    """

    name = KIND

    def __init__(self, _options: Options, survey: Survey) -> None:
        if survey.kind is None:
            raise OptionProblem(_("These judgments tell of no kinds of people."), "kind")
        self._kind = survey.kind
        judged = survey.by_annotator
        whole = sum(self._kind.member[name] * judged[name] for name in survey.annotators)
        self._scale = survey.judgments / whole

    def told(self) -> Mapping[str, Any]:
        return {"source": self.name, **self._kind.told}

    def of(self, judgments: pa.RecordBatch) -> np.ndarray:
        names = judgments.column("annotator_id").to_pylist()
        return self._scale * np.array([self._kind.member[name] for name in names], float)

    def may_share(self, weight: float) -> bool:
        # What adds up to the smallest group exactly must not fall short of it by rounding.
        return weight / self._scale >= self._kind.least - 1e-6


def margin_of(
    question: str, shares: Mapping[str, float], given: Sequence[str | None]
) -> Margin | None:
    """A margin over the options that somebody chose; None where fewer than two were."""
    options = [key for key, share in shares.items() if share > 0 and key in set(given)]
    if len(options) < 2:
        return None
    number = {key: place for place, key in enumerate(options)}
    category = np.array([-1 if one is None else number.get(one, -1) for one in given])
    of_population = np.array([shares[key] for key in options])
    return Margin(question, category, of_population / of_population.sum())


WEIGHTS: dict[str, Callable[[Options, Survey], Weights]] = {
    UNIFORM: Uniform,
    STRATUM: ByStratum,
    RAKING: ByRaking,
    KIND: ByKind,
}
