"""Texts that repeat as numbers into a list of the different ones, and back."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CODED = pa.dictionary(pa.int32(), pa.string())


def is_coded(column: pa.Array) -> bool:
    return pa.types.is_dictionary(column.type)


def coded(column: pa.Array) -> pa.DictionaryArray:
    return column if is_coded(column) else column.dictionary_encode()


def plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if is_coded(column) else column


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch with its texts written out, in the types of `schema`."""
    return pa.RecordBatch.from_arrays([plain(column) for column in batch.columns], schema=schema)


def plain_table(table: pa.Table) -> pa.Table:
    """A small table with its texts written out."""
    return pa.table(
        {
            name: pa.chunked_array([plain(chunk) for chunk in column.chunks], pa.string())
            if pa.types.is_dictionary(column.type)
            else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )


def constant(word: str, length: int) -> pa.DictionaryArray:
    """One text as often as wanted."""
    return pa.DictionaryArray.from_arrays(np.zeros(length, np.int32), pa.array([word], pa.string()))


def codes_of(column: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, list[str | None]]:
    """A code for each row and what the codes stand for; the last code stands for nothing."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    found = coded(column)
    names: list[str | None] = found.dictionary.to_pylist()
    codes = pc.fill_null(found.indices, len(names)).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), [*names, None]
