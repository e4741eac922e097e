"""Files that are finished, with what a reader can check them by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FinishedFile:
    """A file of the dataset; `table` and `rows` are empty for documentation."""

    name: str
    table: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class WrittenFile(FinishedFile):
    """A finished file in the work folder."""

    path: Path


@dataclass(frozen=True)
class StoredFile(FinishedFile):
    """A finished file in storage, not published yet."""

    stored_name: str


def written_file(path: Path, *, table: str = "", rows: int | None = None) -> WrittenFile:
    """Measure a finished file."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return WrittenFile(path.name, table, rows, path.stat().st_size, sha256, path)


def published_names(files: list[StoredFile]) -> list[StoredFile]:
    """The files of all shards under the names they are published by, table by table.

    `files` come shard by shard. Of a table only the files with rows stay; where none has any,
    the first does. One file bears the table's name, several are numbered as Hugging Face does.
    """
    parts: dict[str, list[StoredFile]] = {}
    for file in files:
        parts.setdefault(file.name, []).append(file)
    published = []
    for name, all_parts in parts.items():
        kept = [part for part in all_parts if part.rows] or all_parts[:1]
        stem, suffix = name.split(".", 1)
        for place, part in enumerate(kept):
            numbered = f"{stem}-{place:05d}-of-{len(kept):05d}.{suffix}"
            shown = name if len(kept) == 1 else numbered
            published.append(
                StoredFile(shown, part.table, part.rows, part.bytes, part.sha256, part.stored_name)
            )
    return published
