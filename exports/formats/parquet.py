"""Parquet in row groups that are bounded in rows and in bytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from exports.formats.base import TableFormat, TableWriter
from exports.tables import Table

# A row group is what is held in memory. Both limits look at the rows only.
ROWS_IN_GROUP = 128 * 1024
BYTES_IN_GROUP = 32 * 1024 * 1024


# Contents repeat from judgment to judgment, further apart than the usual limit of a dictionary.
DICTIONARY_BYTES = 8 * 1024 * 1024


def paths_of(schema: pa.Schema) -> list[str]:
    """The columns of texts and truths: what is numbered or timed is rarely there twice."""
    return [
        f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name
        for field in schema
        if not (pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type))
    ]


class Parquet(TableFormat):
    suffix = ".parquet"

    def open(self, table: Table, path: Path) -> TableWriter:
        return ParquetTableWriter(table, path)


class ParquetTableWriter(TableWriter):
    def __init__(self, table: Table, path: Path) -> None:
        self._schema = table.arrow_schema
        self._file = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            use_dictionary=paths_of(self._schema),
            dictionary_pagesize_limit=DICTIONARY_BYTES,
        )
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= ROWS_IN_GROUP or self._bytes >= BYTES_IN_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        if self._rows:
            group = pa.Table.from_batches(self._held, self._schema)
            self._file.write_table(group, row_group_size=self._rows)
        self._held, self._rows, self._bytes = [], 0, 0

    def close(self) -> None:
        try:
            self._write_group()
        finally:
            self._file.close()
