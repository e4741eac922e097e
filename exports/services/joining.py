"""Parts of CSV tables with a single row each, put together into one.

`datasets` reads types from each file anew and brings them to the documented ones as it writes, but
puts files of one row together before that: two of them whose texts look like different types would
not load. One such file among longer ones does.
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
    if job.format != SnapshotFormat.CSV:
        return list(files)
    single: dict[str, list[StoredFile]] = {}
    for file in files:
        if file.rows == 1:
            single.setdefault(file.name, []).append(file)
    discard_folder(f"{folder_of(job)}/{JOINED}")
    joined = {name: joined_file(job, parts) for name, parts in single.items() if len(parts) > 1}
    first = {parts[0].stored_name: joined[name] for name, parts in single.items() if name in joined}
    return [
        first.get(file.stored_name, file)
        for file in files
        if file.rows != 1 or file.name not in joined or file.stored_name in first
    ]


def joined_file(job: Snapshot, parts: Sequence[StoredFile]) -> StoredFile:
    """The rows of all parts under one header, in the order of the shards."""
    with work_folder(f"joined-{job.pk}") as work:
        path = Path(work) / parts[0].name
        target = GzippedFile(path)
        for place, part in enumerate(parts):
            with default_storage.open(part.stored_name) as stored, gzip.open(stored) as source:
                if place:
                    skip_header(source)
                shutil.copyfileobj(source, target)
        target.close()
        return store_file(job, written_file(path, table=parts[0].table, rows=len(parts)), JOINED)


def skip_header(source: gzip.GzipFile) -> None:
    header = b""
    while not header.endswith(BREAK):
        header += source.readline()
