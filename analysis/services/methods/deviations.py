"""Whether strata prefer other systems than people do in common, and how far, shrunk to that."""

from collections.abc import Iterator

import numpy as np

from analysis.arrays import JudgedComparisons
from analysis.estimators.data import Comparisons, UnfitData, row_groups
from analysis.estimators.deviations import PERMUTATIONS, GroupTests, group_tests
from analysis.estimators.groups import GroupScores, shrunk_scores
from analysis.services.methods.base import Work, parameters_of
from analysis.services.methods.systems import (
    comparisons_of,
    decided,
    people_who_compared,
    strata_shown,
)
from analysis.services.tables import EVERYBODY, Row, Table, rounded, row, table

TESTS_SOURCE = "Rao (1948); strata shuffled among people; Benjamini and Hochberg (1995)"
SHRUNK_SOURCE = f"Robinson (1991); penalty by people left out; tests: {TESTS_SOURCE}"


def deviation_tables(work: Work, criterion: int) -> Iterator[Table]:
    """Do strata differ at all, and which over which systems; nothing without two that may be shown.

    Only strata that are shown go in: deviations add up to nothing, so one that is kept back could
    be found from the others.
    """
    found = decided(work.judged.comparisons, criterion)
    if not len(found) or len(work.judged.systems) < 2:
        return
    codes = strata_shown(work, people_who_compared(work, found))
    if len(codes) < 2:
        return
    given = among(work, found.where(np.isin(found.stratum, codes)), codes)
    try:
        tests = group_tests(given, seed=work.seed)
        work.alive()
        shrunk = shrunk_scores(given, replicates=work.draws, seed=work.seed)
    except UnfitData:
        # Preferences that lead nowhere back have no common utilities to deviate from.
        return
    names = [work.judged.strata[code] for code in codes]
    yield tests_table(work, names, given, shrunk, tests)
    yield deviations_table(work, names, shrunk, tests)


def among(work: Work, found: JudgedComparisons, codes: list[int]) -> Comparisons:
    """Comparisons with strata numbered by their place in `codes`."""
    place = np.full(len(work.judged.strata), -1)
    place[codes] = np.arange(len(codes))
    return comparisons_of(work, found, group=place[found.stratum], groups=len(codes))


def tests_table(
    work: Work, names: list[str], given: Comparisons, shrunk: GroupScores, tests: GroupTests
) -> Table:
    apart = np.sqrt(np.nanmean(shrunk.deviation.estimate**2, axis=1))
    groups = row_groups(given.group, len(given))
    judgments = np.bincount(groups, minlength=len(names))
    rows = [
        row(
            {"stratum": name},
            estimate=float(apart[code]),
            lower=None,
            upper=None,
            n=int(judgments[code]),
            annotators=int(tests.people[code]),
            p=rounded(tests.p[code]),
            q=rounded(tests.q[code]),
        )
        for code, name in enumerate(names)
    ]
    rows.append(
        row(
            {"stratum": EVERYBODY},
            estimate=float(np.sqrt(np.nanmean(shrunk.deviation.estimate**2))),
            lower=None,
            upper=None,
            n=len(given),
            annotators=int(tests.people.sum()),
            p=rounded(tests.p_any),
        )
    )
    return table(
        "differences",
        rows,
        measure="deviation",
        method=f"root mean square of shrunk deviations; p: {tests.method}",
        source=TESTS_SOURCE,
        parameters=parameters_of(work, permutations=PERMUTATIONS, seed=work.seed),
    )


def deviations_table(work: Work, names: list[str], shrunk: GroupScores, tests: GroupTests) -> Table:
    rows = [
        deviation_row(work, name, code, system, shrunk, tests)
        for code, name in enumerate(names)
        for system in np.argsort(-shrunk.deviation.estimate[code], kind="stable").tolist()
        if shrunk.deviation.n_annotators[code, system]
    ]
    return table(
        "deviations",
        rows,
        measure="deviation",
        method=shrunk.deviation.method,
        source=SHRUNK_SOURCE,
        parameters=parameters_of(
            work, permutations=PERMUTATIONS, **dict(shrunk.deviation.parameters)
        ),
    )


def deviation_row(
    work: Work, name: str, code: int, system: int, shrunk: GroupScores, tests: GroupTests
) -> Row:
    found, place = shrunk.deviation, (code, system)
    return row(
        {"stratum": name, "system": work.judged.systems[system]},
        estimate=float(found.estimate[place]),
        lower=float(found.lower[place]),
        upper=float(found.upper[place]),
        n=int(found.n[place]),
        annotators=int(found.n_annotators[place]),
        utility=rounded(shrunk.utility.estimate[place]),
        p=rounded(tests.p_system[place]),
        q=rounded(tests.q_system[place]),
    )
