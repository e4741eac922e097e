"""JSON Lines under gzip: lists and objects stay what they are."""

import json
from pathlib import Path

from exports.tables import Kind, Row, Table
from exports.tables.columns import Encoder, as_is, iso_text
from exports.writers.base import GzippedText, TableWriter


class JsonLinesWriter(TableWriter):
    suffix = ".jsonl.gz"

    def __init__(self, table: Table, folder: Path) -> None:
        super().__init__(table, folder)
        self._encoders = table.encoders(encoder)
        self._file = GzippedText(self.path)

    def _write(self, row: Row) -> None:
        line = {name: encode(row[name]) for name, encode in self._encoders}
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._file.text.write(text + "\n")

    def close(self) -> None:
        self._file.close()


def encoder(kind: Kind) -> Encoder:
    return iso_text if kind is Kind.TIMESTAMP else as_is
