"""Formats of files of judgments. Adding one is adding one module and a line in `SOURCES`."""

from pathlib import Path
from typing import BinaryIO

from annotation.enums import JudgmentFormat
from annotation.errors import ItemFileError
from annotation.item_formats import PUBLISHED
from annotation.item_formats.columns import is_header
from annotation.item_formats.signatures import (
    KEYS_WITHIN,
    first_fields,
    parquet_fields,
    published_format,
)
from annotation.judgment_formats.arena import arena_judgments
from annotation.judgment_formats.argilla import open_argilla
from annotation.judgment_formats.base import JudgmentSource, Opener, Placed, SourceRequest, Terms
from annotation.judgment_formats.dataset import open_dataset, open_table
from annotation.judgment_formats.graded import (
    helpsteer2_judgments,
    helpsteer3_judgments,
    multipref_judgments,
    webgpt_judgments,
)
from annotation.judgment_formats.label_studio import open_label_studio
from annotation.judgment_formats.pairs import PairsSource
from annotation.judgment_formats.pandalm import open_pandalm
from annotation.judgment_formats.prism import prism_judgments
from annotation.judgment_formats.published import JudgmentsOf, open_published
from annotation.judgment_formats.tables import GZIP, PARQUET, opened

TABLES = {
    JudgmentFormat.JSONL: ".jsonl",
    JudgmentFormat.CSV: ".csv",
    JudgmentFormat.PARQUET: ".parquet",
}
# What one JSON array is taken for where nothing was said of it.
ARRAYS = (JudgmentFormat.PANDALM, JudgmentFormat.LABEL_STUDIO)


def open_pairs(request: SourceRequest) -> JudgmentSource:
    """A table of pairs in any of the formats of tables."""
    kind = detect_format(request.path, is_table=True)
    if kind in ARRAYS:
        return PairsSource(request, ".json")
    if kind not in TABLES:
        raise ItemFileError(1, "This is no table: JSON Lines, CSV or Parquet.")
    return PairsSource(request, TABLES[JudgmentFormat(kind)])


# What people said in published files; the items are those of the same format of item files.
SAID: dict[str, JudgmentsOf] = {
    JudgmentFormat.CHATBOT_ARENA: arena_judgments,
    JudgmentFormat.PRISM: prism_judgments,
    JudgmentFormat.MULTIPREF: multipref_judgments,
    JudgmentFormat.HELPSTEER2: helpsteer2_judgments,
    JudgmentFormat.HELPSTEER3: helpsteer3_judgments,
    JudgmentFormat.WEBGPT: webgpt_judgments,
}

SOURCES: dict[str, Opener] = {
    JudgmentFormat.DATASET: open_dataset,
    **{kind: open_table(suffix) for kind, suffix in TABLES.items()},
    JudgmentFormat.LABEL_STUDIO: open_label_studio,
    JudgmentFormat.PAIRS: open_pairs,
    JudgmentFormat.PANDALM: open_pandalm,
    JudgmentFormat.ARGILLA: open_argilla,
    **{kind: open_published(PUBLISHED[kind], judgments) for kind, judgments in SAID.items()},
}
HEAD_BYTES = KEYS_WITHIN
ZIP = b"PK\x03\x04"
TAR_MARK = slice(257, 262)


def detect_format(path: Path, is_table: bool = False) -> str:
    """The format of a file by its first bytes, under gzip or not; a table may have any columns.

    Raises `ItemFileError` for what none of the formats looks like.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(GZIP):
        head = head_within(path)
    if head.startswith(ZIP) or head[TAR_MARK] == b"ustar":
        return JudgmentFormat.DATASET
    if head.startswith(PARQUET):
        return JudgmentFormat.PARQUET if is_table else parquet_format(path)
    return text_format(head.removeprefix(b"\xef\xbb\xbf").lstrip(), is_table)


def parquet_format(path: Path) -> str:
    with opened(path) as file:
        found = published_format(parquet_fields(file))
    return found if found in SAID else JudgmentFormat.PARQUET


def head_within(path: Path) -> bytes:
    file: BinaryIO
    with opened(path) as file:
        try:
            return file.read(HEAD_BYTES)
        except (OSError, EOFError) as error:
            raise ItemFileError(1, f"This file cannot be unpacked: {error}.") from error


def text_format(text: bytes, is_table: bool) -> str:
    if not text:
        raise ItemFileError(1, "This file is empty.")
    found = "" if is_table else published_format(first_fields(text))
    if found in SOURCES and found in PUBLISHED:
        return found
    if text.startswith(b"{"):
        return JudgmentFormat.JSONL
    if text.startswith(b"["):
        is_pandalm = b'"cmp_key"' in text or b'"response1"' in text
        return JudgmentFormat.PANDALM if is_pandalm else JudgmentFormat.LABEL_STUDIO
    header = text.splitlines()[0]
    named = b"item_id" in header and b"annotator_id" in header
    if (is_table and is_header(header)) or (named and b"," in header):
        return JudgmentFormat.CSV
    raise ItemFileError(
        1,
        "This is neither a dataset, nor JSON Lines, CSV or Parquet of judgments, nor an export "
        "for Label Studio.",
    )


__all__ = ["SOURCES", "JudgmentSource", "Placed", "Terms", "detect_format"]
