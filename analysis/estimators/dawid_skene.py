"""One view among others: as if every unit had one true answer, which people report with error.

Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM
algorithm". For questions of fact or of a guideline. Where people may rightly differ it calls a
minority's view an error; it is never a substitute for the distribution of answers.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.agreement import given
from analysis.estimators.data import Floats, Ints, Ratings, UnfitData

METHOD = "Dawid–Skene (assumes one true answer for each item)"
MOST_ROUNDS = 500


@dataclass(frozen=True)
class DawidSkene:
    """`posterior`: probability of each answer being the true one (units × V), NaN without ratings.

    `prevalence`: of true answers (V). `confusion`: what each person reports for each true answer
    (people × true × reported), NaN for people without ratings. `accuracy`: the probability of
    reporting the true answer (people). `n`: ratings of each unit.
    """

    posterior: Floats
    prevalence: Floats
    confusion: Floats
    accuracy: Floats
    n: Ints
    log_likelihood: float
    rounds: int
    smoothing: float
    method: str = METHOD


def dawid_skene(
    ratings: Ratings, n_values: int, *, smoothing: float = 0.01, tolerance: float = 1e-8
) -> DawidSkene:
    """Fit by expectation-maximisation from the shares of answers, until the likelihood stands.

    `smoothing`: answers that each cell of a person's table gets beforehand, so that few answers
    never prove anyone unable to err. A rater's first answer to a unit counts. Raises `UnfitData`
    where there are no ratings or values are not 0 … n_values − 1.
    """
    said = _said(ratings, n_values)
    units, people = ratings.n_units, ratings.n_raters
    counts = np.zeros((units, n_values))
    np.add.at(counts, (said.unit, said.value), 1.0)
    n = counts.sum(axis=1)
    posterior = (counts + 1e-9) / (n + n_values * 1e-9)[:, None]
    previous = -np.inf
    rounds = 0
    while rounds < MOST_ROUNDS:
        rounds += 1
        prevalence = posterior[n > 0].mean(axis=0)
        tables = np.full((people, n_values, n_values), smoothing)
        np.add.at(tables.transpose(0, 2, 1), (said.rater, said.value), posterior[said.unit])
        confusion = tables / np.maximum(tables.sum(axis=2, keepdims=True), 1e-300)
        logs = np.zeros((units, n_values)) + np.log(np.maximum(prevalence, 1e-300))
        reported = np.log(np.maximum(confusion, 1e-300)).transpose(0, 2, 1)
        np.add.at(logs, said.unit, reported[said.rater, said.value])
        total = np.logaddexp.reduce(logs, axis=1)
        posterior = np.exp(logs - total[:, None])
        # What is maximised counts the smoothing in, so it is this that never falls.
        likelihood = float(total[n > 0].sum())
        objective = likelihood + smoothing * float(np.log(np.maximum(confusion, 1e-300)).sum())
        if objective - previous < tolerance * max(1.0, abs(objective)):
            break
        previous = objective
    rated = np.bincount(said.rater, minlength=people) > 0
    confusion = np.where(rated[:, None, None], confusion, np.nan)
    return DawidSkene(
        np.where((n > 0)[:, None], posterior, np.nan),
        prevalence,
        confusion,
        np.einsum("v,pvv->p", prevalence, confusion),
        n.astype(np.int64),
        likelihood,
        rounds,
        smoothing,
    )


@dataclass(frozen=True)
class _Said:
    unit: Ints
    rater: Ints
    value: Ints


def _said(ratings: Ratings, n_values: int) -> _Said:
    table = given(ratings)
    value = table.values.astype(np.int64)
    if (value != table.values).any() or value.min() < 0 or value.max() >= n_values:
        raise UnfitData(f"Answers are whole numbers of 0…{n_values - 1}.")
    said = table.table.tocoo()
    row, rater = said.coords
    return _Said(row // len(value), rater, value[row % len(value)])
