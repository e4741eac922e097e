"""Reading published files back into plain rows."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
from django.core.files.storage import default_storage

from exports.models import Snapshot
from exports.tables import Kind, Table

Rows = list[dict[str, Any]]


def content_of(snapshot: Snapshot, name: str) -> bytes:
    with default_storage.open(snapshot.files.get(name=name).stored_name) as file:
        return file.read()


def rows_in(snapshot: Snapshot, table: str) -> Rows:
    """A table's rows as the format's own reader gives them."""
    rows: Rows = []
    for file in snapshot.files.filter(table=table):
        rows += rows_of(content_of(snapshot, file.name), snapshot.format)
    return rows


def rows_of(content: bytes, format: str) -> Rows:
    if format == "parquet":
        return pq.read_table(io.BytesIO(content)).to_pylist()
    text = gzip.decompress(content).decode()
    if format == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def plain(rows: Rows, table: Table, format: str) -> Rows:
    """Rows with native values, whatever format they come from."""
    kinds = {column.name: column.kind for column in table.columns}
    return [
        {name: plain_value(value, kinds[name], format, row) for name, value in row.items()}
        for row in rows
    ]


def plain_value(value: Any, kind: Kind, format: str, row: dict[str, Any]) -> Any:
    if value is None or (format == "csv" and value == ""):
        return None
    if kind is Kind.TIMESTAMP:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value)
    if format == "jsonl":
        return value
    if kind is Kind.JSON or (kind is Kind.TEXTS and format == "csv"):
        return json.loads(value)
    if kind is Kind.CONTENT:
        return json.loads(value) if row["is_conversation"] in (True, "true") else value
    if format == "parquet":
        return value
    if kind is Kind.BOOLEAN:
        return {"true": True, "false": False}[value]
    return {Kind.INTEGER: int, Kind.FLOAT: float}.get(kind, str)(value)
