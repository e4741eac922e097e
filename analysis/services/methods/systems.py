"""How often systems are preferred, on one scale: Bradley–Terry with ties, by stratum."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.arrays import JudgedComparisons
from analysis.arrays.judged import OUTCOMES, TIE
from analysis.estimators.bradley_terry import scores, scores_by_group
from analysis.estimators.data import Comparisons
from analysis.estimators.results import Estimates
from analysis.services.methods.base import Work, parameters_of
from analysis.services.tables import EVERYBODY, Row, Table, row, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

SOURCE = "Davidson (1970); Bradley and Terry (1952); intervals by drawing annotators anew"
# A normal prior with this precision holds systems that nobody has preferred in reach.
PENALTY = 0.01
Hidden = npt.NDArray[np.bool_]
People = npt.NDArray[np.int64]


def score_tables(work: Work, criterion: int) -> Iterator[Table]:
    """Utilities of systems, of everybody and of each stratum by itself."""
    found = decided(work.judged.comparisons, criterion)
    if not len(found) or len(work.judged.systems) < 2:
        return
    people = people_who_compared(work, found)
    given = comparisons_of(work, found)
    options: dict[str, Any] = {"penalty": PENALTY, "replicates": work.draws, "seed": work.seed}
    by_stratum = {one.group: one.utility for one in scores_by_group(given, **options)}
    work.alive()
    everybody = scores(given, **options).utility
    yield table(
        "scores",
        list(rows_of_strata(work, people, by_stratum, everybody)),
        measure="score",
        method=everybody.method,
        source=SOURCE,
        parameters=parameters_of(work, **options),
    )


def decided(found: JudgedComparisons, criterion: int) -> JudgedComparisons:
    """Preferences and ties between two systems: what is no preference bears on no score."""
    of_two = (found.system_a >= 0) & (found.system_b >= 0) & (found.system_a != found.system_b)
    told = (found.outcome == 0) | (found.outcome == OUTCOMES.index(TIE))
    return found.where((found.criterion == criterion) & of_two & told)


def comparisons_of(
    work: Work,
    found: JudgedComparisons,
    *,
    group: npt.NDArray[np.integer] | None = None,
    groups: int = 0,
) -> Comparisons:
    """For estimators; by stratum unless other groups are given. What was shown first is told."""
    return Comparisons(
        annotator=found.annotator,
        item=found.item,
        a=found.system_a,
        b=found.system_b,
        outcome=found.preference,
        n_systems=len(work.judged.systems),
        n_annotators=len(work.judged.annotators),
        n_groups=len(work.judged.strata) if group is None else groups,
        group=found.stratum if group is None else group,
        first=np.where(found.first == found.a, -1, np.where(found.first == found.b, 1, 0)),
    )


def people_who_compared(work: Work, found: JudgedComparisons) -> People:
    """People of each stratum who compared each system: strata × systems."""
    return people_by_system(
        work,
        np.tile(found.stratum, 2),
        np.concatenate([found.system_a, found.system_b]),
        np.tile(found.annotator, 2),
    )


def people_by_system(
    work: Work,
    stratum: npt.NDArray[np.int32],
    system: npt.NDArray[np.int32],
    annotator: npt.NDArray[np.int32],
) -> People:
    """Different people of each stratum and system: strata × systems, of rows that name these."""
    strata, systems = len(work.judged.strata), len(work.judged.systems)
    width = int(annotator.max()) + 1
    rows = (stratum.astype(np.int64) * systems + system) * width + annotator
    cells = np.unique(rows) // width
    return np.bincount(cells, minlength=strata * systems).reshape(strata, systems)


def hidden_systems(work: Work, people: People) -> Hidden:
    """Where people of a stratum who judged a system are too few, or would give such away."""
    return withheld(people, work.least) | (work.hidden_strata[:, None] & (people > 0))


def strata_shown(work: Work, people: People) -> list[int]:
    """Strata of which all systems that they judged may be told of."""
    hidden = hidden_systems(work, people)
    return [code for code, line in enumerate(people) if line.any() and not hidden[code].any()]


def rows_of_strata(
    work: Work, people: People, by_stratum: Mapping[int, Estimates], everybody: Estimates
) -> Iterator[Row]:
    """Systems of each stratum, then those of all strata together; `people` by both."""
    hidden = hidden_systems(work, people)
    for code, key in enumerate(work.judged.strata):
        if code in by_stratum and people[code].any():
            yield from score_rows(work, key, by_stratum[code], people[code], hidden[code])
    if len(work.judged.strata) > 1:
        columns: Sequence[int] = range(people.shape[1])
        sums = [sum_is_withheld(people[:, one], hidden[:, one], work.least) for one in columns]
        yield from score_rows(work, EVERYBODY, everybody, people.sum(axis=0), np.array(sums))


def score_rows(
    work: Work, stratum: str, utility: Estimates, people: People, hidden: Hidden
) -> Iterator[Row]:
    """A stratum's systems, best first. Scores are centred: one system withheld withholds all."""
    seen = np.flatnonzero(people > 0)
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
            **weakness(utility.parameters),
        )


def weakness(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """How many draws had no finite maximum, where any had none."""
    weak = parameters.get("replicates with a weak prior")
    return {"weak_draws": weak} if weak else {}
