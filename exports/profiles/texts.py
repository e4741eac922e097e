"""What people wrote in their own words, as it leaves: left out, as it is, or as reviewed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from annotation.services.submissions import MOST_SPANS
from exports.enums import FreeText, TextKind, TextVerdict
from exports.models import TextDecision

REDACTED = "[…]"
# The decision on one text by (row, place).
Decisions = Mapping[tuple[int, int], TextDecision]


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def newest_decisions(kind: TextKind, rows: Sequence[int], until: int) -> Decisions:
    """What was decided last, up to and with decision `until`, on texts of these rows."""
    found = TextDecision.objects.filter(kind=kind, row__in=list(rows), pk__lte=until)
    return {(one.row, one.place): one for one in found.order_by("pk")}


def passed_text(text: str, decision: TextDecision | None) -> str | None:
    """The text as its reviewer passed it; None where nobody did, or another text was read."""
    if decision is None or decision.verdict == TextVerdict.DROP:
        return None
    if decision.sha256 != text_sha256(text):
        return None
    return without(text, decision.cuts) if decision.verdict == TextVerdict.REDACT else text


def without(text: str, cuts: Sequence[Sequence[int]]) -> str:
    """The text with its cuts, [start, end) in characters, in ellipsis; overlapping ones as one."""
    parts, at = [], 0
    for start, end in merged(cuts):
        parts += [text[at:start], REDACTED]
        at = end
    return "".join([*parts, text[at:]])


def merged(cuts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted((one[0], one[1]) for one in cuts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


class TextRule:
    """One choice on free text, applied to whole columns."""

    def __init__(self, choice: str, until: int) -> None:
        self.choice, self._until = FreeText(choice), until

    def texts(self, kind: TextKind, rows: pa.Array, column: pa.Array) -> pa.Array:
        """A column of texts; `rows` are the numbers of the judgments or assignments."""
        if self.choice == FreeText.INCLUDED:
            return column
        if self.choice == FreeText.EXCLUDED:
            return pa.nulls(len(column), column.type)
        texts = column.to_pylist()
        numbers = rows.to_pylist()
        written = [row for row, text in zip(numbers, texts, strict=True) if text]
        decisions = newest_decisions(kind, written, self._until) if written else {}
        return pa.array(
            [
                passed_text(text, decisions.get((row, 0))) if text else None
                for row, text in zip(numbers, texts, strict=True)
            ],
            column.type,
        )

    def notes(self, rows: pa.Array, column: pa.Array) -> pa.Array:
        """A column of spans as JSON: the passages stay, their notes are texts."""
        return self._noted(rows, column, lambda spans: spans_at(0, spans))

    def answers(self, rows: pa.Array, column: pa.Array) -> pa.Array:
        """A column of answers as JSON, which may have spans of their own by criterion."""
        return self._noted(rows, column, spans_in_answers)

    def _noted(self, rows: pa.Array, column: pa.Array, spans: "Spans") -> pa.Array:
        if self.choice == FreeText.INCLUDED:
            return column
        noted = pc.fill_null(pc.match_substring(column, '"note"'), False)
        numbers = rows.filter(noted).to_pylist()
        if not numbers:
            return column
        decisions: Decisions = {}
        if self.choice == FreeText.REVIEWED:
            decisions = newest_decisions(TextKind.NOTE, numbers, self._until)
        released = []
        for row, text in zip(numbers, column.filter(noted).to_pylist(), strict=True):
            content = json.loads(text)
            for place, span in spans(content):
                pass_note(span, decisions.get((row, place)))
            released.append(json.dumps(content, ensure_ascii=False))
        return pc.replace_with_mask(column, noted, pa.array(released, column.type))


# Every span with its place among all spans of a judgment.
Spans = Callable[[Any], Iterator[tuple[int, dict[str, Any]]]]


def spans_at(first: int, spans: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, span in enumerate(spans or ()):
        if isinstance(span, dict):
            yield first + number, span


def spans_in_answers(answers: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Spans of the criteria, in the order of their keys, behind those of the judgment itself."""
    for number, key in enumerate(sorted(answers or {}), start=1):
        if isinstance(answers[key], dict):
            yield from spans_at(number * MOST_SPANS, answers[key].get("spans"))


def pass_note(span: dict[str, Any], decision: TextDecision | None) -> None:
    """Put what was passed in the place of a span's note; what was not is taken out."""
    note = span.pop("note", None)
    passed = passed_text(note, decision) if isinstance(note, str) and note else None
    if passed is not None:
        span["note"] = passed
