"""JSON Lines under gzip: lists and objects stay what they are."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from exports.formats.base import TableFormat, TableWriter
from exports.formats.gzipped import GzippedFile
from exports.formats.texts import joined, json_texts
from exports.tables import Column, Table
from exports.tables.coding import is_coded

# Lines are some ten times as long as what they are made of; several pieces wait to be compressed.
ROWS_AT_ONCE = 8192


class JsonLines(TableFormat):
    suffix = ".jsonl.gz"

    def open(self, table: Table, path: Path) -> TableWriter:
        return JsonLinesWriter(table, path)


class JsonLinesWriter(TableWriter):
    def __init__(self, table: Table, path: Path) -> None:
        self._columns = [
            JsonColumn(column, "," if place else "{") for place, column in enumerate(table.columns)
        ]
        self._file = GzippedFile(path)

    def write(self, batch: pa.RecordBatch) -> None:
        for first in range(0, len(batch), ROWS_AT_ONCE):
            self._write(batch.slice(first, ROWS_AT_ONCE))

    def _write(self, batch: pa.RecordBatch) -> None:
        is_conversation = (
            batch.column("is_conversation") if "is_conversation" in batch.schema.names else None
        )
        parts: list[pa.Array | str] = []
        for column, values in zip(self._columns, batch.columns, strict=True):
            for part in column.parts(values, is_conversation):
                if isinstance(part, str) and parts and isinstance(parts[-1], str):
                    parts[-1] += part
                else:
                    parts.append(part)
        lines = joined(*parts, "}\n")
        if isinstance(lines, pa.Scalar):  # every column is the same in all rows
            lines = pa.repeat(lines, len(batch))
        _nulls, offsets, data = lines.buffers()
        bounds = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, offsets], 0, lines.offset)
        start, end = bounds[0].as_py(), bounds[len(lines)].as_py()
        # The lines lie behind each other in one piece of memory: written as they lie.
        self._file.write(memoryview(data)[start:end])

    def close(self) -> None:
        self._file.close()


class JsonColumn:
    """A column's part of the lines: its name, and each value as JSON."""

    def __init__(self, column: Column, before: str) -> None:
        self._kind = column.kind
        self._name = f"{before}{json.dumps(column.name, ensure_ascii=False)}:"
        # Batches of one shard mostly bear one dictionary: its texts are made once.
        self._dictionary: pa.Array | None = None
        self._texts: pa.Array | None = None

    def parts(self, values: pa.Array, is_conversation: pa.Array | None) -> list[pa.Array | str]:
        """The column's texts in order; only a text where all rows have the same."""
        if values.null_count == len(values):
            return [f"{self._name}null"]
        if not is_coded(values):
            return [self._name, json_texts(values, self._kind, is_conversation)]
        texts = self._texts_of(values.dictionary)
        bounds = pc.min_max(values.indices)
        if not values.null_count and bounds["min"] == bounds["max"]:
            text: str = texts[bounds["min"].as_py()].as_py()
            return [text]
        return [pc.fill_null(texts.take(values.indices), f"{self._name}null")]

    def _texts_of(self, dictionary: pa.Array) -> pa.Array:
        if self._texts is None or not same_memory(dictionary, self._dictionary):
            self._dictionary = dictionary
            self._texts = joined(self._name, json_texts(dictionary, self._kind, None))
        return self._texts


def same_memory(one: pa.Array, other: pa.Array | None) -> bool:
    if other is None or len(one) != len(other) or one.offset != other.offset:
        return False
    pairs = zip(one.buffers(), other.buffers(), strict=True)
    return all((a and a.address) == (b and b.address) for a, b in pairs)
