from collections import Counter
from itertools import pairwise

import pytest

from annotation.counterbalance import cycle_length, presented_order

IDS = "abcdefghij"


@pytest.mark.parametrize("count", range(2, 11))
def test_every_response_stands_equally_often_at_every_position(count):
    orders = [presented_order(IDS[:count], turn) for turn in range(cycle_length(count))]
    places = Counter((position, one) for order in orders for position, one in enumerate(order))
    assert set(places.values()) == {cycle_length(count) // count}
    assert len(places) == count * count


@pytest.mark.parametrize("count", range(2, 11))
def test_every_response_follows_every_other_equally_often(count):
    orders = [presented_order(IDS[:count], turn) for turn in range(cycle_length(count))]
    follows = Counter(pair for order in orders for pair in pairwise(order))
    assert len(follows) == count * (count - 1)
    assert len(set(follows.values())) == 1


def test_pairs_alternate():
    assert [presented_order(["x", "y"], turn) for turn in range(4)] == [
        ["x", "y"],
        ["y", "x"],
        ["x", "y"],
        ["y", "x"],
    ]
