"""How far people agree: within strata, across them, and whether strata are groups of a mind."""

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimators.agreement import Scale, alpha
from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.grasp import Association, associations, cross_replication
from analysis.estimators.results import Estimate
from analysis.services.methods.answers import Answers, answers_of
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.tables import EVERYBODY, Row, Table, row, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

ALPHA_SOURCE = "Krippendorff (2011); Hayes and Krippendorff (2007)"
XRR_SOURCE = "Wong, Paritosh and Aroyo (2021)"
GAI_SOURCE = (
    "Prabhakaran et al. (2023), GRASP; permutations after Phipson and Smyth (2010); "
    "Benjamini and Hochberg (1995)"
)
# Agreement is worked out over so many items at most, drawn by the seed: draws of people take as
# much time as there are items.
MOST_ITEMS = 1000
PERMUTATIONS = 500
LEAST_DRAWS = 20


def agreement(work: Work) -> Found:
    """For each criterion: α, XRR of each two strata, and GAI with both its parts."""
    return {
        key: list(agreement_tables(work, code)) for code, key in enumerate(work.judged.criteria)
    }


def agreement_tables(work: Work, criterion: int) -> Iterator[Table]:
    answers = answers_of(work.judged, criterion)
    if answers is None:
        return
    answers = answers.drawn(MOST_ITEMS, work.chance("agreement", work.judged.criteria[criterion]))
    strata = work.judged.strata
    people = answers.people(len(strata))
    hidden = withheld(people, work.least) | (work.hidden_strata & (people > 0))
    hides_sum = sum_is_withheld(people, hidden, work.least)
    common: dict[str, Any] = {
        "scale": answers.scale,
        "items": answers.n_units,
        "replicates": max(LEAST_DRAWS, work.bootstraps),
        "seed": work.seed,
    }
    yield alpha_table(work, answers, people, hidden, hides_sum, common)
    work.alive()
    shown = [code for code in range(len(strata)) if people[code] and not hidden[code]]
    if len(shown) < 2:
        return
    yield cross_table(work, answers, shown, common)
    work.alive()
    yield association_table(work, answers.of_strata(shown), shown, common)


def alpha_table(
    work: Work,
    answers: Answers,
    people: npt.NDArray[np.int64],
    hidden: npt.NDArray[np.bool_],
    hides_sum: bool,
    common: dict[str, Any],
) -> Table:
    rows: list[Row] = []
    for code, key in enumerate(work.judged.strata):
        if hidden[code]:
            rows.append(withheld_row({"stratum": key}))
        elif people[code]:
            rows += alpha_row(key, answers.of_strata([code]), common)
    if len(work.judged.strata) > 1:
        rows += (
            [withheld_row({"stratum": EVERYBODY})]
            if hides_sum
            else alpha_row(EVERYBODY, answers, common)
        )
    return table(
        "alpha",
        rows,
        measure="agreement",
        method=f"Krippendorff's α, {answers.scale}",
        source=ALPHA_SOURCE,
        parameters=parameters_of(work, **common),
    )


def alpha_row(stratum: str, answers: Answers, common: dict[str, Any]) -> list[Row]:
    """Nothing where no item has two answers."""
    try:
        found = alpha(
            ratings_of(answers),
            scale_of(answers),
            replicates=common["replicates"],
            seed=common["seed"],
        )
    except UnfitData:
        return []
    return [estimate_row({"stratum": stratum}, found)]


def cross_table(work: Work, answers: Answers, shown: list[int], common: dict[str, Any]) -> Table:
    strata = work.judged.strata
    given = ratings_of(answers, len(strata))
    rows = []
    for one, other in combinations(shown, 2):
        try:
            found = cross_replication(
                given,
                one,
                other,
                scale_of(answers),
                replicates=common["replicates"],
                seed=common["seed"],
            )
        except UnfitData:
            continue
        rows.append(estimate_row({"stratum": strata[one], "other": strata[other]}, found))
    return table(
        "cross-replication",
        rows,
        measure="agreement",
        method=f"cross-replication reliability, {answers.scale}",
        source=XRR_SOURCE,
        parameters=parameters_of(work, **common),
    )


def association_table(
    work: Work, answers: Answers, shown: list[int], common: dict[str, Any]
) -> Table:
    """Each stratum against all others that are shown, strata numbered anew among these."""
    rows: list[Row] = []
    try:
        found = associations(
            ratings_of(answers.renumbered(shown), len(shown)),
            scale_of(answers),
            permutations=PERMUTATIONS,
            replicates=common["replicates"],
            seed=common["seed"],
        )
    except UnfitData:
        found = []
    for one in found:
        rows += association_rows(work.judged.strata[shown[one.group]], one)
    return table(
        "associations",
        rows,
        measure="agreement",
        method="group association index: α within the group over XRR with all others",
        source=GAI_SOURCE,
        parameters=parameters_of(work, permutations=PERMUTATIONS, **common),
    )


def association_rows(stratum: str, one: Association) -> Iterator[Row]:
    for quantity, found, p, q in (
        ("inside", one.inside, one.p_inside, one.q_inside),
        ("across", one.across, one.p_across, one.q_across),
        ("index", one.index, one.p_index, one.q_index),
    ):
        tests = {"p": known(p), "q": known(q)}
        yield estimate_row({"stratum": stratum, "quantity": quantity}, found, **tests)


def known(value: float) -> float | None:
    return None if math.isnan(value) else value


def estimate_row(group: dict[str, str], found: Estimate, **more: Any) -> Row:
    return row(
        group,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        n=found.n,
        annotators=found.n_annotators,
        **more,
    )


def scale_of(answers: Answers) -> Scale:
    return answers.scale


def ratings_of(answers: Answers, strata: int = 0) -> Ratings:
    return Ratings(
        unit=answers.unit,
        rater=answers.annotator,
        value=answers.value,
        n_units=answers.n_units,
        n_raters=len(answers.stratum_of),
        n_groups=strata,
        rater_group=answers.stratum_of if strata else None,
    )
