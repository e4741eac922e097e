"""JSON Lines under gzip: lists and objects stay what they are."""

import json
from pathlib import Path

from exports.tables import Kind, Row, Table
from exports.tables.columns import Encoder, iso_text
from exports.writers.base import GzippedText, TableWriter

ENCODERS: dict[Kind, Encoder] = {Kind.TIMESTAMP: iso_text}
IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class JsonLinesWriter(TableWriter):
    suffix = ".jsonl.gz"

    def __init__(self, table: Table, folder: Path) -> None:
        super().__init__(table, folder)
        self._header = table.header
        self._values_of = table.values_of(ENCODERS)
        self._file = GzippedText(self.path)

    def _write(self, row: Row) -> None:
        line = dict(zip(self._header, self._values_of(row), strict=True))
        self._file.text.write(IN_ORDER.encode(line) + "\n")

    def close(self) -> None:
        self._file.close()
