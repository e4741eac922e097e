"""How often values stand together in the rows of a batch, counted by their codes."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from exports.tables.coding import codes_of

# Beyond so many possible combinations, those that occur are sorted out instead of counted in place.
MOST_CELLS = 1_000_000


def tally(values: pa.Array | pa.ChunkedArray) -> dict[Any, int]:
    """How often each value is there."""
    return {one["values"]: one["counts"] for one in values.value_counts().to_pylist()}


def tally_together(
    *columns: pa.Array | pa.ChunkedArray,
) -> Iterator[tuple[tuple[str | None, ...], int]]:
    """How often each combination of texts is there, for columns of equal length."""
    cells, names = cells_of(columns)
    sizes = [len(one) for one in names]
    if np.prod(sizes, dtype=float) <= MOST_CELLS:
        counts = np.bincount(cells, minlength=1)
        found = np.flatnonzero(counts)
        numbers = counts[found]
    else:
        found, numbers = np.unique(cells, return_counts=True)
    places = np.unravel_index(found, sizes)
    for number, *codes in zip(numbers.tolist(), *(one.tolist() for one in places), strict=True):
        yield tuple(name[code] for name, code in zip(names, codes, strict=True)), number


def cells_of(
    columns: Sequence[pa.Array | pa.ChunkedArray],
) -> tuple[np.ndarray, list[list[str | None]]]:
    """For each row the number of its combination, as in a table with a side a column."""
    names: list[list[str | None]] = []
    cells: np.ndarray | None = None
    for column in columns:
        codes, texts = codes_of(column)
        cells = codes if cells is None else cells * len(texts) + codes
        names.append(texts)
    assert cells is not None  # noqa: S101 - for the type checker
    return cells, names


def same_text(one: pa.Array | pa.ChunkedArray, other: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Where two columns of texts, without nulls, have the same."""
    codes, names = codes_of(one)
    wanted, others = codes_of(other)
    place = {name: code for code, name in enumerate(names)}
    told = np.array([place.get(name, -1) for name in others], np.int64)
    return np.asarray(codes == told[wanted])
