"""Parquet in row groups that are bounded in rows and in text."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exports.tables import Kind, Row, Table
from exports.tables.columns import Encoder, content_text, json_text
from exports.writers.base import TableWriter

# A row group is what is held in memory. Both limits look at the rows only, never at how they
# came, so that equal rows make equal files.
ROWS_IN_GROUP = 20_000
CHARACTERS_IN_GROUP = 32 * 1024 * 1024

ENCODERS: dict[Kind, Encoder] = {Kind.JSON: json_text, Kind.CONTENT: content_text}


class ParquetTableWriter(TableWriter):
    suffix = ".parquet"

    def __init__(self, table: Table, folder: Path) -> None:
        super().__init__(table, folder)
        self._schema = table.arrow_schema
        self._values_of = table.values_of(ENCODERS)
        self._texts = [
            place for place, field in enumerate(self._schema) if field.type == pa.string()
        ]
        self._file = pq.ParquetWriter(str(self.path), self._schema, compression="zstd")
        self._held: list[list[Any]] = []
        self._characters = 0

    def _write(self, row: Row) -> None:
        values = self._values_of(row)
        self._held.append(values)
        for place in self._texts:
            if values[place]:
                self._characters += len(values[place])
        if len(self._held) >= ROWS_IN_GROUP or self._characters >= CHARACTERS_IN_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        columns = [
            pa.array(values, type=field.type)
            for values, field in zip(zip(*self._held, strict=True), self._schema, strict=True)
        ]
        self._file.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._held = []
        self._characters = 0

    def close(self) -> None:
        try:
            if self._held:
                self._write_group()
        finally:
            self._file.close()
