"""CSV under gzip (RFC 4180, with a header): nothing is an empty field, JSON is text."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from exports.formats.base import TableFormat, TableWriter
from exports.formats.gzipped import GzippedFile
from exports.formats.texts import list_texts, moment_texts
from exports.tables import Kind, Table
from exports.tables.coding import plain

# What Arrow would not write, or would write in other words than JSON Lines have.
AS_TEXT = {
    Kind.TEXTS: list_texts,
    Kind.TIMESTAMP: moment_texts,
}


class Csv(TableFormat):
    suffix = ".csv.gz"

    def open(self, table: Table, path: Path) -> TableWriter:
        return CsvWriter(table, path)


class CsvWriter(TableWriter):
    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        self._file = GzippedFile(path)
        self._schema = pa.schema(
            [
                (one.name, pa.string() if one.kind in AS_TEXT else one.kind.arrow)
                for one in table.columns
            ]
        )
        # Lines end in \r\n, as the standard wants it.
        self._csv = pa_csv.CSVWriter(
            pa.PythonFile(self._file, mode="w"),
            self._schema,
            write_options=pa_csv.WriteOptions(eol="\r\n", batch_size=8192),
        )

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [
            AS_TEXT[one.kind](values) if one.kind in AS_TEXT else plain(values)
            for one, values in zip(self._table.columns, batch.columns, strict=True)
        ]
        self._csv.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        self._csv.close()
        self._file.close()
