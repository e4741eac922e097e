"""Files that derived formats write: lines, with equal bytes for equal rows."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exports.formats.gzipped import GzippedFile

UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
LONGEST_PART = 28
# Made once: `json.dumps` with options makes another one for each value.
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def json_text(value: Any) -> str:
    return ENCODER.encode(value)


class LineFile:
    """A text file written line by line, under gzip where its name says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._file: Any = GzippedFile(path) if path.suffix == ".gz" else path.open("wb")

    def write(self, line: str) -> None:
        """One row, as a line of its own."""
        self._file.write(line.encode() + b"\n")
        self.rows += 1

    def write_json(self, row: Mapping[str, Any]) -> None:
        self.write(json_text(row))

    def close(self) -> None:
        self._file.close()


class JsonFile:
    """One JSON array or object, its entries written one by one."""

    def __init__(self, path: Path, opening: str, closing: str) -> None:
        self.path = path
        self.rows = 0
        self._closing = closing
        self._file = path.open("wb")
        self._file.write(opening.encode())

    def write(self, value: Any, key: str | None = None) -> None:
        """One entry; objects need its key."""
        name = "" if key is None else f"{json_text(key)}: "
        self._file.write(f"{',' if self.rows else ''}\n{name}{json_text(value)}".encode())
        self.rows += 1

    def close(self) -> None:
        self._file.write(f"\n{self._closing}\n".encode())
        self._file.close()


class NameParts:
    """Keys as parts of names: safe, without hyphens, short, different for different keys."""

    def __init__(self, *, lower: bool = False) -> None:
        self._parts: dict[str, str] = {}
        self._lower = lower

    def of(self, key: str) -> str:
        if key not in self._parts:
            safe = UNSAFE.sub("_", key.lower() if self._lower else key)[:LONGEST_PART]
            part, number = safe, 2
            while part.lower() in {one.lower() for one in self._parts.values()}:
                part = f"{safe}_{number}"
                number += 1
            self._parts[key] = part
        return self._parts[key]
