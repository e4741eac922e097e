"""Parts of variance, entropies, and what being shown first adds, worked out by hand."""

import math

import pytest

from analysis.services.methods.variation import variation
from tests.analysis.crowds import people, preferred, rows_by_group, work_of

TWO = {"young": 5, "old": 5}


def test_items_that_divide_people_come_first():
    """All agree on q0; over q1 five of ten do, who are the young."""
    pairs = [
        preferred(person, item, *((0, 1) if item == 0 or stratum == "young" else (1, 0)))
        for person, stratum in people(TWO)
        for item in range(2)
    ]
    tables = variation(work_of(TWO, pairs))["overall"]
    found = rows_by_group(tables, "divided")
    assert list(found) == [("q1", "1 – 2"), ("q0", "1 – 2")]
    divided, agreed = found.values()
    # One bit, which no two kinds of answers can go beyond.
    assert divided["estimate"] == pytest.approx(1)
    assert divided["variety"] == pytest.approx(1 - 2 * (5 * 4) / (10 * 9))
    assert (divided["n"], divided["annotators"]) == (10, 10)
    assert (agreed["estimate"], agreed["lower"], agreed["variety"]) == (0, 0, 0)
    variety = rows_by_group(tables, "variety")["variety",]
    assert variety["estimate"] == pytest.approx((1 - 40 / 90) / 2)
    parts = rows_by_group(tables, "parts")
    assert set(parts) == {("item",), ("group",), ("group_item",), ("person",), ("person_item",)}
    # People of a stratum say the same: nothing is between them, all is between strata over items.
    assert parts["person_item",]["estimate"] == pytest.approx(0)
    assert parts["person",]["estimate"] == pytest.approx(0)
    assert parts["group_item",]["estimate"] == pytest.approx(1)
    assert (parts["item",]["n"], parts["item",]["annotators"]) == (20, 10)


def test_what_is_shown_first_is_preferred_three_times_in_four():
    pairs = [
        preferred(
            person,
            item,
            *((first, 1 - first) if item // 2 % 4 != 3 else (1 - first, first)),
            first=first,
        )
        for person, _stratum in people(TWO)
        for item in range(16)
        for first in [item % 2]
    ]
    found = rows_by_group(variation(work_of(TWO, pairs))["overall"], "order")["order",]
    assert found["estimate"] == pytest.approx(math.log(3), abs=1e-4)
    assert (found["n"], found["annotators"]) == (160, 10)


def test_without_knowing_what_was_shown_first_nothing_is_said_of_it():
    pairs = [preferred(person, 0, 0, 1) for person, _stratum in people(TWO)]
    assert all(one["key"] != "order" for one in variation(work_of(TWO, pairs))["overall"])


def test_items_of_a_stratum_that_is_kept_back_are_not_told_of():
    """Two others are too few, so the young are kept back: what they alone judged tells of them."""
    strata = {"young": 6, "other": 2}
    pairs = [
        preferred(person, item, *((0, 1) if (person + item) % 2 else (1, 0)), first=item)
        for person, stratum in people(strata)
        for item in range(2)
        if stratum == "young" or item == 0
    ]
    tables = variation(work_of(strata, pairs))["overall"]
    assert list(rows_by_group(tables, "divided")) == [("q0", "1 – 2")]
    assert rows_by_group(tables, "parts")["",]["withheld"]
    assert rows_by_group(tables, "variety")["variety",]["annotators"] == 8


def test_of_too_few_people_nothing_is_told():
    pairs = [
        preferred(person, item, *((0, 1) if (person + item) % 2 else (1, 0)), first=item)
        for person in range(4)
        for item in range(2)
    ]
    few = variation(work_of({"young": 4}, pairs))["overall"]
    assert rows_by_group(few, "divided") == {}
    assert rows_by_group(few, "parts")["",]["withheld"]
    assert rows_by_group(few, "variety")["variety",]["withheld"]
    assert rows_by_group(few, "order")["order",]["withheld"]
