"""The files that explain the tables."""

import csv
import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from exports.documentation.card import dataset_card
from exports.models import Snapshot
from exports.selectors.facts import Facts
from exports.selectors.frame import Frame
from exports.tables import Table
from exports.tables.columns import iso_text
from exports.writers.written import WrittenFile, written_file

CARD = "README.md"
DICTIONARY = "data_dictionary.csv"
MANIFEST = "MANIFEST.json"


def write_documentation(
    snapshot: Snapshot, frame: Frame, facts: Facts, tables: list[WrittenFile], folder: Path
) -> list[WrittenFile]:
    """Write card, dictionary and, when all else is there, the manifest."""
    files = [
        write_text(folder / CARD, dataset_card(snapshot, frame, facts, tables)),
        write_text(folder / DICTIONARY, data_dictionary(frame.tables)),
    ]
    manifest = manifest_of(snapshot, frame, [*tables, *files])
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return [*files, write_text(folder / MANIFEST, text)]


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


def manifest_of(snapshot: Snapshot, frame: Frame, files: Iterable[WrittenFile]) -> dict[str, Any]:
    """What the snapshot is and every file of it but the manifest itself."""
    return {
        "dataset": frame.campaign.slug,
        "title": frame.campaign.title,
        "snapshot": snapshot.pk,
        "as_of": iso_text(snapshot.as_of),
        "format": snapshot.format,
        "schema_version": snapshot.schema_version,
        "software_version": snapshot.software_version,
        "pseudonyms": snapshot.pseudonyms,
        "files": [
            {"name": file.name, "bytes": file.bytes, "rows": file.rows, "sha256": file.sha256}
            for file in files
        ],
    }
