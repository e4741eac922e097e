"""Published files that hold items and what people said of them: both are read from the one file."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from annotation.errors import ItemFileError
from annotation.item_formats.base import RawRecord
from annotation.item_formats.published import Published
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.base import (
    JudgmentSource,
    Opener,
    Placed,
    Rows,
    SourceRequest,
    Terms,
)
from annotation.judgment_formats.preferences import NotSaid
from annotation.judgment_formats.tables import opened

BROKEN = (OSError, EOFError, zlib.error)
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)

# Of a line, its entry and the item that it is: each judgment, or the problem with it.
JudgmentsOf = Callable[[int, dict[str, Any], dict[str, Any], Terms], Rows]
BringsItems = Callable[[dict[str, Any]], bool]


class PublishedSource(JudgmentSource):
    """A file in a published format; a record's line is its entry's."""

    def __init__(
        self,
        request: SourceRequest,
        published: Published,
        judgments_of: JudgmentsOf,
        brings_items: BringsItems,
    ) -> None:
        self.request, self.published = request, published
        self.judgments_of, self.brings_items = judgments_of, brings_items
        self.size = request.path.stat().st_size
        self._file: list[BinaryIO] = []

    @property
    def position(self) -> int:
        if not self._file:
            return 0
        return self.size if self._file[0].closed else self._file[0].tell()

    def _entries(self, seen: list[BinaryIO] | None = None) -> Iterator[RawRecord]:
        with opened(self.request.path, seen) as file:
            try:
                yield from self.published.entries(file, self.request.longest_line)
            except BROKEN as error:
                yield RawRecord(1, None, f"This file cannot be read to its end: {error}.")

    def judgments(self) -> Rows:
        for entry in self._entries(self._file):
            yield from self._judged(entry)

    def _judged(self, entry: RawRecord) -> Rows:
        item = self.published.made(entry)
        if entry.value is None or item.value is None:
            yield Placed(entry.line, None, item.problem)
            return
        terms = self.request.terms
        try:
            yield from self.judgments_of(entry.line, entry.value, item.value, terms)
        except (RecordProblem, NotSaid) as problem:
            yield Placed(entry.line, None, str(problem))
        except MALFORMED as error:
            problem_told = f"What people said of this cannot be read ({error!r})."
            yield Placed(entry.line, None, problem_told[:500])

    def items(self) -> Iterator[dict[str, Any]] | None:
        """The items; none where the first record is one of items that the campaign has."""
        first = next(self._entries(), None)
        if first is not None and first.value is not None and not self.brings_items(first.value):
            return None
        return self._items()

    def _items(self) -> Iterator[dict[str, Any]]:
        for entry in self._entries():
            item = self.published.made(entry)
            if item.value is None:
                raise ItemFileError(item.line, item.problem)
            yield item.value


def always(_entry: dict[str, Any]) -> bool:
    return True


def open_published(
    published: Published, judgments_of: JudgmentsOf, brings_items: BringsItems = always
) -> Opener:
    """How a file of a published format is opened."""

    def open_it(request: SourceRequest) -> JudgmentSource:
        return PublishedSource(request, published, judgments_of, brings_items)

    return open_it
