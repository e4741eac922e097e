"""Work on whole Arrow columns that Arrow itself has no function for."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NO_LISTS = pa.list_(pa.string())


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
        places = np.searchsorted(self._keys, wanted)
        if len(wanted) and (
            not len(self._keys)
            or (self._keys[np.minimum(places, len(self._keys) - 1)] != wanted).any()
        ):
            raise KeyError("A row refers to what was not frozen with it.")
        return places

    def __call__(self, keys: pa.Array) -> pa.Array:
        return self._values.take(pa.array(self.places(keys)))


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
    """The first element of each list; none may be empty."""
    return pc.list_element(lists, 0)


def marks(column: pa.Array, word: str) -> pa.Array:
    """`[word]` where the column is true, `[]` elsewhere."""
    truth = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(truth)]).astype(np.int32)
    words = pa.array([word] * int(offsets[-1]), pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets), words)


def repeated(word: str | None, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(word, pa.string()), length)


def interleaved(arrays: Sequence[pa.Array]) -> np.ndarray:
    """Indices into the concatenation of equally long arrays that take them in turn."""
    count, length = len(arrays), len(arrays[0])
    return (np.arange(count)[None, :] * length + np.arange(length)[:, None]).ravel()
