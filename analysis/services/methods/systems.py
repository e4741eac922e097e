"""How often systems are preferred, on one scale: Bradley–Terry with ties, by stratum."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.arrays import JudgedComparisons
from analysis.arrays.judged import OUTCOMES, TIE
from analysis.estimators.bradley_terry import Scores, scores, scores_by_group
from analysis.estimators.data import Comparisons
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.tables import EVERYBODY, Row, Table, row, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

SOURCE = "Davidson (1970); Bradley and Terry (1952); intervals by drawing annotators anew"
# A normal prior with this precision holds systems that nobody has preferred in reach.
PENALTY = 0.01
LEAST_DRAWS = 20


def system_scores(work: Work) -> Found:
    """For each criterion: utilities of systems, of everybody and by stratum."""
    return {key: list(score_tables(work, code)) for code, key in enumerate(work.judged.criteria)}


def score_tables(work: Work, criterion: int) -> Iterator[Table]:
    found = decided(work.judged.comparisons, criterion)
    if not len(found) or len(work.judged.systems) < 2:
        return
    people = people_who_compared(found, len(work.judged.strata), len(work.judged.systems))
    hidden = withheld(people, work.least) | (work.hidden_strata[:, None] & (people > 0))
    given = comparisons_of(work, found)
    options: dict[str, Any] = {
        "penalty": PENALTY,
        "replicates": max(LEAST_DRAWS, work.bootstraps),
        "seed": work.seed,
    }
    by_stratum = {one.group: one for one in scores_by_group(given, **options)}
    work.alive()
    everybody = scores(given, **options)
    rows: list[Row] = []
    for code, key in enumerate(work.judged.strata):
        if code in by_stratum:
            rows += score_rows(work, key, by_stratum[code], people[code], hidden[code])
    if len(work.judged.strata) > 1:
        sums = np.array(
            [
                sum_is_withheld(people[:, one], hidden[:, one], work.least)
                for one in range(people.shape[1])
            ]
        )
        rows += score_rows(work, EVERYBODY, everybody, people.sum(axis=0), sums)
    yield table(
        "scores",
        rows,
        measure="score",
        method=everybody.utility.method,
        source=SOURCE,
        parameters=parameters_of(work, **options),
    )


def decided(found: JudgedComparisons, criterion: int) -> JudgedComparisons:
    """Preferences and ties between two systems: what is no preference bears on no score."""
    of_two = (found.system_a >= 0) & (found.system_b >= 0) & (found.system_a != found.system_b)
    told = (found.outcome == 0) | (found.outcome == OUTCOMES.index(TIE))
    return found.where((found.criterion == criterion) & of_two & told)


def comparisons_of(work: Work, found: JudgedComparisons) -> Comparisons:
    return Comparisons(
        annotator=found.annotator,
        item=found.item,
        a=found.system_a,
        b=found.system_b,
        outcome=found.preference,
        n_systems=len(work.judged.systems),
        n_annotators=len(work.judged.annotators),
        n_groups=len(work.judged.strata),
        group=found.stratum,
    )


def people_who_compared(
    found: JudgedComparisons, strata: int, systems: int
) -> npt.NDArray[np.int64]:
    """People of each stratum who compared each system: strata × systems."""
    stratum = np.tile(found.stratum, 2).astype(np.int64)
    system = np.concatenate([found.system_a, found.system_b])
    annotator = np.tile(found.annotator, 2)
    width = int(annotator.max()) + 1
    cells = np.unique((stratum * systems + system) * width + annotator) // width
    return np.bincount(cells, minlength=strata * systems).reshape(strata, systems)


def score_rows(
    work: Work,
    stratum: str,
    found: Scores,
    people: npt.NDArray[np.int64],
    hidden: npt.NDArray[np.bool_],
) -> Iterator[Row]:
    """A stratum's systems, best first. Scores are centred: one system withheld withholds all."""
    seen = np.flatnonzero(people > 0)
    utility = found.utility
    # The scores of a stratum have mean 0, so that a single one could be found from the others.
    if hidden[seen].any():
        yield withheld_row({"stratum": stratum, "system": ""})
        return
    for system in sorted(seen.tolist(), key=lambda one: -utility.estimate[one]):
        yield row(
            {"stratum": stratum, "system": work.judged.systems[system]},
            estimate=float(utility.estimate[system]),
            lower=float(utility.lower[system]),
            upper=float(utility.upper[system]),
            n=int(utility.n[system]),
            annotators=int(utility.n_annotators[system]),
            **weakness(found.utility.parameters),
        )


def weakness(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """How many draws had no finite maximum, where any had none."""
    weak = parameters.get("replicates with a weak prior")
    return {"weak_draws": weak} if weak else {}
