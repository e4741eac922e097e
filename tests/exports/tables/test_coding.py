"""Texts as codes read back as the texts they are."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from exports.tables.coding import (
    CODED,
    coded,
    codes_of,
    constant,
    plain,
    plain_batch,
    plain_table,
)

TEXTS = st.lists(st.none() | st.sampled_from(["a", "b", "", "ü"]), max_size=20)


@given(TEXTS)
def test_texts_survive_their_codes(texts: list[str | None]):
    column = pa.array(texts, pa.string())
    assert coded(column).type == CODED
    assert coded(coded(column)).to_pylist() == texts
    assert plain(coded(column)).equals(column)
    assert plain(column) is column
    codes, names = codes_of(column)
    assert [names[code] for code in codes] == texts


@given(TEXTS, TEXTS)
def test_chunks_with_dictionaries_of_their_own_share_codes(first: list, second: list):
    chunks = [coded(pa.array(texts, pa.string())) for texts in (first, second)]
    column = pa.chunked_array(chunks, CODED)
    codes, names = codes_of(column)
    assert [names[code] for code in codes] == [*first, *second]
    found = plain_table(pa.table({"text": column, "number": list(range(len(column)))}))
    assert found.schema.field("text").type == pa.string()
    assert found["text"].to_pylist() == [*first, *second]


def test_a_batch_is_written_out_in_its_declared_types():
    schema = pa.schema([("text", pa.string()), ("number", pa.int64())])
    batch = pa.RecordBatch.from_arrays([constant("same", 2), pa.array([1, 2])], schema.names)
    assert plain_batch(batch, schema).to_pydict() == {"text": ["same", "same"], "number": [1, 2]}
    assert plain_batch(batch, schema).schema == schema
