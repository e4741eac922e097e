"""The map of kinds: who stands where, and that what is withheld is not on it."""

import pytest

from analysis.services.tables import row, table, withheld_row
from analysis.views.kind_map import kind_map


def tables_of(utilities, hidden=()):
    def figure(group, value):
        if group["kind"] in hidden:
            return withheld_row(group)
        return row(group, estimate=value, lower=None, upper=None, n=50, annotators=25)

    kinds = [figure({"kind": kind}, 1 / len(utilities)) for kind in utilities]
    preferences = [
        figure({"kind": kind, "system": system}, value)
        for kind, systems in utilities.items()
        for system, value in systems.items()
    ]
    said = {"measure": "score", "method": "", "source": "", "parameters": {}}
    return [
        table("kinds", kinds, **said),
        table("preferences-of-kinds", preferences, **said),
    ]


def places(marks):
    return [(float(one.x), float(one.y)) for one in marks]


def test_two_kinds_stand_across_from_each_other():
    found = kind_map(tables_of({"1": {"a": 1.0, "b": -1.0}, "2": {"a": -1.0, "b": 1.0}}))
    # Those who prefer a stand where a is drawn, at the right.
    assert places(found.kinds) == [(84, 30), (16, 30)]
    assert places(found.systems) == [(92.5, 30), (7.5, 30)]
    assert [(one.letter, one.name) for one in found.systems] == [("A", "a"), ("B", "b")]
    assert [float(one.radius) for one in found.kinds] == [pytest.approx(9 / 2**0.5, abs=0.01)] * 2


def test_kinds_that_prefer_alike_stand_close_together():
    found = kind_map(
        tables_of(
            {
                "1": {"a": 2.0, "b": 0.0, "c": -2.0},
                "2": {"a": 1.8, "b": 0.2, "c": -2.0},
                "3": {"a": -2.0, "b": 0.5, "c": 1.5},
            }
        )
    )
    first, second, third = (complex(*one) for one in places(found.kinds))
    assert abs(first - second) < abs(first - third) / 4


@pytest.mark.parametrize("hidden", [("1",), ("1", "2")])
def test_without_two_kinds_that_may_be_shown_there_is_no_map(hidden):
    utilities = {"1": {"a": 1.0, "b": -1.0}, "2": {"a": -1.0, "b": 1.0}}
    assert kind_map(tables_of(utilities, hidden)) is None
    assert kind_map([]) is None
