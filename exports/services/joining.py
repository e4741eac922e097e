"""Parts of text tables with a single row each, put together into longer ones.

`datasets` reads types from each file anew and brings them to the documented ones as it writes.

- CSV: files of one row are put together before that: two of them whose texts look like different
  types would not load. One such file among longer ones does.
- JSON Lines: a text that looks like a moment is read as one where no other text stands beside it.
"""

import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.core.files.storage import default_storage

from exports.enums import SnapshotFormat
from exports.formats.gzipped import GzippedFile
from exports.formats.written import StoredFile, written_file
from exports.models import Snapshot
from exports.services.storing import discard_folder, folder_of, store_file
from exports.services.work import work_folder

JOINED = "joined"
# Rows end so, and the header has no quoted field that could hold a break.
BREAK = b"\r\n"


def join_single_rows(job: Snapshot, files: Sequence[StoredFile]) -> list[StoredFile]:
    """The files of all shards; of a table's files with one row each, one with all their rows."""
    if job.format not in (SnapshotFormat.CSV, SnapshotFormat.JSONL):
        return list(files)
    tables: dict[str, list[StoredFile]] = {}
    for file in files:
        tables.setdefault(file.name, []).append(file)
    discard_folder(f"{folder_of(job)}/{JOINED}")
    joined: dict[str, StoredFile] = {}
    gone: set[str] = set()
    for parts in tables.values():
        together = put_together(parts, job.format)
        if len(together) > 1:
            joined[together[0].stored_name] = joined_file(job, together)
            gone.update(part.stored_name for part in together[1:])
    kept = (file for file in files if file.stored_name not in gone)
    return [joined.get(file.stored_name, file) for file in kept]


def put_together(parts: Sequence[StoredFile], format: str) -> list[StoredFile]:
    """Which of a table's files become one, in the order of the shards."""
    chosen = [part for part in parts if part.rows == 1]
    if format == SnapshotFormat.JSONL and len(chosen) == 1 and len(parts) > 1:
        others = (part for part in parts if part.rows != 1)
        chosen += sorted(others, key=lambda part: part.rows or 0)[:1]
    return [part for part in parts if part in chosen]


def joined_file(job: Snapshot, parts: Sequence[StoredFile]) -> StoredFile:
    """The rows of all parts under one header, in the order of the shards."""
    with work_folder(f"joined-{job.pk}") as work:
        path = Path(work) / parts[0].name
        target = GzippedFile(path)
        for place, part in enumerate(parts):
            with default_storage.open(part.stored_name) as stored, gzip.open(stored) as source:
                if place and job.format == SnapshotFormat.CSV:
                    skip_header(source)
                shutil.copyfileobj(source, target)
        target.close()
        rows = sum(part.rows or 0 for part in parts)
        return store_file(job, written_file(path, table=parts[0].table, rows=rows), JOINED)


def skip_header(source: gzip.GzipFile) -> None:
    header = b""
    while not header.endswith(BREAK):
        header += source.readline()
