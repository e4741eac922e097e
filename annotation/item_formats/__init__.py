"""Formats of item files. Adding one is adding one module and a line here."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from annotation.enums import ItemFormat
from annotation.errors import ItemFileError
from annotation.item_formats.argilla import ARGILLA
from annotation.item_formats.base import RawRecord, Reader
from annotation.item_formats.chatbot_arena import CHATBOT_ARENA
from annotation.item_formats.columns import Columns, is_header, read_named
from annotation.item_formats.csv_table import read_csv
from annotation.item_formats.helpsteer import HELPSTEER2, HELPSTEER3
from annotation.item_formats.hh_rlhf import read_hh_rlhf
from annotation.item_formats.jsonl import read_jsonl
from annotation.item_formats.label_studio import LABEL_STUDIO
from annotation.item_formats.multipref import MULTIPREF
from annotation.item_formats.openai_chat import OPENAI_CHAT
from annotation.item_formats.pandalm import read_pandalm
from annotation.item_formats.parquet import read_parquet
from annotation.item_formats.prism import PRISM
from annotation.item_formats.published import Published
from annotation.item_formats.signatures import (
    KEYS_WITHIN,
    first_fields,
    parquet_fields,
    published_format,
)
from annotation.item_formats.ultrafeedback import ULTRAFEEDBACK
from annotation.item_formats.webgpt import WEBGPT

PUBLISHED: dict[str, Published] = {
    ItemFormat.CHATBOT_ARENA: CHATBOT_ARENA,
    ItemFormat.PRISM: PRISM,
    ItemFormat.MULTIPREF: MULTIPREF,
    ItemFormat.HELPSTEER2: HELPSTEER2,
    ItemFormat.HELPSTEER3: HELPSTEER3,
    ItemFormat.ULTRAFEEDBACK: ULTRAFEEDBACK,
    ItemFormat.WEBGPT: WEBGPT,
    ItemFormat.LABEL_STUDIO: LABEL_STUDIO,
    ItemFormat.ARGILLA: ARGILLA,
    ItemFormat.OPENAI_CHAT: OPENAI_CHAT,
}

READERS: dict[str, Reader] = {
    ItemFormat.JSONL: read_jsonl,
    ItemFormat.CSV: read_csv,
    ItemFormat.PARQUET: read_parquet,
    ItemFormat.PANDALM: read_pandalm,
    ItemFormat.HH_RLHF: read_hh_rlhf,
    **{name: published.read for name, published in PUBLISHED.items()},
}
ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
}
# Of a line too long to be seen whole: no item file's field is called so.
CHOSEN_FIRST = re.compile(rb'\{\s*"(chosen|rejected)"\s*:')


def read_items(file: BinaryIO, format: str, columns: Columns, longest: int) -> Iterator[RawRecord]:
    """The records of a file in a known format, by named `columns` where there are any."""
    if columns:
        return read_named(file, longest, format, columns)
    return READERS[format](file, longest)


def detect_format(file: BinaryIO) -> str:
    """The format of a file by its first bytes; the file is rewound.

    Raises `ItemFileError` for archives and for what none of the formats looks like.
    """
    head = head_of(file)
    if head.startswith(b"PAR1"):
        found = published_format(parquet_fields(file))
        return found if found in PUBLISHED else ItemFormat.PARQUET
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise ItemFileError(1, "This file is empty.")
    if text.startswith((b"{", b"[")):
        return json_format(text)
    header = text.splitlines()[0]
    if re.match(rb'^"?\w+"?(,"?\w+"?)+\s*$', header) and b"id" in header:
        return ItemFormat.CSV
    raise ItemFileError(
        1, "This is neither JSON Lines nor CSV with a header line; see the item file's format."
    )


def detect_table(file: BinaryIO) -> str:
    """The format of a table whose columns may have any name; the file is rewound.

    JSON Lines stands for one JSON array of objects, too. Raises `ItemFileError` for no table.
    """
    head = head_of(file)
    if head.startswith(b"PAR1"):
        return ItemFormat.PARQUET
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return ItemFormat.JSONL
    if is_header(text):
        return ItemFormat.CSV
    raise ItemFileError(
        1, "This is neither JSON Lines nor CSV with a header line; see the item file's format."
    )


def head_of(file: BinaryIO) -> bytes:
    """A file's first bytes; the file is rewound. Raises `ItemFileError` for archives."""
    head = file.read(KEYS_WITHIN)
    file.seek(0)
    for magic, name in ARCHIVES.items():
        if head.startswith(magic):
            raise ItemFileError(1, f"This file is {name}; unpack it and give the file inside.")
    return head


def json_format(text: bytes) -> str:
    """The format of JSON Lines or an array by their beginning; raises `ItemFileError`."""
    found = published_format(first_fields(text))
    if found in PUBLISHED:
        return found
    if text.startswith(b"{"):
        is_pair = found == ItemFormat.HH_RLHF or CHOSEN_FIRST.match(text)
        return ItemFormat.HH_RLHF if is_pair else ItemFormat.JSONL
    if b'"cmp_key"' in text or b'"response1"' in text:
        return ItemFormat.PANDALM
    raise ItemFileError(1, "A JSON array is not an item file: write one object on each line.")


__all__ = [
    "PUBLISHED",
    "READERS",
    "RawRecord",
    "Reader",
    "detect_format",
    "detect_table",
    "read_items",
]
