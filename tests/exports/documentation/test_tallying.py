"""Counting by codes gives what counting one by one gives."""

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.documentation import tallying
from exports.documentation.tallying import same_text, tally, tally_together
from exports.tables.coding import coded

ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["x", "y", ""]),
        st.sampled_from(["p", "q", "r"]),
        st.none() | st.sampled_from(["1", "2"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize("most_cells", [1_000_000, 1])
@given(rows=ROWS)
def test_combinations_are_counted(most_cells: int, rows: list[tuple[Any, ...]]):
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(3)]
    columns[1] = coded(columns[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallying, "MOST_CELLS", most_cells)
        assert dict(tally_together(*columns)) == Counter(rows)


@given(ROWS)
def test_texts_are_compared_whatever_their_codes(rows: list[tuple[Any, ...]]):
    one = pa.array([row[1] for row in rows], pa.string())
    other = pa.array([row[1] if row[0] else "p" for row in rows], pa.string())
    wanted = [a == b for a, b in zip(one.to_pylist(), other.to_pylist(), strict=True)]
    assert same_text(coded(one), other).tolist() == wanted


def test_numbers_are_tallied():
    assert tally(pa.array([3, 3, None, 5])) == {3: 2, None: 1, 5: 1}
