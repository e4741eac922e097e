"""Writing the files that explain the tables."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from exports.documentation import dictionary
from exports.documentation.card import dataset_card
from exports.documentation.citation import citation_file, license_file
from exports.documentation.croissant import croissant
from exports.documentation.dataset import Dataset
from exports.documentation.dictionary import data_dictionary
from exports.documentation.figures import figures
from exports.formats.written import FinishedFile, WrittenFile, written_file
from exports.profiles.choices import choices_body

CARD = "README.md"
CROISSANT = "croissant.json"
CITATION = "CITATION.cff"
LICENSE = "LICENSE"
MANIFEST = "MANIFEST.json"

# Each writes files into the folder from what the dataset is; none knows of the others.
Document = Callable[[Dataset, Path], Iterable[WrittenFile]]


def write_card(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    yield write_text(folder / CARD, dataset_card(dataset))


def write_dictionary(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    tables = [one.table for one in figures(dataset)]
    yield write_text(folder / dictionary.NAME, data_dictionary(dataset, tables))


def write_croissant(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    yield write_text(folder / CROISSANT, as_json(croissant(dataset)))


def write_citation(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    yield write_text(folder / CITATION, citation_file(dataset))
    stated = license_file(dataset)
    if stated:
        yield write_text(folder / LICENSE, stated)


def write_figures(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    """Each figure and its numbers."""
    for figure in figures(dataset):
        for suffix, text in ((".svg", figure.svg), (".csv", figure.csv)):
            yield write_text(folder / f"{figure.table.name}{suffix}", text)


DOCUMENTS: list[Document] = [
    *(write_card, write_dictionary, write_croissant, write_citation, write_figures),
]


def write_documentation(dataset: Dataset, folder: Path) -> Iterator[WrittenFile]:
    """Every document and, when all else is there, the manifest."""
    files: list[FinishedFile] = list(dataset.files)
    for document in DOCUMENTS:
        for file in document(dataset, folder):
            files.append(file)
            yield file
    yield write_text(folder / MANIFEST, as_json(manifest_of(dataset, files)))


def as_json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_text(path: Path, text: str) -> WrittenFile:
    path.write_bytes(text.encode("utf-8"))
    return written_file(path)


def release_of(dataset: Dataset) -> dict[str, Any]:
    """The profile and the choices that the rows were released under."""
    chosen = choices_body(dataset.profile.choices)
    return {name: chosen[name] for name in ("profile", "text", "k", "identifying", "withheld")}


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
        "release": release_of(dataset),
        "derived": snapshot.derived,
        "schema_version": snapshot.schema_version,
        "software_version": snapshot.software_version,
        "pseudonyms": snapshot.pseudonyms,
        "files": [
            {"name": file.name, "bytes": file.bytes, "rows": file.rows, "sha256": file.sha256}
            for file in files
        ],
    }
