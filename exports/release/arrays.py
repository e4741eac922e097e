"""Work on whole Arrow columns that Arrow itself has no function for."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.tables.coding import coded

NO_LISTS = pa.list_(pa.string())
NOBODY = pa.scalar([None], NO_LISTS)
# Numbers that lie this close together are looked up by place, in so many cells of four bytes.
LARGEST_SPAN = 4 * 1024 * 1024
UNKNOWN = "A row refers to what was not frozen with it."


class Lookup:
    """Values by number, for whole columns at once: {7: "a"} and [7, 7] give ["a", "a"]."""

    def __init__(self, keys: np.ndarray, values: pa.Array) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, self._values = keys[order], values.take(pa.array(order))

    @classmethod
    def of(cls, found: Mapping[int, object], kind: pa.DataType) -> "Lookup":
        keys = np.fromiter(found.keys(), np.int64, len(found))
        return cls(keys, pa.array(list(found.values()), kind))

    def places(self, keys: pa.Array) -> np.ndarray:
        """Where each key stands. Raises `KeyError` where one is unknown."""
        wanted = keys.to_numpy(zero_copy_only=False)
        if self._at is not None and wanted.dtype == np.int64:
            return self._places_at(wanted)
        places = np.searchsorted(self._keys, wanted)
        if len(wanted) and (
            not len(self._keys)
            or (self._keys[np.minimum(places, len(self._keys) - 1)] != wanted).any()
        ):
            raise KeyError(UNKNOWN)
        return places

    @cached_property
    def _at(self) -> np.ndarray | None:
        """The place of each number from the first key on, -1 where it is none; None if too wide."""
        if not len(self._keys) or self._keys[-1] - self._keys[0] >= LARGEST_SPAN:
            return None
        at = np.full(self._keys[-1] - self._keys[0] + 1, -1, np.int32)
        at[self._keys - self._keys[0]] = np.arange(len(self._keys))
        return at

    def _places_at(self, wanted: np.ndarray) -> np.ndarray:
        assert self._at is not None  # noqa: S101 - for the type checker
        steps = wanted - self._keys[0]
        if not len(steps):
            return steps
        if steps.min() < 0 or steps.max() >= len(self._at):
            raise KeyError(UNKNOWN)
        places = self._at[steps]
        if places.min() < 0:
            raise KeyError(UNKNOWN)
        return places

    def __call__(self, keys: pa.Array) -> pa.Array:
        return self._values.take(pa.array(self.places(keys)))

    def coded(self, keys: pa.Array) -> pa.DictionaryArray:
        """Texts as codes."""
        indices = self._coded.indices.take(pa.array(self.places(keys)))
        return pa.DictionaryArray.from_arrays(indices, self._coded.dictionary)

    @cached_property
    def _coded(self) -> pa.DictionaryArray:
        return coded(self._values)


def without(column: pa.DictionaryArray, gone: pa.Array) -> pa.DictionaryArray:
    """The codes, but nothing where `gone` is true."""
    indices = pc.if_else(gone, pa.scalar(None, pa.int32()), column.indices)
    return pa.DictionaryArray.from_arrays(indices, column.dictionary)


def lists_of(column: pa.Array) -> pa.Array:
    """JSON lists of strings as Arrow lists; nothing stays nothing."""
    coded = column.dictionary_encode()
    if len(coded.dictionary) * 4 <= len(column) or len(column) < 64:
        parsed = [json.loads(text) for text in coded.dictionary.to_pylist()]
        return pa.array(parsed, NO_LISTS).take(coded.indices)
    return split_lists(column)


def split_lists(column: pa.Array) -> pa.Array:
    """The same by cutting texts at `", "`, where no string holds a character that is escaped."""
    plain = pc.match_substring_regex(column, r'^\["[^"\\]*"(?:, "[^"\\]*")*\]$')
    if pc.any(pc.invert(plain)).as_py():
        parsed = [None if text is None else json.loads(text) for text in column.to_pylist()]
        return pa.array(parsed, NO_LISTS)
    inner = pc.utf8_slice_codeunits(column, 2, -2)
    return pc.split_pattern(inner, '", "').cast(NO_LISTS)


def first_of(lists: pa.Array) -> pa.Array:
    """The first element of each list, null where it has none."""
    is_empty = pc.equal(pc.list_value_length(lists), 0)
    return pc.list_element(pc.if_else(is_empty, NOBODY, lists), 0)


def interleaved(arrays: Sequence[pa.Array]) -> np.ndarray:
    """Indices into the concatenation of equally long arrays that take them in turn."""
    count, length = len(arrays), len(arrays[0])
    return (np.arange(count)[None, :] * length + np.arange(length)[:, None]).ravel()
