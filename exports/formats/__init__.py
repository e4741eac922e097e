"""Formats by key. Adding one is adding one module and a line here."""

from exports.enums import SnapshotFormat
from exports.formats.base import Format, TableFormat
from exports.formats.csv_table import Csv
from exports.formats.jsonl import JsonLines
from exports.formats.parquet import Parquet

FORMATS: dict[str, Format] = {
    SnapshotFormat.PARQUET: Parquet(),
    SnapshotFormat.JSONL: JsonLines(),
    SnapshotFormat.CSV: Csv(),
}

__all__ = ["FORMATS", "Format", "TableFormat"]
