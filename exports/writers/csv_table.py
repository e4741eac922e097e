"""CSV under gzip (RFC 4180, with a header): nothing is an empty field, JSON is text."""

import csv
from pathlib import Path

from exports.tables import Kind, Row, Table
from exports.tables.columns import Encoder, content_text, iso_text, json_text
from exports.writers.base import GzippedText, TableWriter


def truth_text(value: bool | None) -> str | None:
    return None if value is None else "true" if value else "false"


ENCODERS: dict[Kind, Encoder] = {
    Kind.BOOLEAN: truth_text,
    Kind.TEXTS: json_text,
    Kind.TIMESTAMP: iso_text,
    Kind.JSON: json_text,
    Kind.CONTENT: content_text,
}


class CsvWriter(TableWriter):
    suffix = ".csv.gz"

    def __init__(self, table: Table, folder: Path) -> None:
        super().__init__(table, folder)
        self._values_of = table.values_of(ENCODERS)
        self._file = GzippedText(self.path, newline="")
        # Lines end in \r\n so that fields with either character are put in quotes.
        self._csv = csv.writer(self._file.text, lineterminator="\r\n")
        self._csv.writerow(table.header)

    def _write(self, row: Row) -> None:
        self._csv.writerow(self._values_of(row))

    def close(self) -> None:
        self._file.close()
