"""An audit's files in storage: parts while it is made, and what is published in the end."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from annotation.services.storing import discard_folder
from values.classifier.labelled import Floats
from values.models import Audit, AuditFile, AuditPart
from values.selectors.corpus import Batch

# Beyond that, digits of a probability are noise of the machine's arithmetic.
DIGITS = 6


@dataclass(frozen=True)
class PredictedText:
    """A text of the corpus with its weights by slice and a probability for each known value."""

    item: int
    item_id: str
    response_id: str
    text: str
    weights: dict[str, tuple[float, float]]
    probabilities: list[float]


def folder_of(audit: Audit, *parts: str) -> str:
    return "/".join(["audits", str(audit.pk), *parts])


def discard_parts(audit: Audit) -> None:
    """Forget what has been predicted so far."""
    audit.parts.all().delete()
    discard_folder(folder_of(audit, "parts"))


def kept_parts(audit: Audit) -> list[AuditPart]:
    return list(audit.parts.all())


def keep_part(audit: Audit, number: int, batch: Batch, predicted: Floats) -> None:
    """Bring one batch's predictions to storage; the row follows once the file is whole."""
    lines = [
        json.dumps(
            [
                *(one.item, one.item_id, one.response_id, one.text),
                *(dict(one.weights), [round(float(share), DIGITS) for share in shares]),
            ],
            ensure_ascii=False,
        )
        for one, shares in zip(batch.texts, predicted, strict=True)
    ]
    name = folder_of(audit, "parts", f"{number:06d}.jsonl")
    stored = default_storage.save(name, ContentFile("\n".join(lines).encode()))
    AuditPart.objects.create(
        audit=audit,
        number=number,
        items=batch.items,
        last_item=batch.last_item,
        stored_name=stored,
    )


def read_parts(audit: Audit) -> Iterator[list[PredictedText]]:
    """Everything that was predicted, one part in memory at a time."""
    for part in audit.parts.all():
        with default_storage.open(part.stored_name) as file:
            rows = [json.loads(line) for line in file.read().decode().split("\n") if line]
        yield [
            PredictedText(
                item=row[0],
                item_id=row[1],
                response_id=row[2],
                text=row[3],
                weights={key: (up, down) for key, (up, down) in row[4].items()},
                probabilities=row[5],
            )
            for row in rows
        ]


def publish_file(audit: Audit, path: Path, rows: int | None) -> AuditFile:
    """Bring a finished file to storage; the row is not saved yet."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        size = content.tell()
        content.seek(0)
        stored = default_storage.save(folder_of(audit, "files", path.name), File(content))
    return AuditFile(
        audit=audit, name=path.name, bytes=size, rows=rows, sha256=sha256, stored_name=stored
    )


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
