"""Files that are finished, with what a reader can check them by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WrittenFile:
    """A finished file in the work folder; `table` and `rows` are empty for documentation."""

    path: Path
    table: str
    rows: int | None
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        return self.path.name


def written_file(path: Path, *, table: str = "", rows: int | None = None) -> WrittenFile:
    """Measure a finished file."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return WrittenFile(path, table, rows, path.stat().st_size, sha256)
