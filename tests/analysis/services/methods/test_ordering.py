"""Utilities from whole rankings, and from best and worst."""

import numpy as np
import pytest

from analysis.services.methods.ordering import (
    best_and_worst_of,
    best_worst_tables,
    ranking_tables,
    rankings_of,
)
from tests.analysis.crowds import people, preferred, ranked, rows_by_group, work_of

TWO = {"young": 8, "old": 8}


def test_rankings_of_two_systems_are_log_odds():
    """The young set s0 above s1 in twelve rankings of sixteen, the old in four."""
    rankings = [
        ranked(person, item, *(([0], [1]) if first else ([1], [0])))
        for person, stratum in people(TWO)
        for item in range(2)
        for first in [(person % 4 != 3) == (stratum == "young")]
    ]
    (table,) = ranking_tables(work_of(TWO, rankings=rankings), 0)
    found = rows_by_group([table], "ranking-scores")
    gap = found["young", "s0"]["estimate"] - found["young", "s1"]["estimate"]
    assert gap == pytest.approx(1.0986, abs=0.01)  # log 3, but for the weak prior
    assert found["old", "s1"]["estimate"] == pytest.approx(gap / 2, abs=1e-6)
    assert found["", "s0"]["estimate"] == pytest.approx(0, abs=1e-6)
    assert (found["young", "s0"]["n"], found["young", "s0"]["annotators"]) == (16, 8)
    assert table["parameters"]["replicates"] == 40


def test_rankings_that_name_a_system_twice_or_alone_say_nothing():
    whole = ranked(0, 0, [2], [0, 1])
    twice = [{**one, "system": 0} for one in ranked(1, 0, [0], [1], [2])]
    alone = ranked(2, 0, [1])
    given = rankings_of(work_of(TWO, rankings=[whole, twice, alone], systems=3), 0)
    assert given is not None
    assert given.annotator.tolist() == [0]
    assert given.systems.tolist() == [[2, 0, 1]]
    assert given.ranks.tolist() == [[1, 2, 2]]
    assert rankings_of(work_of(TWO, rankings=[alone]), 0) is None


def choice(person, item, best, worst, shown=range(4)):
    """Pairs that a best and a worst tell of."""
    between = [one for one in shown if one not in (best, worst)]
    return [
        preferred(person, item, best, worst),
        *(preferred(person, item, best, one) for one in between),
        *(preferred(person, item, one, worst) for one in between),
    ]


def test_the_best_and_the_worst_are_found_in_their_pairs():
    work = work_of(
        TWO,
        judgments=[choice(0, 0, 2, 0), choice(9, 1, 1, 3, shown=[1, 2, 3])],
        systems=4,
        task_type="best-worst",
    )
    given = best_and_worst_of(work, 0)
    assert given is not None
    assert (given.best.tolist(), given.worst.tolist()) == ([2, 1], [0, 3])
    assert np.sort(given.systems, axis=1).tolist() == [[0, 1, 2, 3], [-1, 1, 2, 3]]
    assert given.group is not None
    assert given.group.tolist() == [0, 1]


def test_best_less_worst_of_times_shown():
    """The young name s0 best and s3 worst, always; the old s1 or s0 best, and s2 worst."""
    judgments = [
        choice(person, item, 0 if stratum == "young" or item else 1, 3 if stratum == "young" else 2)
        for person, stratum in people(TWO)
        for item in range(2)
    ]
    work = work_of(TWO, judgments=judgments, systems=4, task_type="best-worst")
    tables = list(best_worst_tables(work, 0))
    found = rows_by_group(tables, "best-worst")
    young = [found["young", f"s{number}"]["estimate"] for number in range(4)]
    assert young == [1, 0, 0, -1]
    old = [found["old", f"s{number}"]["estimate"] for number in range(4)]
    assert old == [0.5, 0.5, -1, 0]
    both = [found["", f"s{number}"]["estimate"] for number in range(4)]
    assert both == [0.75, 0.25, -0.5, -0.5]
    assert (found["young", "s0"]["n"], found["young", "s0"]["annotators"]) == (16, 8)
    utilities = rows_by_group(tables, "best-worst-utilities")
    assert sum(utilities["old", f"s{n}"]["estimate"] for n in range(4)) == pytest.approx(
        0, abs=1e-9
    )
    assert next(iter(utilities)) == ("young", "s0")


def test_systems_of_strata_that_are_kept_back_are_not_there():
    strata = {"young": 8, "old": 6, "other": 2}
    judgments = [choice(person, 0, 0, 3) for person, _stratum in people(strata)]
    work = work_of(strata, judgments=judgments, systems=4, task_type="best-worst")
    found = rows_by_group(best_worst_tables(work, 0), "best-worst")
    assert found["old", ""]["withheld"]
    assert found["other", ""]["withheld"]
    assert found["young", "s0"]["estimate"] == 1
    assert found["", "s0"]["annotators"] == 16


def test_pairs_of_other_task_types_are_no_choices():
    work = work_of(TWO, judgments=[choice(0, 0, 2, 0)], systems=4)
    assert list(best_worst_tables(work, 0)) == []
    assert list(ranking_tables(work, 0)) == []
