"""Which cells of a table of people are withheld."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from analysis.services.withholding import sum_is_withheld, withheld


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([6, 5, 9], []),
        ([6, 5, 2], [1, 2]),
        ([2, 3, 9], [0, 1]),
        ([1, 2, 9, 7], [0, 1, 3]),
        ([2, 0, 0], [0]),
        ([9, 0, 0], []),
        ([4, 4], [0, 1]),
    ],
)
def test_the_smallest_of_the_others_is_withheld_too(counts: list[int], hidden: list[int]):
    assert np.flatnonzero(withheld(np.array(counts), 5)).tolist() == hidden


def test_no_cell_of_a_table_can_be_found_from_its_sums():
    counts = np.array([[2, 9, 8], [7, 6, 12], [11, 10, 20]])
    hidden = withheld(counts, 5)
    assert hidden.tolist() == [[True, False, True], [True, False, True], [False, False, False]]


@pytest.mark.parametrize(
    ("counts", "is_withheld"),
    [([6, 5, 9], False), ([6, 5, 2], False), ([2, 2], True), ([4, 4], False), ([2, 0, 9], False)],
)
def test_sums_are_withheld_where_they_tell(counts: list[int], is_withheld: bool):
    line = np.array(counts)
    assert sum_is_withheld(line, withheld(line, 5), 5) is is_withheld


tables = nps.arrays(
    np.int64, nps.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 30)
)


@given(tables, st.integers(2, 12))
def test_whatever_is_subtracted_leaves_enough_people(counts, least):
    """In every line what is hidden is nobody, or two groups of together enough people."""
    hidden = withheld(counts, least)
    assert not ((counts > 0) & (counts < least) & ~hidden).any()
    for lines, marks in ((counts, hidden), (counts.T, hidden.T)):
        for line, mark in zip(lines, marks, strict=True):
            if mark.any() and (~mark & (line > 0)).any():
                assert mark.sum() >= 2
                assert line[mark].sum() >= least


def test_cells_withheld_for_another_reason_hide_what_would_give_them_away():
    counts = np.array([[9, 8, 7], [6, 12, 10]])
    also = np.array([[True, False, False], [False, False, False]])
    hidden = withheld(counts, 5, also)
    assert hidden.tolist() == [[True, False, True], [True, False, True]]
