"""Passages of a response: from what is shown to the characters of its text, and back.

Offsets count code points of the response's own text, markdown and all, as the item file and the
`responses` table have it: in Python, `text[start:end]`. Of a conversation they count in its turns'
contents, one line feed between two turns. Pages select in what is shown, where markup is gone;
this module finds the same characters in the text. Decision 0024 says why.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser

# What stands between the words of a response and is no part of it.
FURNITURE_TAGS = {"button"}
FURNITURE_MARK = "data-furniture"
VOID_TAGS = {"br", "hr", "img", "input", "wbr"}
WORD = re.compile(r"\w+", re.UNICODE)
# Where links lead and what language code is in is in the text but not shown.
LINK_TARGET = r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
FENCE = r"^[ \t]*(?:`{3,}|~{3,})[^\n]*"
HIDDEN = re.compile(f"{LINK_TARGET}|{FENCE}", re.MULTILINE)


def plain_text(content: str | list[dict[str, str]]) -> str:
    """The text that offsets count in."""
    if isinstance(content, str):
        return content
    return "\n".join(turn["content"] for turn in content)


class Passages:
    """One response: `html` is what is shown of `content`."""

    def __init__(self, html: str, content: str | list[dict[str, str]]) -> None:
        self.source = plain_text(content)
        self._pieces = shown_pieces(html)

    @cached_property
    def shown(self) -> str:
        """All that is shown, as browsers give it: the texts of the elements one after another."""
        return "".join(self._pieces)

    @cached_property
    def places(self) -> list[int | None]:
        """For each character shown where it stands in the text; None where it does not."""
        return aligned(self._pieces, self.source)

    def in_text(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in what is shown as offsets in the text; None where nothing of it is there."""
        found = [place for place in self.places[max(start, 0) : end] if place is not None]
        return (min(found), max(found) + 1) if found else None

    def in_shown(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in the text as offsets in what is shown; None where nothing of it is shown."""
        found = [
            number
            for number, place in enumerate(self.places)
            if place is not None and start <= place < end
        ]
        return (found[0], found[-1] + 1) if found else None


class ShownText(HTMLParser):
    """Collects texts, leaving out what is furniture."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID_TAGS:
            return
        names = dict(attrs)
        if self._left_out or tag in FURNITURE_TAGS or FURNITURE_MARK in names:
            self._left_out += 1

    def handle_endtag(self, tag: str) -> None:
        if self._left_out and tag not in VOID_TAGS:
            self._left_out -= 1

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.pieces.append(data)


def shown_pieces(html: str) -> list[str]:
    """The texts in safe HTML, element by element."""
    parser = ShownText()
    parser.feed(html)
    parser.close()
    return parser.pieces


def aligned(pieces: list[str], source: str) -> list[int | None]:
    """Where each character of the pieces stands in the source, in one walk through both.

    A line of a piece usually stands in the source as it is. One that does not, for it had escapes
    or was set from mathematics, is looked for word by word.
    """
    hidden = HIDDEN.sub(lambda found: "\x00" * len(found.group()), source)
    places: list[int | None] = []
    cursor = 0
    for piece in pieces:
        for line in lines_of(piece):
            found = whole_line(line, hidden, cursor) or by_words(line, hidden, cursor)
            places += found
            cursor = max([cursor, *(place + 1 for place in found if place is not None)])
    return places


def lines_of(piece: str) -> Iterator[str]:
    """The lines of a piece, each with what ends it."""
    yield from piece.splitlines(keepends=True)


def whole_line(line: str, source: str, cursor: int) -> list[int | None] | None:
    """The line as it stands in the source after the cursor, white space around it left aside."""
    inner = line.strip()
    if not inner:
        return [None] * len(line)
    start = source.find(inner, cursor)
    if start < 0:
        return None
    before = line.index(inner)
    within: list[int | None] = list(range(start, start + len(inner)))
    after = len(line) - before - len(inner)
    return [*[None] * before, *within, *[None] * after]


def by_words(line: str, source: str, cursor: int) -> list[int | None]:
    """Each word of the line that is found after the one before it; the rest nowhere."""
    places: list[int | None] = [None] * len(line)
    for word in WORD.finditer(line):
        start = source.find(word.group(), cursor)
        if start >= 0:
            places[word.start() : word.end()] = range(start, start + len(word.group()))
            cursor = start + len(word.group())
    return places
