"""Formats of files of judgments. Adding one is adding one module and a line in `SOURCES`."""

from pathlib import Path
from typing import BinaryIO

from annotation.enums import JudgmentFormat
from annotation.errors import ItemFileError
from annotation.judgment_formats.base import JudgmentSource, Opener, Placed
from annotation.judgment_formats.dataset import open_dataset, open_table
from annotation.judgment_formats.label_studio import open_label_studio
from annotation.judgment_formats.tables import GZIP, PARQUET, opened

SOURCES: dict[str, Opener] = {
    JudgmentFormat.DATASET: open_dataset,
    JudgmentFormat.JSONL: open_table(".jsonl"),
    JudgmentFormat.CSV: open_table(".csv"),
    JudgmentFormat.PARQUET: open_table(".parquet"),
    JudgmentFormat.LABEL_STUDIO: open_label_studio,
}
HEAD_BYTES = 4096
ZIP = b"PK\x03\x04"
TAR_MARK = slice(257, 262)


def detect_format(path: Path) -> str:
    """The format of a file by its first bytes, under gzip or not.

    Raises `ItemFileError` for what none of the formats looks like.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(GZIP):
        head = head_within(path)
    if head.startswith(ZIP) or head[TAR_MARK] == b"ustar":
        return JudgmentFormat.DATASET
    if head.startswith(PARQUET):
        return JudgmentFormat.PARQUET
    return text_format(head.removeprefix(b"\xef\xbb\xbf").lstrip())


def head_within(path: Path) -> bytes:
    file: BinaryIO
    with opened(path) as file:
        try:
            return file.read(HEAD_BYTES)
        except (OSError, EOFError) as error:
            raise ItemFileError(1, f"This file cannot be unpacked: {error}.") from error


def text_format(text: bytes) -> str:
    if not text:
        raise ItemFileError(1, "This file is empty.")
    if text.startswith(b"{"):
        return JudgmentFormat.JSONL
    if text.startswith(b"["):
        return JudgmentFormat.LABEL_STUDIO
    header = text.splitlines()[0]
    if b"item_id" in header and b"annotator_id" in header and b"," in header:
        return JudgmentFormat.CSV
    raise ItemFileError(
        1,
        "This is neither a dataset, nor JSON Lines, CSV or Parquet of judgments, nor an export "
        "for Label Studio.",
    )


__all__ = ["SOURCES", "JudgmentSource", "Placed", "detect_format"]
