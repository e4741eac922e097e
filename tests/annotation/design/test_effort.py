"""What a design costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.design.effort import Effort, Work, effort_of, people_needed, total_effort
from annotation.design.precision import Group

HOURLY = Work(seconds=36, pay_per_hour=10, cap=5)


@pytest.mark.parametrize(
    ("judgments", "most", "cap", "people"),
    [
        (300, 3, 50, 6),
        (300, 3, None, 3),
        (300, 3, 1000, 3),
        (30, 3, 4, 8),
        (5, 5, 1, 5),
        (0, 3, 50, 0),
        # A hundred items want one judgment and one item three: two people cannot give these.
        (103, 3, 100, 3),
        # Two thirds of a judgment on each of ten items.
        (20 / 3, 1, 5, 2),
        (20 / 3, 1, None, 1),
        (10.000000001, 1, 5, 2),
    ],
)
def test_people_needed_is_the_fewest(judgments, most, cap, people):
    assert people_needed(judgments, most, cap=cap) == people


@given(
    blocks=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 5)), min_size=1, max_size=4),
    cap=st.integers(1, 12),
)
def test_people_needed_suffice_without_anybody_seeing_an_item_twice(blocks, cap):
    sizes, targets = (tuple(part) for part in zip(*blocks, strict=True))
    judgments = sum(size * target for size, target in blocks)
    people = people_needed(judgments, max(targets), cap=cap)
    if not people:
        return
    group = Group("a", targets, people)
    loads, pieces = group.loads(sizes), group.pieces(sizes)
    assert loads.sum() == len(pieces) == judgments
    assert loads.max() <= cap
    starts = np.cumsum(loads) - loads
    for start, load in zip(starts, loads, strict=True):
        piece = pieces[start : start + load]
        assert len(set(piece)) == load
    wanted = np.repeat(targets, sizes)
    assert np.array_equal(np.bincount(pieces, minlength=len(wanted)), wanted)
    assert group.same_person_pairs(sizes) == sum(load * (load - 1) for load in loads)


def test_effort_counts_hours_and_pay():
    work = Work(seconds=60, pay_per_hour=12, cap=50)
    assert effort_of("a", 300, 3, work) == Effort("a", 300, 0, 6, 6, 50.0, 5.0, 60.0)


def test_repeats_are_asked_besides_and_take_their_share_of_people_and_pay():
    work = Work(seconds=36, pay_per_hour=10, cap=50, repeat_rate=0.2)
    # Of all that is asked a fifth are repeats: 100 judgments and 25 repeats.
    assert effort_of("a", 100, 1, work) == Effort("a", 100, 25, 3, 3, 125 / 3, 1.25, 12.5)


def test_people_planned_share_the_work_and_are_never_fewer_than_needed():
    assert effort_of("a", 20, 2, HOURLY, people=8).each == 2.5
    assert effort_of("a", 20, 2, HOURLY, people=1).people == 4
    assert effort_of("a", 20, 2, HOURLY, people=1000).people == 20


def test_total_adds_up():
    parts = [
        effort_of(key, 10 * target, target, HOURLY)
        for key, target in (("a", 2), ("b", 1), ("c", 0))
    ]
    assert total_effort(parts) == Effort("", 30, 0, 6, 6, 5.0, pytest.approx(0.3), 3.0)
    assert total_effort([]).each == 0.0
