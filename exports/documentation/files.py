"""Writing the files that explain the tables."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from exports.documentation.card import dataset_card
from exports.documentation.dataset import Dataset
from exports.formats.written import FinishedFile, WrittenFile, written_file
from exports.tables import Table

CARD = "README.md"
DICTIONARY = "data_dictionary.csv"
MANIFEST = "MANIFEST.json"

# Each writes files into the folder from what the dataset is; none knows of the others.
Document = Callable[[Dataset, Path], Iterable[WrittenFile]]


def write_card(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    yield write_text(folder / CARD, dataset_card(dataset))


def write_dictionary(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    yield write_text(folder / DICTIONARY, data_dictionary(dataset.tables))


DOCUMENTS: list[Document] = [write_card, write_dictionary]


def write_documentation(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    """Every document and, when all else is there, the manifest."""
    files: list[FinishedFile] = list(dataset.files)
    for document in DOCUMENTS:
        for file in document(dataset, folder):
            files.append(file)
            yield file
    text = json.dumps(manifest_of(dataset, files), ensure_ascii=False, indent=2) + "\n"
    yield write_text(folder / MANIFEST, text)


def write_text(path: Path, text: str) -> WrittenFile:
    path.write_bytes(text.encode("utf-8"))
    return written_file(path)


def data_dictionary(tables: Iterable[Table]) -> str:
    """One line for every column of every table."""
    text = StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["table", "column", "type", "description"])
    for table in tables:
        for column in table.columns:
            lines.writerow([table.name, column.name, column.kind.words, column.description])
    return text.getvalue()


def manifest_of(dataset: Dataset, files: Iterable[FinishedFile]) -> dict[str, Any]:
    """What the dataset is and every file of it but the manifest itself.

    Nothing in it tells one export of a moment from another of the same moment and format.
    """
    snapshot, frame = dataset.snapshot, dataset.frame
    return {
        "dataset": frame.campaign.slug,
        "title": frame.campaign.title,
        "campaigns": [
            {"campaign": one.slug, "title": one.title, "version": one.version}
            for one in frame.campaigns
        ],
        "note": snapshot.note,
        "as_of": frame.as_of,
        "format": snapshot.format,
        "schema_version": snapshot.schema_version,
        "software_version": snapshot.software_version,
        "pseudonyms": snapshot.pseudonyms,
        "files": [
            {"name": file.name, "bytes": file.bytes, "rows": file.rows, "sha256": file.sha256}
            for file in files
        ],
    }
