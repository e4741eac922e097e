"""Values survive every format, and bytes depend on rows alone."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from exports.tables import Column, Kind, Table
from exports.writers import WRITERS, parquet

TABLE = Table("t", "", tuple(Column(kind.name.lower(), kind, "") for kind in Kind))
NOTHING: dict[str, Any] = dict.fromkeys(TABLE.header)
FULL = {
    "integer": -(2**63),
    "float": 0.1,
    "boolean": False,
    "text": '=1+1, "x"\r\ny\rz\n \u2028😀\u200f',
    "texts": ["a,b", "", 'c"'],
    "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    "json": {"b": [1, None, 1.5, "ü"], "a": {}},
    "content": [{"role": "user", "content": "x"}],
}


def write(format: str, rows: list[dict[str, Any]], folder: Path) -> bytes:
    folder.mkdir(exist_ok=True)
    with WRITERS[format](TABLE, folder) as writer:
        for row in rows:
            writer.write(row)
    assert writer.rows == len(rows)
    return writer.path.read_bytes()


def test_parquet_keeps_types(tmp_path: Path):
    table = pq.read_table(io.BytesIO(write("parquet", [FULL, NOTHING], tmp_path)))
    assert table.schema.equals(TABLE.arrow_schema)
    first, second = table.to_pylist()
    assert second == NOTHING
    assert first == {
        **FULL,
        "timestamp": datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC),
        "json": '{"a":{},"b":[1,null,1.5,"ü"]}',
        "content": '[{"content":"x","role":"user"}]',
    }


def test_json_lines_stay_native(tmp_path: Path):
    text = gzip.decompress(write("jsonl", [FULL, NOTHING], tmp_path)).decode()
    first, second = map(json.loads, text.split("\n")[:2])
    assert second == NOTHING
    assert first == {**FULL, "timestamp": "2026-01-02T01:04:05.000000Z"}
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
        "json": '{"a":{},"b":[1,null,1.5,"ü"]}',
        "content": '[{"content":"x","role":"user"}]',
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


def test_row_groups_are_bounded_in_rows_and_text(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(parquet, "ROWS_IN_GROUP", 3)
    groups = pq.ParquetFile(io.BytesIO(write("parquet", [NOTHING] * 7, tmp_path))).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 3, 1]
    monkeypatch.setattr(parquet, "CHARACTERS_IN_GROUP", 10)
    long = {**NOTHING, "text": "x" * 10}
    rows = [NOTHING, long, long, NOTHING]
    groups = pq.ParquetFile(io.BytesIO(write("parquet", rows, tmp_path))).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [2, 1, 1]


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_a_row_without_a_column_is_an_error(format: str, tmp_path: Path):
    with pytest.raises(KeyError, match="text"):
        write(format, [{name: None for name in TABLE.header if name != "text"}], tmp_path)
