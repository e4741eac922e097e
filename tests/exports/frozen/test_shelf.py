"""Rows are dealt into shards by their items: each once, in order."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.frozen.shelf import dealt, shards_of


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 9))
def test_each_row_goes_to_the_shard_of_its_item_in_the_order_it_came(items: list[int], shards: int):
    numbers = range(len(items))
    batch = pa.record_batch({"item_pk": pa.array(items, pa.int64()), "row": list(numbers)})
    expected = shards_of(np.array(items, np.int64), shards).tolist()
    assert [part["row"].to_pylist() for part in dealt(batch, shards)] == [
        [row for row in numbers if expected[row] == shard] for shard in range(shards)
    ]


@pytest.mark.parametrize("shards", [1, 3])
def test_nothing_is_dealt_of_no_rows(shards: int):
    batch = pa.record_batch({"item_pk": pa.array([], pa.int64())})
    assert [part.num_rows for part in dealt(batch, shards)] == [0] * shards
