"""Whether a file of items also says what people preferred, by its first entries."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from annotation.enums import JudgmentFormat
from annotation.item_formats import PUBLISHED
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats import SAID
from annotation.judgment_formats.base import Terms
from annotation.judgment_formats.pandalm import ANNOTATOR
from annotation.judgment_formats.preferences import NotSaid
from annotation.judgment_formats.published import MALFORMED

Entry = Mapping[str, Any]
# The columns without which a row is no judgment of the form of docs/judgment-files.md.
JUDGMENT = {"item_id", "annotator_id", "answers"}


def annotated(entry: Entry) -> bool:
    return bool(entry.get("annotations"))


def responded(entry: Entry) -> bool:
    return bool(entry.get("responses"))


def labelled(entry: Entry) -> bool:
    return any(map(ANNOTATOR.fullmatch, entry))


BY_ENTRY: Mapping[str, Callable[[Entry], bool]] = {
    JudgmentFormat.LABEL_STUDIO: annotated,
    JudgmentFormat.ARGILLA: responded,
    JudgmentFormat.PANDALM: labelled,
}


def holds_judgments(format: str, entries: Iterable[dict[str, Any]], terms: Terms) -> bool:
    """Whether some of these entries of a published format say what a person preferred."""
    if format in BY_ENTRY:
        return any(map(BY_ENTRY[format], entries))
    return format in SAID and any(says(format, entry, terms) for entry in entries)


def says(format: str, entry: dict[str, Any], terms: Terms) -> bool:
    """A preference that does not fit the campaign is one all the same."""
    try:
        item = PUBLISHED[format].item_of(1, entry)
        return any(True for _placed in SAID[format](1, entry, item, terms))
    except NotSaid:
        return True
    except (RecordProblem, *MALFORMED):
        return False


def are_judgments(names: Iterable[str]) -> bool:
    """Whether a table with these columns is one of judgments."""
    return set(names) >= JUDGMENT
