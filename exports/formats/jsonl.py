"""JSON Lines under gzip: lists and objects stay what they are."""

import json
from pathlib import Path

import pyarrow as pa

from exports.formats.base import TableFormat, TableWriter
from exports.formats.gzipped import GzippedFile
from exports.formats.texts import joined, json_texts
from exports.tables import Table


class JsonLines(TableFormat):
    suffix = ".jsonl.gz"

    def open(self, table: Table, path: Path) -> TableWriter:
        return JsonLinesWriter(table, path)


class JsonLinesWriter(TableWriter):
    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        self._file = GzippedFile(path)

    def write(self, batch: pa.RecordBatch) -> None:
        if not len(batch):
            return
        is_conversation = (
            batch.column("is_conversation") if "is_conversation" in batch.schema.names else None
        )
        parts: list[pa.Array | str] = []
        for place, (column, values) in enumerate(
            zip(self._table.columns, batch.columns, strict=True)
        ):
            name = json.dumps(column.name, ensure_ascii=False)
            parts += [
                f"{',' if place else '{'}{name}:",
                json_texts(values, column.kind, is_conversation),
            ]
        lines = joined(*parts, "}\n")
        _nulls, offsets, data = lines.buffers()
        bounds = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, offsets], 0, lines.offset)
        start, end = bounds[0].as_py(), bounds[len(lines)].as_py()
        # The lines lie behind each other in one piece of memory: written as they lie.
        self._file.write(memoryview(data)[start:end])

    def close(self) -> None:
        self._file.close()
