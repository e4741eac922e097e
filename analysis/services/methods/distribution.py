"""What people answered, group by group: the distributions behind every other number."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from analysis.arrays import JudgedComparisons, JudgedRatings
from analysis.arrays.judged import OUTCOMES
from analysis.services.methods.base import (
    Found,
    Group,
    Work,
    grouped,
    parameters_of,
    share_interval,
)
from analysis.services.tables import Row, Table, row, table, withheld_row

Codes = npt.NDArray[np.int32]
METHOD = "share of answers, Wilson interval with the effective number of answers"
SOURCE = "Wilson (1927); Kish (1965); Dean and Pagano (2015)"
GRADES = ("clear", "slight", "tie", "both_bad", "depends")
SIDES = ("preferred", "tie", "not_preferred", "both_bad", "depends")
MOST_STEPS = 11
BINS = 10


def distributions(work: Work) -> Found:
    """For each criterion: how answers spread over what can be answered."""
    return {
        key: [
            *grade_tables(work, code),
            *rating_tables(work, code),
            *value_tables(work, code),
        ]
        for code, key in enumerate(work.judged.criteria)
    }


def grade_tables(work: Work, criterion: int) -> Iterator[Table]:
    found = work.judged.comparisons
    found = found.where(found.criterion == criterion)
    if not len(found):
        return
    yield shares(
        work,
        "answers",
        [found.stratum, np.zeros_like(found.stratum), found.annotator, grade_of(found)],
        others=[{}],
        categories=GRADES,
    )
    if work.judged.systems:
        yield shares(
            work,
            "systems",
            sides(found),
            others=[{"system": one} for one in work.judged.systems],
            categories=SIDES,
        )


def grade_of(found: JudgedComparisons) -> Codes:
    """Clear, slight, tie, both bad, it depends: whoever was preferred."""
    graded = np.where(np.abs(found.preference) == 2, 0, 1)
    others = np.array([0, *(GRADES.index(one) for one in OUTCOMES[1:])])
    return np.where(found.outcome == 0, graded, others[found.outcome]).astype(np.int32)


def sides(found: JudgedComparisons) -> list[Codes]:
    """Every comparison once from the side of each system, where the two differ."""
    told = (found.system_a != found.system_b) & (found.system_a >= 0) & (found.system_b >= 0)
    found = found.where(told)
    others = np.array([0, *(SIDES.index(one) for one in OUTCOMES[1:])])
    by_b = np.where(found.preference > 0, 0, 2)
    by_a = 2 - by_b
    plain = found.outcome == 0
    return [
        np.tile(found.stratum, 2),
        np.concatenate([found.system_a, found.system_b]),
        np.tile(found.annotator, 2),
        np.concatenate(
            [np.where(plain, side, others[found.outcome]) for side in (by_a, by_b)]
        ).astype(np.int32),
    ]


def rating_tables(work: Work, criterion: int) -> Iterator[Table]:
    found = work.judged.ratings
    found = found.where(found.criterion == criterion)
    if not len(found):
        return
    codes, names = steps_of(found)
    yield shares(
        work,
        "ratings",
        [found.stratum, np.zeros_like(found.stratum), found.annotator, codes],
        others=[{}],
        categories=names,
    )
    known = found.system >= 0
    if work.judged.systems and known.any():
        told = found.where(known)
        yield shares(
            work,
            "ratings-of-systems",
            [told.stratum, told.system, told.annotator, codes[known]],
            others=[{"system": one} for one in work.judged.systems],
            categories=names,
        )


def steps_of(found: JudgedRatings) -> tuple[Codes, list[str]]:
    """Ratings as steps: as they are, or in ten equal parts where there are many."""
    values, codes = np.unique(found.rating, return_inverse=True)
    if len(values) <= MOST_STEPS:
        return codes.astype(np.int32), [f"{one:g}" for one in values]
    edges = np.linspace(values[0], values[-1], BINS + 1)
    codes = np.clip(np.searchsorted(edges, found.rating, side="right") - 1, 0, BINS - 1)
    pairs = itertools.pairwise(edges)
    return codes.astype(np.int32), [f"{low:g}–{high:g}" for low, high in pairs]


def value_tables(work: Work, criterion: int) -> Iterator[Table]:
    """Each value by itself: the share of judgments that see it."""
    found = work.judged.valued
    found = found.where(found.criterion == criterion)
    if not len(found):
        return
    judgments, first = np.unique(found.judgment, return_index=True)
    once = found.where(np.isin(np.arange(len(found)), first))
    rows: list[Row] = []
    for code, value in enumerate(work.judged.values):
        seen = np.isin(judgments, found.judgment[found.value == code])
        for group in grouped(
            once.stratum,
            np.zeros_like(once.stratum),
            once.annotator,
            seen.astype(np.int32),
            strata=work.judged.strata,
            others=[{}],
            categories=2,
            least=work.least,
            always=work.hidden_strata,
        ):
            rows += share_rows(group, ["", value], from_category=1)
    yield shares_table(work, "values", rows)


def shares(
    work: Work,
    key: str,
    columns: Sequence[Codes],
    *,
    others: Sequence[Mapping[str, str]],
    categories: Sequence[str],
) -> Table:
    stratum, other, annotator, category = columns
    groups = grouped(
        stratum,
        other,
        annotator,
        category,
        strata=work.judged.strata,
        others=others,
        categories=len(categories),
        least=work.least,
        always=work.hidden_strata,
    )
    rows = [one for group in groups for one in share_rows(group, categories)]
    return shares_table(work, key, rows)


def share_rows(group: Group, categories: Sequence[str], *, from_category: int = 0) -> Iterator[Row]:
    """A row for each category that may be answered; one alone where the group is withheld."""
    if group.is_withheld:
        yield withheld_row({**group.names, "answer": ""})
        return
    totals = group.counts.sum(axis=1)
    for code in range(from_category, len(categories)):
        share, lower, upper = share_interval(group.counts[:, code], totals)
        yield row(
            {**group.names, "answer": categories[code]},
            estimate=share,
            lower=lower,
            upper=upper,
            n=int(totals.sum()),
            annotators=len(totals),
        )


def shares_table(work: Work, key: str, rows: Sequence[Row]) -> Table:
    return table(
        key,
        rows,
        measure="share",
        method=METHOD,
        source=SOURCE,
        parameters=parameters_of(work),
    )
