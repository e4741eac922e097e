"""The prompts and responses of a source, on disk, and read again item by item."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.content import messages_of
from exports.derived.sources import Source, column_of

# A text, or turns of a conversation as {"role", "content"}.
Content = str | list[dict[str, str]]
ITEMS_AT_HAND = 256


@dataclass(frozen=True)
class Item:
    """An item's texts; responses by id in the order of the item file."""

    item_id: str
    language: str | None
    prompt: Content
    responses: Mapping[str, Content]


@dataclass(frozen=True)
class Place:
    """Where contents lie in the file, one entry each."""

    offsets: np.ndarray
    lengths: np.ndarray
    conversations: np.ndarray


class Texts(AbstractContextManager["Texts"]):
    """All texts of one source. Ids are held in memory, contents on disk."""

    def __init__(self, source: Source, folder: Path) -> None:
        path = folder / "texts"
        with path.open("wb") as file:
            items = pa.Table.from_batches(
                [
                    shelved(batch, "prompt", file, ("item_id", "language"))
                    for batch in source.batches("items")
                ]
                or [EMPTY_ITEMS]
            )
            responses = pa.Table.from_batches(
                [
                    shelved(batch, "text", file, ("item_id", "response_id"))
                    for batch in source.batches("responses")
                ]
                or [EMPTY_RESPONSES]
            )
        self._path = path
        self._file = path.open("rb")
        self.item_ids: pa.Array = items["item_id"].combine_chunks()
        self._languages = items["language"].combine_chunks()
        self._prompts = place_of(items)
        rows = pc.index_in(responses["item_id"].combine_chunks(), self.item_ids).to_numpy()
        order = np.argsort(rows, kind="stable")
        self._responses = place_of(responses.take(pa.array(order)))
        self._response_ids = responses["response_id"].combine_chunks().take(pa.array(order))
        self._starts = np.searchsorted(rows[order], np.arange(len(self.item_ids) + 1))
        self.at = lru_cache(ITEMS_AT_HAND)(self._at)

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink()

    def _at(self, row: int) -> Item:
        """The item at a place among `item_ids`."""
        first, end = self._starts[row], self._starts[row + 1]
        return Item(
            item_id=self.item_ids[row].as_py(),
            language=self._languages[row].as_py(),
            prompt=self._content(self._prompts, row),
            responses={
                self._response_ids[place].as_py(): self._content(self._responses, place)
                for place in range(first, end)
            },
        )

    def _content(self, place: Place, row: int) -> Content:
        self._file.seek(int(place.offsets[row]))
        text = self._file.read(int(place.lengths[row])).decode()
        content: Content = json.loads(text) if place.conversations[row] else text
        return content

    def items(self) -> Iterator[Item]:
        return (self.at(row) for row in range(len(self.item_ids)))


SHELVED = [
    *(("offset", pa.int64()), ("length", pa.int64()), ("is_conversation", pa.bool_())),
]
EMPTY_ITEMS = pa.RecordBatch.from_pylist(
    [], schema=pa.schema([("item_id", pa.string()), ("language", pa.string()), *SHELVED])
)
EMPTY_RESPONSES = pa.RecordBatch.from_pylist(
    [], schema=pa.schema([("item_id", pa.string()), ("response_id", pa.string()), *SHELVED])
)


def shelved(batch: pa.RecordBatch, name: str, file: Any, kept: tuple[str, ...]) -> pa.RecordBatch:
    """Write a batch's contents to the file; its small columns, and where contents lie now."""
    offsets, lengths = [], []
    for text in batch.column(name).to_pylist():
        data = (text or "").encode()
        offsets.append(file.tell())
        lengths.append(len(data))
        file.write(data)
    columns = {one: column_of(batch, one).cast(pa.string()) for one in kept}
    return pa.RecordBatch.from_pydict(
        {
            **columns,
            "offset": pa.array(offsets, pa.int64()),
            "length": pa.array(lengths, pa.int64()),
            "is_conversation": batch.column("is_conversation"),
        }
    )


def place_of(table: pa.Table) -> Place:
    return Place(
        table["offset"].to_numpy(),
        table["length"].to_numpy(),
        table["is_conversation"].to_numpy(),
    )


def as_messages(content: Content, role: str) -> list[dict[str, str]]:
    """Content as turns, with nothing but role and content in each."""
    return [
        {"role": turn["role"], "content": turn["content"]}
        for turn in messages_of(content, role=role)
    ]


def as_plain(content: Content) -> str:
    """Content as one text: a text as it is, one turn as its content, several under their roles."""
    if isinstance(content, str):
        return content
    if len(content) == 1:
        return content[0]["content"]
    return "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in content)
