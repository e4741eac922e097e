"""Utilities of systems from whole rankings, and from the best and the worst of several."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.estimators.best_worst import best_worst_scores, maxdiff
from analysis.estimators.data import BestWorst, Rankings, UnfitData
from analysis.estimators.plackett_luce import scores
from analysis.estimators.results import Estimates
from analysis.services.methods.base import Work, parameters_of
from analysis.services.methods.systems import (
    PENALTY,
    People,
    people_by_system,
    rows_of_strata,
)
from analysis.services.tables import Table, table

Codes = npt.NDArray[np.int32]
RANKING_SOURCE = "Plackett (1975); Luce (1959); ties after Turner et al. (2020)"
BEST_WORST_SOURCE = "Louviere, Flynn and Marley (2015); Kiritchenko and Mohammad (2017)"
MAXDIFF_SOURCE = "Marley and Louviere (2005)"
Ordered = TypeVar("Ordered", Rankings, BestWorst)
Estimator = Callable[[Ordered], Estimates]


@dataclass(frozen=True)
class Listed:
    """Judgments that name several systems each: `system` is n × k, padded with -1."""

    judgment: Codes
    annotator: Codes
    item: Codes
    stratum: Codes
    system: Codes

    def __len__(self) -> int:
        return len(self.judgment)


def ranking_tables(work: Work, criterion: int) -> Iterator[Table]:
    """Utilities from rankings, by stratum and of everybody; nothing where nobody ranked."""
    given = rankings_of(work, criterion)
    if given is None:
        return
    options: dict[str, Any] = {"replicates": work.draws, "seed": work.seed}
    yield from table_of_strata(
        work,
        "ranking-scores",
        given,
        lambda one: scores(one, penalty=PENALTY, **options).utility,
        measure="score",
        source=RANKING_SOURCE,
        parameters={"penalty": PENALTY, **options},
    )


def best_worst_tables(work: Work, criterion: int) -> Iterator[Table]:
    """Counts of best and worst, and utilities, by stratum; nothing where nobody named any."""
    given = best_and_worst_of(work, criterion)
    if given is None:
        return
    options: dict[str, Any] = {"replicates": work.draws, "seed": work.seed}
    yield from table_of_strata(
        work,
        "best-worst",
        given,
        lambda one: best_worst_scores(one, **options),
        measure="balance",
        source=BEST_WORST_SOURCE,
        parameters=options,
    )
    work.alive()
    yield from table_of_strata(
        work,
        "best-worst-utilities",
        given,
        lambda one: maxdiff(one, penalty=PENALTY, **options),
        measure="score",
        source=MAXDIFF_SOURCE,
        parameters={"penalty": PENALTY, **options},
    )


def table_of_strata(
    work: Work,
    key: str,
    given: Ordered,
    estimator: "Estimator[Ordered]",
    *,
    measure: str,
    source: str,
    parameters: dict[str, Any],
) -> Iterator[Table]:
    """An estimator over everybody and over each stratum by itself."""
    assert given.group is not None  # noqa: S101 - for the type checker
    named = given.systems >= 0
    times = named.sum(axis=1)
    people: People = people_by_system(
        work,
        np.repeat(given.group, times).astype(np.int32),
        given.systems[named].astype(np.int32),
        np.repeat(given.annotator, times).astype(np.int32),
    )
    try:
        everybody = estimator(given)
        by_stratum = {}
        for code in np.unique(given.group).tolist():
            work.alive()
            by_stratum[code] = estimator(taken(given, given.group == code))
    except UnfitData:
        return
    yield table(
        key,
        list(rows_of_strata(work, people, by_stratum, everybody)),
        measure=measure,
        method=everybody.method,
        source=source,
        parameters=parameters_of(work, **parameters),
    )


def taken(given: Ordered, rows: npt.NDArray[np.bool_]) -> Ordered:
    """Some of the judgments; numbers of people and systems stay."""
    columns = {one.name: getattr(given, one.name) for one in fields(given)}
    kept: dict[str, Any] = {
        name: one[rows] for name, one in columns.items() if isinstance(one, np.ndarray)
    }
    return replace(given, **kept)


def rankings_of(work: Work, criterion: int) -> Rankings | None:
    """Rankings of two systems or more, each named once; None where there are none."""
    found = work.judged.places
    found = found.where((found.criterion == criterion) & (found.system >= 0))
    if not len(found):
        return None
    columns = [found.judgment, found.annotator, found.item, found.stratum, found.system]
    listed, places = in_rows(columns, found.rank)
    usable = is_usable(listed, least=2)
    if not usable.any():
        return None
    return Rankings(
        annotator=listed.annotator[usable],
        item=listed.item[usable],
        systems=listed.system[usable],
        ranks=places[usable],
        n_systems=len(work.judged.systems),
        n_annotators=len(work.judged.annotators),
        n_groups=len(work.judged.strata),
        group=listed.stratum[usable],
    )


def best_and_worst_of(work: Work, criterion: int) -> BestWorst | None:
    """Choices among three systems or more, each shown once; None for other task types.

    Of the pairs that a choice tells, the best has won all its own, the worst lost all its own.
    """
    found = work.judged.comparisons
    found = found.where((found.criterion == criterion) & (found.system_a >= 0))
    found = found.where((found.system_b >= 0) & (found.preference != 0))
    if work.judged.task_type != "best-worst" or not len(found):
        return None
    columns = [np.tile(one, 2) for one in (found.judgment, found.annotator, found.item)]
    stratum = np.tile(found.stratum, 2)
    system = np.concatenate([found.system_a, found.system_b])
    won = np.concatenate([-found.preference, found.preference])
    keys = columns[0].astype(np.int64) * len(work.judged.systems) + system
    _each, first, of_row = np.unique(keys, return_index=True, return_inverse=True)
    balance = np.bincount(of_row, np.sign(won)).astype(np.int32)
    each = [one[first] for one in (*columns, stratum, system)]
    listed, balances = in_rows(each, balance)
    sizes = (listed.system >= 0).sum(axis=1)
    rows, best, worst = np.arange(len(listed)), balances.argmax(axis=1), balances.argmin(axis=1)
    # Where systems were shown twice in an item or are not known, not all pairs are there.
    whole = (balances[rows, best] == sizes - 1) & (balances[rows, worst] == 1 - sizes)
    usable = is_usable(listed, least=3) & whole
    if not usable.any():
        return None
    return BestWorst(
        annotator=listed.annotator[usable],
        item=listed.item[usable],
        systems=listed.system[usable],
        best=listed.system[rows, best][usable],
        worst=listed.system[rows, worst][usable],
        n_systems=len(work.judged.systems),
        n_annotators=len(work.judged.annotators),
        n_groups=len(work.judged.strata),
        group=listed.stratum[usable],
    )


def in_rows(columns: Sequence[Codes], value: Codes) -> tuple[Listed, Codes]:
    """A line for each judgment, with its systems and their values beside each other.

    `columns` are judgment, annotator, item, stratum and system of each system in a judgment. Where
    there is no system its number is -1 and its value 0.
    """
    judgment, annotator, item, stratum, system = columns
    order = np.argsort(judgment, kind="stable")
    judgment = judgment[order]
    starts = np.flatnonzero(np.diff(judgment, prepend=-1))
    line = np.cumsum(np.diff(judgment, prepend=-1) != 0) - 1
    place = np.arange(len(judgment)) - starts[line]
    shape = (len(starts), int(place.max()) + 1)
    systems, values = np.full(shape, -1, np.int32), np.zeros(shape, np.int32)
    systems[line, place], values[line, place] = system[order], value[order]
    first = order[starts]
    listed = Listed(judgment[starts], annotator[first], item[first], stratum[first], systems)
    return listed, values


def is_usable(listed: Listed, *, least: int) -> npt.NDArray[np.bool_]:
    """Whether a judgment names so many systems at least, and none twice."""
    in_order = np.sort(listed.system, axis=1)
    twice = ((np.diff(in_order, axis=1) == 0) & (in_order[:, 1:] >= 0)).any(axis=1)
    enough = (listed.system >= 0).sum(axis=1) >= least
    return np.asarray(enough & ~twice)
