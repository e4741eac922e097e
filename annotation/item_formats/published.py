"""What the readers of published formats have in common: an entry of the file becomes an item."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from django.conf.locale import LANG_INFO

from annotation.content import canonical_json
from annotation.item_formats.base import RawRecord
from annotation.item_formats.entries import read_entries
from annotation.item_formats.records import LONGEST_ID, RecordProblem, tells

CHOSEN, REJECTED = "chosen", "rejected"
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LANGUAGES = {
    str(info["name"]).lower(): code for code, info in LANG_INFO.items() if "name" in info
} | {"chinese": "zh"}


class Published(NamedTuple):
    """A format: how its file falls into entries, and what item an entry is.

    `item_of` gets a line and an entry, and raises `RecordProblem` where that is no item.
    """

    item_of: Callable[[int, dict[str, Any]], dict[str, Any]]
    entries: Callable[[BinaryIO, int], Iterator[RawRecord]] = read_entries

    def read(self, file: BinaryIO, longest: int) -> Iterator[RawRecord]:
        """The file's items."""
        return map(self.made, self.entries(file, longest))

    def made(self, entry: RawRecord) -> RawRecord:
        if entry.value is None:
            return entry
        try:
            return RawRecord(entry.line, self.item_of(entry.line, entry.value))
        except RecordProblem as problem:
            return RawRecord(entry.line, None, str(problem))


def need(entry: Mapping[str, Any], *names: str) -> None:
    """Raise `RecordProblem` where a field is missing."""
    missing = [name for name in names if entry.get(name) is None]
    if missing:
        raise RecordProblem(f"This record lacks {', '.join(missing)}.")


def rest_of(entry: Mapping[str, Any], used: Collection[str], source: str) -> dict[str, Any]:
    """Metadata: what nothing else is made of, and the format that it comes from."""
    rest = {name: one for name, one in entry.items() if name not in used and one is not None}
    if "source" in rest:
        rest["original_source"] = rest.pop("source")
    return {"source": source, **rest}


def neutral_id(prefix: str, own: Any, models: Collection[Any]) -> str:
    """The entry's own id, or a hash of it where it would tell which model wrote something."""
    if not isinstance(own, str | int):
        raise RecordProblem("`id` must be a text that is not empty.")
    name = f"{prefix}-{own}"
    if len(name) > LONGEST_ID or any(tells(str(model or ""), [name.lower()]) for model in models):
        return f"{prefix}-{fingerprint(own)}"
    return name


def fingerprint(*parts: Any) -> str:
    """Twelve digits that are the same for the same content."""
    try:
        return hashlib.sha256(canonical_json(parts)).hexdigest()[:12]
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordProblem("It holds characters or numbers that cannot be stored.") from error


def language_tag(name: Any) -> str:
    """A tag for a language's tag or English name; "" for what is neither."""
    if not isinstance(name, str):
        return ""
    return LANGUAGES.get(name.lower(), name if TAG.fullmatch(name) else "")


def sides(chosen: Any, rejected: Any) -> list[dict[str, Any]]:
    """Two responses in an order that their texts alone decide; which was chosen is hidden."""
    contents = {CHOSEN: chosen, REJECTED: rejected}
    ordered = sorted(contents, key=lambda side: fingerprint(contents[side]))
    return [
        {"id": f"r{place}", "text": contents[side], "metadata": {"side": side}}
        for place, side in enumerate(ordered, start=1)
    ]
