"""A dataset of this platform, packed, or a single file of its table `judgments`.

Of the dataset's tables these are read: `judgments`; `annotators`, for what people say of
themselves; `items` and `responses`, which make the item file of what was judged. A judgment tells
all that is kept of its assignment, so the table of assignments is not needed.
"""

import json
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any, ClassVar

from annotation.errors import ItemFileError
from annotation.judgment_formats.base import JudgmentSource, Opener, Placed, Rows, SourceRequest
from annotation.judgment_formats.tables import (
    Reading,
    TableFile,
    as_id,
    as_integer,
    as_json,
    as_moment,
    as_number,
    as_truth,
    typed,
)

TABLE = re.compile(
    r"(?P<table>judgments|annotators|items|responses)(?P<part>-\d{5}-of-\d{5})?"
    r"(?P<suffix>\.jsonl|\.csv|\.parquet)(\.gz)?"
)
JUDGMENT: Reading = {
    **dict.fromkeys(("judgment_id", "item_id", "annotator_id", "supersedes"), as_id),
    **dict.fromkeys(("answers", "acceptable", "spans", "presented_order", "flags"), as_json),
    **dict.fromkeys(("content_hashes", "profile"), as_json),
    **dict.fromkeys(("profile_version", "active_ms", "elapsed_ms"), as_integer),
    **dict.fromkeys(("is_repeat", "is_final"), as_truth),
    "confidence": as_number,
    "submitted_at": as_moment,
}
PERSON: Reading = {"annotator_id": as_id, "profile_version": as_integer}
CONTENT: Reading = {"metadata": as_json, "is_conversation": as_truth, "position": as_integer}
# Columns of the annotators' table that are no question; a question of that name steps aside.
RESERVED = ("annotator_id", "profile_version", "campaign")
ASIDE = "answer_"


class DatasetSource(JudgmentSource):
    """Tables on this machine's disk, each in files of its own."""

    # How the columns of judgments are read where the format has nothing but texts.
    reading: ClassVar[Reading] = JUDGMENT

    def __init__(self, files: dict[str, list[TableFile]], work: Path) -> None:
        self.files, self.work = files, work
        self.size = sum(one.size for one in self._read())

    def _read(self) -> Iterator[TableFile]:
        return chain(self.files.get("annotators", ()), self.files["judgments"])

    @property
    def position(self) -> int:
        return sum(one.position for one in self._read())

    def judgments(self) -> Rows:
        return self._rows("judgments", self.reading)

    def people(self) -> Rows:
        for placed in self._rows("annotators", PERSON):
            yield placed if placed.value is None else placed._replace(value=person_of(placed.value))

    def _rows(self, table: str, reading: Reading) -> Rows:
        for file in self.files.get(table, ()):
            for placed in file.rows():
                yield typed(placed, reading)._replace(file=self._name(file))

    def _name(self, file: TableFile) -> str:
        several = sum(len(files) for files in self.files.values()) > 1
        return file.path.name if several else ""

    def items(self) -> Iterator[dict[str, Any]] | None:
        if not {"items", "responses"} <= set(self.files):
            return None
        return self._items()

    def _items(self) -> Iterator[dict[str, Any]]:
        """Items in their order, each with its responses, which wait on disk until it comes."""
        path = self.work / "responses.sqlite"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as shelf:
            shelf.execute("PRAGMA synchronous = off")
            shelf.execute("CREATE TABLE response (item TEXT, position INTEGER, body TEXT)")
            shelf.executemany("INSERT INTO response VALUES (?, ?, ?)", self._responses())
            shelf.execute("CREATE INDEX by_item ON response (item, position)")
            for row in self._contents("items"):
                found = shelf.execute(
                    "SELECT body FROM response WHERE item = ? ORDER BY position", [row["item_id"]]
                )
                yield item_of(row, [json.loads(body) for (body,) in found])
        path.unlink()

    def _responses(self) -> Iterator[tuple[str, int, str]]:
        for row in self._contents("responses"):
            yield row["item_id"], row["position"], json.dumps(response_of(row))

    def _contents(self, table: str) -> Iterator[dict[str, Any]]:
        """Rows of items or responses. Raises `ItemFileError` for the first that cannot be read."""
        for placed in self._rows(table, {**CONTENT, "item_id": as_id}):
            if placed.value is None or "item_id" not in placed.value:
                raise ItemFileError(placed.line, placed.problem or f"A row of {table} has no item.")
            yield placed.value


def person_of(row: dict[str, Any]) -> dict[str, Any]:
    answers = {
        name.removeprefix(ASIDE) if name.removeprefix(ASIDE) in RESERVED else name: answer_of(cell)
        for name, cell in row.items()
        if name not in RESERVED
    }
    return {
        "annotator_id": row.get("annotator_id"),
        "profile_version": row.get("profile_version"),
        "profile": answers,
    }


def answer_of(cell: Any) -> Any:
    """An option, or several: in CSV a list is JSON."""
    if isinstance(cell, str) and cell.startswith("["):
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell


def item_of(row: dict[str, Any], responses: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row["item_id"],
        "prompt": content_of(row, "prompt"),
        "language": row.get("language"),
        "metadata": row.get("metadata"),
        "responses": responses,
    }


def response_of(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.get("response_id"),
        "text": content_of(row, "text"),
        "model": row.get("model"),
        "metadata": row.get("metadata"),
    }


def content_of(row: dict[str, Any], name: str) -> Any:
    content = row.get(name, "")
    return as_json(content) if row.get("is_conversation") else content


def open_table(suffix: str) -> Opener:
    """How a single file of judgments is opened."""

    def open_it(request: SourceRequest) -> JudgmentSource:
        file = TableFile(request.path, suffix, request.longest_line)
        return DatasetSource({"judgments": [file]}, request.work)

    return open_it


def open_dataset(request: SourceRequest) -> JudgmentSource:
    """The tables of a packed dataset, unpacked into the work folder.

    Raises `ItemFileError` where it holds no judgments, more than one dataset or more than may be
    unpacked, or is no archive that can be read.
    """
    files: dict[str, list[TableFile]] = {}
    try:
        for path, table, suffix in unpacked(request):
            files.setdefault(table, []).append(TableFile(path, suffix, request.longest_line))
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise ItemFileError(1, f"This archive cannot be read: {error}.") from error
    if "judgments" not in files:
        raise ItemFileError(1, "There is no table of judgments in this archive.")
    for parts in files.values():
        parts.sort(key=lambda one: one.path.name)
    return DatasetSource(files, request.work)


def unpacked(request: SourceRequest) -> Iterator[tuple[Path, str, str]]:
    """Each table's file under its own name in the work folder, whatever path it had."""
    left = request.most_bytes
    for name, open_member in members(request.path):
        match = TABLE.fullmatch(PurePosixPath(name).name)
        if not match:
            continue
        path = request.work / match.group()
        if path.exists():
            raise ItemFileError(1, f"This archive holds two files called {path.name}.")
        member = open_member()
        assert member is not None  # noqa: S101 - regular files only
        with member as source, path.open("wb") as target:
            while chunk := source.read(1024 * 1024):
                left -= len(chunk)
                if left < 0:
                    raise ItemFileError(1, "Unpacked, this archive is larger than what is taken.")
                target.write(chunk)
        yield path, match["table"], match["suffix"]


def members(path: Path) -> Iterator[tuple[str, Callable[[], IO[bytes] | None]]]:
    """The regular files of an archive, each with the way to open it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield info.filename, partial(archive.open, info)
        return
    with tarfile.open(path) as packed:
        for member in packed:
            if member.isfile():
                yield member.name, partial(packed.extractfile, member)


def pack(folder: Path, target: IO[bytes]) -> None:
    """Pack the tables of a dataset's folder as a tar file, as `open_dataset` reads it.

    Raises `ItemFileError` where there is no table of judgments in it.
    """
    found = [one for one in sorted(folder.iterdir()) if TABLE.fullmatch(one.name)]
    if not any(one.name.startswith("judgments") for one in found):
        raise ItemFileError(1, f"There is no table of judgments in {folder}.")
    with tarfile.open(fileobj=target, mode="w") as archive:
        for path in found:
            archive.add(path, path.name, recursive=False)


__all__ = ["Placed", "open_dataset", "open_table", "pack"]
