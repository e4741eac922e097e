"""An overlap shared out over strata and items: exact sums, and what planning draws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.design.allocation import Block, blocks_of, shared_out

WANTED = st.lists(st.floats(0, 4).map(lambda part: round(part, 4)), min_size=1, max_size=5)


def test_an_overlap_is_shared_out_by_shares_or_equally():
    assert shared_out(3, [0.5, 0.25, 0.25]) == [1.5, 0.75, 0.75]
    assert shared_out(2, [0, 0, 0]) == pytest.approx([2 / 3, 2 / 3, 2 / 3])


def test_whole_targets_are_one_block():
    assert blocks_of(7, [2, 0, 3]) == [Block(7, (2, 0, 3))]


def test_two_judgments_over_three_strata_make_three_kinds_of_items():
    assert blocks_of(90, [2 / 3, 2 / 3, 2 / 3]) == [
        Block(30, (0, 1, 1)),
        Block(30, (1, 0, 1)),
        Block(30, (1, 1, 0)),
    ]


def test_one_judgment_over_two_strata_is_given_by_one_of_them():
    assert blocks_of(10, [0.3, 0.7]) == [Block(7, (0, 1)), Block(3, (1, 0))]


@given(items=st.integers(0, 1000), wanted=WANTED)
def test_blocks_add_up_to_what_is_wanted(items, wanted):
    blocks = blocks_of(items, wanted)
    assert sum(block.items for block in blocks) == items
    assert len(blocks) <= len(wanted) + 1
    for number, part in enumerate(wanted):
        targets = [block.targets[number] for block in blocks]
        assert all(part - 1 < target < part + 1 for target in targets)
        given_here = sum(
            block.items * target for block, target in zip(blocks, targets, strict=True)
        )
        # Each of the block's two ends is rounded by a half at most.
        assert given_here == pytest.approx(items * part, abs=len(blocks) + 0.1)
    # An item's sum is the overlap, cut to a whole number one way or the other.
    total = sum(wanted)
    assert all(abs(sum(block.targets) - total) < 1.001 for block in blocks)
