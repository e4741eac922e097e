"""Formats of item files. Adding one is adding one module and a line here."""

import re
from typing import BinaryIO

from annotation.enums import ItemFormat
from annotation.errors import ItemFileError
from annotation.item_formats.base import RawRecord, Reader
from annotation.item_formats.csv_table import read_csv
from annotation.item_formats.hh_rlhf import read_hh_rlhf
from annotation.item_formats.jsonl import read_jsonl
from annotation.item_formats.pandalm import read_pandalm
from annotation.item_formats.parquet import read_parquet

READERS: dict[str, Reader] = {
    ItemFormat.JSONL: read_jsonl,
    ItemFormat.CSV: read_csv,
    ItemFormat.PARQUET: read_parquet,
    ItemFormat.PANDALM: read_pandalm,
    ItemFormat.HH_RLHF: read_hh_rlhf,
}
ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
}
HEAD_BYTES = 4096
# No item file's field is called so.
CHOSEN_FIRST = re.compile(rb'\{\s*"(chosen|rejected)"\s*:')


def detect_format(file: BinaryIO) -> str:
    """The format of a file by its first bytes; the file is rewound.

    Raises `ItemFileError` for archives and for what none of the formats looks like.
    """
    head = file.read(HEAD_BYTES)
    file.seek(0)
    for magic, name in ARCHIVES.items():
        if head.startswith(magic):
            raise ItemFileError(1, f"This file is {name}; unpack it and give the file inside.")
    if head.startswith(b"PAR1"):
        return ItemFormat.PARQUET
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise ItemFileError(1, "This file is empty.")
    if text.startswith(b"["):
        if b'"cmp_key"' in text or b'"response1"' in text:
            return ItemFormat.PANDALM
        raise ItemFileError(1, "A JSON array is not an item file: write one object on each line.")
    if text.startswith(b"{"):
        return ItemFormat.HH_RLHF if CHOSEN_FIRST.match(text) else ItemFormat.JSONL
    header = text.splitlines()[0]
    if re.match(rb'^"?\w+"?(,"?\w+"?)+\s*$', header) and b"id" in header:
        return ItemFormat.CSV
    raise ItemFileError(
        1, "This is neither JSON Lines nor CSV with a header line; see the item file's format."
    )


__all__ = ["READERS", "RawRecord", "Reader", "detect_format"]
