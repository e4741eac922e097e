"""What is different between two versions of a text: lines, and words within changed lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, ADDED, REMOVED = "same", "added", "removed"
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes up to the square of the length; longer than this, a line counts as changed whole.
MOST_WORDS = 1500
MOST_LINES = 5000
# Below this likeness two lines are another line each, and their words are not compared.
ALIKE = 0.3


@dataclass(frozen=True)
class Piece:
    """A stretch of a line; `is_changed` where the other version has something else there."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Line:
    """A line of one version or of both: `kind` is SAME, ADDED or REMOVED."""

    kind: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def differences(older: str, newer: str) -> list[Line]:
    """The lines of both versions in order: what was removed stands before what took its place."""
    before, after = older.splitlines(), newer.splitlines()
    if len(before) > MOST_LINES or len(after) > MOST_LINES:
        if before == after:
            return [whole(SAME, line) for line in after]
        return [whole(REMOVED, line) for line in before] + [whole(ADDED, line) for line in after]
    found: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [whole(SAME, line) for line in after[k:m]]
        else:
            found += changed(before[i:j], after[k:m])
    return found


def changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Lines that gave way to others, compared word by word where they are of one kind."""
    pairs = [compared(old, new) for old, new in zip_longest(before, after)]
    yield from (old for old, _new in pairs if old)
    yield from (new for _old, new in pairs if new)


def compared(old: str | None, new: str | None) -> tuple[Line | None, Line | None]:
    if old is None or new is None:
        return (
            None if old is None else whole(REMOVED, old),
            None if new is None else whole(ADDED, new),
        )
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return whole(REMOVED, old), whole(ADDED, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole(REMOVED, old), whole(ADDED, new)
    opcodes = matcher.get_opcodes()
    removed = [
        Piece("".join(before[i:j]), tag != "equal") for tag, i, j, _k, _m in opcodes if j > i
    ]
    added = [Piece("".join(after[k:m]), tag != "equal") for tag, _i, _j, k, m in opcodes if m > k]
    return Line(REMOVED, tuple(removed)), Line(ADDED, tuple(added))


def whole(kind: str, text: str) -> Line:
    return Line(kind, (Piece(text, kind != SAME),))
