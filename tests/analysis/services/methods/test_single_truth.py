"""One right answer an item, and whom that calls wrong."""

import pytest

from analysis.services.methods.single_truth import single_truth
from tests.analysis.crowds import people, preferred, rows_by_group, work_of


def parted(strata):
    """The young prefer s0 on all items, everybody else s1."""
    return [
        preferred(person, item, *((0, 1) if stratum == "young" else (1, 0)))
        for person, stratum in people(strata)
        for item in range(6)
    ]


def test_a_minority_is_called_wrong():
    strata = {"young": 9, "old": 5}
    tables = single_truth(work_of(strata, parted(strata)))["overall"]
    wrong = rows_by_group(tables, "called-wrong")
    assert (wrong["young",]["estimate"], wrong["old",]["estimate"]) == (0, 1)
    assert wrong["",]["estimate"] == pytest.approx(5 / 14)
    assert (wrong["old",]["n"], wrong["old",]["annotators"]) == (30, 5)
    items = rows_by_group(tables, "likeliest")
    assert len(items) == 6
    row = items["q0", "1 – 2", "first"]
    assert row["estimate"] > 0.999
    assert row["said"] == pytest.approx(9 / 14)
    (table,) = (one for one in tables if one["key"] == "likeliest")
    assert "assumes one true answer" in table["method"]
    assert (table["parameters"]["items"], table["parameters"]["against_most"]) == (6, 0)


def test_small_groups_are_not_called_anything():
    strata = {"young": 9, "old": 6, "other": 2}
    tables = single_truth(work_of(strata, parted(strata)))["overall"]
    wrong = rows_by_group(tables, "called-wrong")
    assert wrong["old",]["withheld"]
    assert wrong["other",]["withheld"]
    assert wrong["",]["annotators"] == 17
    few = single_truth(work_of({"young": 4}, parted({"young": 4})))["overall"]
    assert rows_by_group(few, "likeliest") == {}
    assert rows_by_group(few, "called-wrong")["young",]["withheld"]
