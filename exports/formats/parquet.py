"""Parquet in row groups that are bounded in rows and in bytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from exports.formats.base import TableFormat, TableWriter
from exports.tables import Table
from exports.tables.coding import CODED, coded, is_coded, plain

# A row group is what is held in memory. Both limits look at the rows only.
ROWS_IN_GROUP = 64 * 1024
BYTES_IN_GROUP = 32 * 1024 * 1024


# Contents repeat from judgment to judgment, further apart than the usual limit of a dictionary.
DICTIONARY_BYTES = 8 * 1024 * 1024


def numbers_in(schema: pa.Schema) -> list[str]:
    """The columns of whole numbers and moments: rarely there twice, but each near the one before.

    Only by these can a reader skip row groups, as judgments stand in the order of their numbers.
    """
    return [
        field.name
        for field in schema
        if pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type)
    ]


def paths_of(schema: pa.Schema) -> list[str]:
    """The columns of texts, truths and fractions."""
    numbers = numbers_in(schema)
    return [
        f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name
        for field in schema
        if field.name not in numbers
    ]


class Parquet(TableFormat):
    suffix = ".parquet"

    def open(self, table: Table, path: Path) -> TableWriter:
        return ParquetTableWriter(table, path)


class ParquetTableWriter(TableWriter):
    """Texts that come as dictionaries, in the first batch, are written as those."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table, self._path = table, path
        self._file: pq.ParquetWriter | None = None
        self._schema = table.arrow_schema
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        if self._file is None:
            self._open(batch)
        columns = [
            coded(column) if field.type == CODED else plain(column)
            for field, column in zip(self._schema, batch.columns, strict=True)
        ]
        self._held.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._rows += batch.num_rows
        self._bytes += sum(bytes_of(column) for column in columns)
        if self._rows >= ROWS_IN_GROUP or self._bytes >= BYTES_IN_GROUP:
            self._write_group()

    def _open(self, batch: pa.RecordBatch | None) -> pq.ParquetWriter:
        if batch is not None:
            fields = zip(self._schema, batch.columns, strict=True)
            self._schema = pa.schema(
                [field.with_type(CODED) if is_coded(column) else field for field, column in fields]
            )
        self._file = pq.ParquetWriter(
            self._path,
            self._schema,
            compression="zstd",
            use_dictionary=paths_of(self._schema),
            column_encoding=dict.fromkeys(numbers_in(self._schema), "DELTA_BINARY_PACKED"),
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            write_statistics=numbers_in(self._schema),
            # Readers shall see texts, not how they came here.
            store_schema=False,
        )
        return self._file

    def _write_group(self) -> None:
        file = self._file or self._open(None)
        if self._rows:
            group = pa.Table.from_batches(self._held, self._schema).unify_dictionaries()
            file.write_table(group, row_group_size=self._rows)
        self._held, self._rows, self._bytes = [], 0, 0

    def close(self) -> None:
        try:
            self._write_group()
        finally:
            if self._file is not None:
                self._file.close()


def bytes_of(column: pa.Array) -> int:
    """What a column of a batch holds; of a dictionary that batches share, no more than its rows."""
    if not is_coded(column) or not len(column.dictionary):
        return int(column.nbytes)
    share = min(1.0, len(column) / len(column.dictionary))
    return int(column.indices.nbytes + share * column.dictionary.nbytes)
