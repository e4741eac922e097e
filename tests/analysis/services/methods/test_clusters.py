"""Kinds of people: how many, who is of them, and what that has to do with who they are."""

import numpy as np
import pytest

from analysis.services.methods.clusters import Told, cluster_tables, strata_of
from tests.analysis.crowds import people, preferred, ranked, rows_by_group, work_of

SYSTEMS = 3
ROUNDS = 12


def in_order(kind, turn):
    """Systems best first: of one kind s0, s1, s2, of the other the reverse; now and then s1 leads.

    Nobody is without exceptions, so that utilities are finite.
    """
    order = [0, 1, 2] if kind == 0 else [2, 1, 0]
    return order if turn % 4 else [order[1], order[0], order[2]]


def of_kinds(strata, kind_of):
    """Everybody compares each two systems in each round, as of their kind."""
    return [
        preferred(person, turn, order[one], order[other])
        for person, stratum in people(strata)
        for turn in range(ROUNDS)
        for order in [in_order(kind_of(person, stratum), turn)]
        for one, other in ((0, 1), (0, 2), (1, 2))
    ]


def by_stratum(_person, stratum):
    return 0 if stratum == "young" else 1


def told_of(work, *questions):
    return [
        strata_of(work),
        *(Told(key, options, np.array(answer)) for key, options, answer in questions),
    ]


def test_two_kinds_that_are_two_strata():
    strata = {"young": 14, "old": 10}
    work = work_of(strata, of_kinds(strata, by_stratum), systems=SYSTEMS)
    home = [person % 2 for person in range(24)]
    told = told_of(work, ("home", ["town", "farm"], home))
    tables = list(cluster_tables(work, 0, told))
    (numbers,) = (one for one in tables if one["key"] == "numbers-of-kinds")
    assert numbers["parameters"]["chosen"] == 2
    # Kinds of five people at least: four kinds of 24.
    assert [row["group"]["kinds"] for row in numbers["rows"]] == ["1", "2", "3", "4"]
    kinds = rows_by_group(tables, "kinds")
    assert [row["annotators"] for row in kinds.values()] == [14, 10]
    assert kinds["1",]["estimate"] == pytest.approx(14 / 24, abs=1e-3)
    prefer = rows_by_group(tables, "preferences-of-kinds")
    # Three times in four s0 is set above s1, and always above s2.
    assert [system for kind, system in prefer if kind == "1"] == ["s0", "s1", "s2"]
    assert [system for kind, system in prefer if kind == "2"] == ["s2", "s1", "s0"]
    assert rows_by_group(tables, "steadiness")["halves",]["estimate"] == 1
    explained = rows_by_group(tables, "explained")
    assert explained["stratum",]["estimate"] == pytest.approx(1)
    assert explained["stratum",]["unexplained"] == pytest.approx(0)
    # Half of either kind live in town: that tells nothing of them, and is said as loudly.
    assert (explained["home",]["estimate"], explained["home",]["unexplained"]) == (0, 1)
    assert explained["home",]["p"] == 1
    who = rows_by_group(tables, "people-of-kinds")
    assert who["1", "stratum", "young"]["estimate"] == 1
    assert ("1", "stratum", "old") not in who
    assert (who["1", "home", "town"]["estimate"], who["1", "home", "town"]["n"]) == (0.5, 14)
    assert who["2", "home", "farm"]["annotators"] == 5


def test_answers_of_few_people_of_a_kind_and_what_gives_them_away_are_withheld():
    """Four of the old live in town and four on farms; as many of the young are known by sums."""
    strata = {"young": 12, "old": 8}
    work = work_of(strata, of_kinds(strata, by_stratum), systems=SYSTEMS)
    told = told_of(work, ("home", ["town", "farm"], [person % 2 for person in range(20)]))
    who = rows_by_group(cluster_tables(work, 0, told), "people-of-kinds")
    assert {group: row["withheld"] for group, row in who.items()} == {
        ("1", "stratum", "young"): False,
        ("2", "stratum", "old"): False,
        ("1", "home", "town"): True,
        ("1", "home", "farm"): True,
        ("2", "home", "town"): True,
        ("2", "home", "farm"): True,
    }


def test_one_kind_is_one_kind():
    strata = {"young": 10, "old": 10}
    work = work_of(strata, of_kinds(strata, lambda *_who: 0), systems=SYSTEMS)
    tables = list(cluster_tables(work, 0, told_of(work)))
    assert {one["key"] for one in tables} == {"numbers-of-kinds", "kinds", "preferences-of-kinds"}
    assert list(rows_by_group(tables, "kinds")) == [("1",)]
    assert rows_by_group(tables, "kinds")["1",]["annotators"] == 20


def test_kinds_of_few_people_and_what_gives_them_away_are_withheld():
    strata = {"young": 18, "old": 10}
    few = work_of(
        strata, of_kinds(strata, lambda person, _stratum: int(person < 4)), systems=SYSTEMS
    )
    tables = list(cluster_tables(few, 0, told_of(few)))
    kinds = rows_by_group(tables, "kinds")
    assert len(kinds) == 2
    for table in tables:
        for row in table["rows"]:
            if "kind" in row["group"]:
                assert row["withheld"], row


def test_rankings_make_kinds_too():
    strata = {"young": 10, "old": 10}
    rankings = [
        ranked(person, turn, *([one] for one in in_order(by_stratum(person, stratum), turn)))
        for person, stratum in people(strata)
        for turn in range(ROUNDS)
    ]
    work = work_of(strata, rankings=rankings, systems=SYSTEMS, task_type="ranking")
    tables = list(cluster_tables(work, 0, told_of(work)))
    kinds = rows_by_group(tables, "kinds")
    assert [row["annotators"] for row in kinds.values()] == [10, 10]
    (table,) = (one for one in tables if one["key"] == "kinds")
    assert "Plackett–Luce" in table["method"]


def test_people_are_too_few_for_kinds():
    strata = {"young": 9}
    work = work_of(strata, of_kinds(strata, by_stratum), systems=SYSTEMS)
    assert list(cluster_tables(work, 0, told_of(work))) == []


def test_everybody_is_withheld_where_one_stratum_alone_is_behind_them():
    """The young are kept back for the two others' sake, and they alone judged this."""
    strata = {"young": 12, "other": 2}
    pairs = [one for one in of_kinds(strata, by_stratum) if one["annotator"] < 12]
    work = work_of(strata, pairs, systems=SYSTEMS)
    (table,) = cluster_tables(work, 0, told_of(work))
    assert [row["withheld"] for row in table["rows"]] == [True]


def test_answers_that_no_view_shows_are_not_explained_either():
    strata = {"young": 14, "old": 8}
    work = work_of(strata, of_kinds(strata, by_stratum), systems=SYSTEMS)
    home = [2 if person < 2 else person % 2 for person in range(22)]
    told = told_of(work, ("home", ["town", "farm", "boat"], home))
    tables = list(cluster_tables(work, 0, told))
    who = rows_by_group(tables, "people-of-kinds")
    # Two live on boats; that they are not told from those in town, these are not shown either.
    assert who["1", "home", "boat"]["withheld"]
    shown = rows_by_group(tables, "explained")["home",]
    assert shown["n"] == 22 - 2 - 10
