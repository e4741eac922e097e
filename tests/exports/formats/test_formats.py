"""Values survive every format, and bytes depend on rows alone."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.formats import FORMATS, parquet
from exports.formats.texts import moment_texts
from exports.tables import Column, Kind, Table
from exports.tables.columns import iso_text

TABLE = Table(
    "t",
    "",
    (
        *(Column(kind.name.lower(), kind, "") for kind in Kind),
        Column("is_conversation", Kind.BOOLEAN, ""),
    ),
)
NOTHING: dict[str, Any] = dict.fromkeys(TABLE.header)
FULL = {
    "integer": -(2**63),
    "float": 0.1,
    "boolean": False,
    "text": '=1+1, "x"\r\ny\rz\n \u2028😀\u200f',
    "texts": ["a,b", "", 'c"'],
    "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    # As PostgreSQL writes jsonb.
    "json": '{"a": {}, "b": [1, null, 1.5, "ü"]}',
    "content": '[{"role": "user", "content": "x"}]',
    "is_conversation": True,
}


def write(format: str, rows: list[dict[str, Any]], folder: Path, at_once: int = 1000) -> bytes:
    folder.mkdir(exist_ok=True)
    path = folder / f"t{FORMATS[format].suffix}"
    with FORMATS[format].open(TABLE, path) as writer:
        for first in range(0, len(rows), at_once):
            some = rows[first : first + at_once]
            writer.write(pa.RecordBatch.from_pylist(some, schema=TABLE.arrow_schema))
    return path.read_bytes()


def test_parquet_keeps_types(tmp_path: Path):
    table = pq.read_table(io.BytesIO(write("parquet", [FULL, NOTHING], tmp_path)))
    assert table.schema.equals(TABLE.arrow_schema)
    first, second = table.to_pylist()
    assert second == NOTHING
    assert first == {
        **FULL,
        "timestamp": datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC),
    }


def test_json_lines_stay_native(tmp_path: Path):
    text = gzip.decompress(write("jsonl", [FULL, NOTHING], tmp_path)).decode()
    first, second = map(json.loads, text.split("\n")[:2])
    assert second == NOTHING
    native = {name: json.loads(FULL[name]) for name in ("json", "content")}
    assert first == {**FULL, **native, "timestamp": "2026-01-02T01:04:05.000000Z"}
    assert list(first) == TABLE.header


def test_csv_is_faithful(tmp_path: Path):
    text = gzip.decompress(write("csv", [FULL, NOTHING], tmp_path)).decode()
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert second == dict.fromkeys(TABLE.header, "")
    assert first == {
        "integer": "-9223372036854775808",
        "float": "0.1",
        "boolean": "false",
        "text": FULL["text"],
        "texts": '["a,b","","c\\""]',
        "timestamp": "2026-01-02T01:04:05.000000Z",
        "json": FULL["json"],
        "content": FULL["content"],
        "is_conversation": "true",
    }


def test_pandas_reads_csv_as_the_card_says(tmp_path: Path):
    content = write("csv", [{**FULL, "text": "NA"}, NOTHING], tmp_path)
    frame = pd.read_csv(
        io.BytesIO(content), compression="gzip", keep_default_na=False, na_values=[""]
    )
    assert frame["text"][0] == "NA"
    assert frame.iloc[1].isna().all()


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_equal_rows_make_equal_bytes(format: str, tmp_path: Path):
    rows = [FULL, NOTHING] * 50
    first = write(format, rows, tmp_path / "one")
    second = write(format, rows, tmp_path / "two")
    assert first == second


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_gzip_tells_neither_name_nor_time(format: str, tmp_path: Path):
    header = write(format, [FULL], tmp_path)[:10]
    assert header[3] == 0  # no name, no comment
    assert header[4:8] == bytes(4)


def test_row_groups_are_bounded_in_rows_and_bytes(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(parquet, "ROWS_IN_GROUP", 3)
    content = write("parquet", [NOTHING] * 7, tmp_path, at_once=1)
    groups = pq.ParquetFile(io.BytesIO(content)).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 3, 1]
    monkeypatch.setattr(parquet, "BYTES_IN_GROUP", 10_000)
    long = {**NOTHING, "text": "x" * 10_000}
    content = write("parquet", [NOTHING, long, long, NOTHING], tmp_path, at_once=1)
    groups = pq.ParquetFile(io.BytesIO(content)).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [2, 1, 1]


TEXTS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                **dict.fromkeys(TABLE.header, st.none()),
                "integer": st.none() | st.integers(-(2**63), 2**63 - 1),
                "float": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "boolean": st.none() | st.booleans(),
                "text": TEXTS,
                "texts": st.none() | st.lists(TEXTS.filter(lambda text: text is not None)),
                "content": TEXTS,
                "is_conversation": st.just(False),
            }
        )
    )
)
def test_json_lines_are_what_python_would_write(tmp_path_factory: Any, rows: Any):
    content = write("jsonl", rows, tmp_path_factory.mktemp("lines"))
    lines = gzip.decompress(content).decode().split("\n")[:-1]
    assert [json.loads(line) for line in lines] == rows


def test_floats_stay_floats_in_json(tmp_path: Path):
    text = gzip.decompress(write("jsonl", [{**NOTHING, "float": 80.0}], tmp_path)).decode()
    assert '"float":80.0,' in text


MOMENTS = st.none() | st.datetimes()


@given(st.lists(MOMENTS))
def test_moments_are_written_as_python_writes_them(moments: list[datetime | None]):
    aware = [one and one.replace(tzinfo=UTC) for one in moments]
    column = pa.array(aware, pa.timestamp("us", tz="UTC"))
    assert moment_texts(column).to_pylist() == [iso_text(one) for one in aware]


CODED_KINDS = (Kind.TEXT, Kind.JSON)


def coded_batch(rows: list[dict[str, Any]], dictionary: list[str]) -> pa.RecordBatch:
    """Rows whose texts come as codes into a dictionary that holds more than they need."""
    batch = pa.RecordBatch.from_pylist(rows, schema=TABLE.arrow_schema)
    columns = []
    for column, values in zip(TABLE.columns, batch.columns, strict=True):
        if column.kind in CODED_KINDS:
            words = dictionary + [one for one in values.unique().drop_null().to_pylist()]
            words = list(dict.fromkeys(words))
            codes = [None if one is None else words.index(one) for one in values.to_pylist()]
            values = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words))
        columns.append(values)
    return pa.RecordBatch.from_arrays(columns, TABLE.header)


def write_coded(format: str, batches: list[pa.RecordBatch], folder: Path) -> bytes:
    folder.mkdir(exist_ok=True)
    path = folder / f"t{FORMATS[format].suffix}"
    with FORMATS[format].open(TABLE, path) as writer:
        for batch in batches:
            writer.write(batch)
    return path.read_bytes()


VARIED = [{**FULL, "text": text} for text in ("a", "b", "a", 'q"\n')] + [NOTHING, FULL]


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_codes_are_written_as_the_texts_they_stand_for(format: str, tmp_path: Path):
    wanted = write(format, VARIED, tmp_path / "plain", at_once=3)
    batches = [coded_batch(VARIED[:3], ["1"]), coded_batch(VARIED[3:], ["2", "3"])]
    found = write_coded(format, batches, tmp_path / "coded")
    assert gzip.decompress(found) == gzip.decompress(wanted)


def test_parquet_has_texts_where_codes_came(tmp_path: Path):
    batches = [coded_batch(VARIED[:3], ["1"]), coded_batch(VARIED[3:], ["2", "3"])]
    table = pq.read_table(io.BytesIO(write_coded("parquet", batches, tmp_path)))
    assert table.schema.equals(TABLE.arrow_schema)
    whole = pa.RecordBatch.from_pylist(VARIED, schema=TABLE.arrow_schema)
    assert table.to_pylist() == whole.to_pylist()
    # Texts may come as they are after others came as codes, and the other way round.
    mixed = [batches[0], pa.RecordBatch.from_pylist(VARIED[3:], schema=TABLE.arrow_schema)]
    for place, some in enumerate((mixed, mixed[::-1])):
        content = write_coded("parquet", some, tmp_path / str(place))
        found = pq.read_table(io.BytesIO(content)).to_pylist()
        assert sorted(map(str, found)) == sorted(map(str, whole.to_pylist()))


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_rows_that_are_all_the_same_are_all_written(format: str, tmp_path: Path):
    content = write_coded(format, [coded_batch([FULL] * 3, [])], tmp_path)
    if format == "parquet":
        rows = pq.read_table(io.BytesIO(content)).to_pylist()
    elif format == "jsonl":
        rows = [json.loads(line) for line in gzip.decompress(content).decode().split("\n")[:-1]]
    else:
        rows = list(csv.DictReader(io.StringIO(gzip.decompress(content).decode(), newline="")))
    assert len(rows) == 3
    assert {row["text"] for row in rows} == {FULL["text"]}
