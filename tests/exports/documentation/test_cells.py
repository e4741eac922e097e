"""Small cells stay hidden, and cannot be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from exports.documentation.cells import without_small


def test_small_cells_are_hidden_and_zero_is_not():
    assert without_small({"a": 4, "b": 0, "c": 9, "d": 2}, 5, adds_up=True) == {
        **{"a": None, "b": 0, "c": 9, "d": None},
    }


def test_a_single_small_cell_takes_the_next_smallest_with_it():
    counts = {"a": 4, "b": 20, "c": 9}
    assert without_small(counts, 5, adds_up=True) == {"a": None, "b": 20, "c": None}
    assert without_small(counts, 5, adds_up=False) == {"a": None, "b": 20, "c": 9}


def test_without_a_minimum_everything_is_told():
    assert without_small({"a": 1, "b": 0}, 1, adds_up=True) == {"a": 1, "b": 0}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), st.integers(2, 10))
def test_what_is_told_is_true_and_no_single_cell_is_left_to_work_out(counts, least):
    shown = without_small(counts, least, adds_up=True)
    assert all(number in (None, counts[key]) for key, number in shown.items())
    assert not any(number and number < least for number in shown.values())
    hidden = [key for key, number in shown.items() if number is None]
    assert len(hidden) != 1 or not any(shown.values())
