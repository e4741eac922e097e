"""Work on whole columns gives what plain Python gives."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.release.arrays import (
    Lookup,
    interleaved,
    lists_of,
    split_lists,
    without,
)
from exports.release.judgments import flags_of

LISTS = st.none() | st.lists(st.text(max_size=6) | st.sampled_from(['", "', "a, b", "\\"]))


@given(st.lists(LISTS, max_size=80))
def test_json_lists_become_lists(lists: list[list[str] | None]):
    texts = [None if one is None else json.dumps(one, ensure_ascii=False) for one in lists]
    column = pa.array(texts, pa.string())
    assert lists_of(column).to_pylist() == lists
    assert split_lists(column).to_pylist() == lists
    assert lists_of(column).type == pa.list_(pa.string())


def test_many_different_lists_are_cut_and_not_parsed():
    lists = [[f"r{number}", f"s{number}"] for number in range(500)]
    column = pa.array([json.dumps(one) for one in lists])
    assert lists_of(column).to_pylist() == lists


def test_a_lookup_gives_values_and_refuses_what_it_does_not_know():
    lookup = Lookup.of({7: "a", 3: "b"}, pa.string())
    assert lookup(pa.array([3, 7, 7], pa.int64())).to_pylist() == ["b", "a", "a"]
    assert lookup(pa.array([], pa.int64())).to_pylist() == []
    for unknown in (0, 5, 9):
        with pytest.raises(KeyError):
            lookup(pa.array([7, unknown], pa.int64()))
    with pytest.raises(KeyError):
        Lookup.of({}, pa.string())(pa.array([1], pa.int64()))


def test_marks_and_turns():
    batch = pa.record_batch({"after_lease": [True, False, None, True]})
    assert flags_of(batch).to_pylist() == [
        *(["after_lease"], [], [], ["after_lease"]),
    ]
    whole = pa.concat_arrays([pa.array(["a1", "a2"]), pa.array(["b1", "b2"])])
    turns = interleaved([pa.array([1, 2]), pa.array([1, 2])])
    assert whole.take(pa.array(turns)).to_pylist() == ["a1", "b1", "a2", "b2"]
    assert np.array_equal(interleaved([pa.array([])]), [])


def test_a_lookup_gives_codes_whether_its_numbers_lie_together_or_far_apart():
    for keys in ([7, 3, 5], [7, 3, 10**12]):
        lookup = Lookup(np.array(keys), pa.array(["a", "b", "a"]))
        found = lookup.coded(pa.array([keys[2], keys[1], keys[0]], pa.int64()))
        assert found.to_pylist() == ["a", "b", "a"]
        assert sorted(found.dictionary.to_pylist()) == ["a", "b"]
        assert lookup.coded(pa.array([], pa.int64())).to_pylist() == []
        for unknown in (2, 4, 8, 10**13, None):
            with pytest.raises(KeyError):
                lookup.coded(pa.array([7, unknown], pa.int64()))


def test_codes_are_left_out_where_told():
    column = pa.array(["a", "b", "a"]).dictionary_encode()
    assert without(column, pa.array([True, False, False])).to_pylist() == [None, "b", "a"]
