"""Writers by format. Adding a format is adding one module and a line here."""

from exports.enums import SnapshotFormat
from exports.writers.base import TableWriter
from exports.writers.csv_table import CsvWriter
from exports.writers.jsonl import JsonLinesWriter
from exports.writers.parquet import ParquetTableWriter

WRITERS: dict[str, type[TableWriter]] = {
    SnapshotFormat.PARQUET: ParquetTableWriter,
    SnapshotFormat.JSONL: JsonLinesWriter,
    SnapshotFormat.CSV: CsvWriter,
}

__all__ = ["WRITERS", "TableWriter"]
