"""What a design costs."""

import pytest

from annotation.design.effort import Effort, effort_of, people_needed, total_effort
from annotation.design.precision import Group


@pytest.mark.parametrize(
    ("items", "target", "cap", "people"),
    [
        (100, 3, 50, 6),
        (100, 3, None, 3),
        (100, 3, 1000, 3),
        (10, 3, 4, 8),
        (1, 5, 1, 5),
        (0, 3, 50, 0),
        (100, 0, 50, 0),
    ],
)
def test_people_needed_is_the_fewest(items, target, cap, people):
    assert people_needed(items, target, cap=cap) == people


def test_people_needed_suffice_without_anybody_seeing_an_item_twice():
    for items, target, cap in ((10, 3, 4), (7, 5, 7), (13, 4, 5), (1, 3, 9)):
        people = people_needed(items, target, cap=cap)
        group = Group("a", target, people)
        loads = group.loads(items)
        assert loads.sum() == items * target
        assert loads.max() <= min(cap, items)
        for start, load in zip(group.starts(items), loads, strict=True):
            piece = [place % items for place in range(start, start + load)]
            assert len(set(piece)) == len(piece)


def test_effort_counts_hours_and_pay():
    effort = effort_of("a", items=100, target=3, seconds=60, pay_per_hour=12, cap=50)
    assert effort == Effort("a", 300, 6, 6, 50.0, 5.0, 60.0)


def test_people_planned_share_the_work_and_are_never_fewer_than_needed():
    parts = {"items": 10, "target": 2, "seconds": 36, "pay_per_hour": 10, "cap": 5}
    assert effort_of("a", **parts, people=8).each == 2.5
    assert effort_of("a", **parts, people=1).people == 4
    assert effort_of("a", **parts, people=1000).people == 20


def test_total_adds_up():
    parts = [
        effort_of(key, items=10, target=target, seconds=36, pay_per_hour=10, cap=5)
        for key, target in (("a", 2), ("b", 1), ("c", 0))
    ]
    assert total_effort(parts) == Effort("", 30, 6, 6, 5.0, pytest.approx(0.3), 3.0)
    assert total_effort([]).each == 0.0
