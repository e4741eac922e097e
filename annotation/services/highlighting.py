"""Highlighted passages of a posted form, which the page counts in what is shown.

The page sends marks, `[{"response": n, "start", "end", "note"}]`: the n-th response shown, and code
points of its shown text. Judgments hold spans, which count in the response's own text
(`annotation.passages`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from annotation.models import Assignment
from annotation.passages import Passages, plain_text
from annotation.rendering import item_html
from annotation.services.serving import item_of


def read_marks(written: str) -> Any:
    """The marks of a form; nothing where there are none. What cannot be read stays a text."""
    if not written.strip():
        return None
    try:
        return json.loads(written) or None
    except ValueError:
        return written


def spans_of_marks(assignment: Assignment, marks: Any) -> Any:
    """Marks as spans. What is no list of marks is returned as it is, to be refused as spans."""
    if not isinstance(marks, list) or not all(is_mark(mark) for mark in marks):
        return marks
    order = assignment.presented_order
    found = passages_of(assignment)
    return [span_of(mark, order, found) for mark in marks]


def is_mark(mark: Any) -> bool:
    return isinstance(mark, dict) and all(
        isinstance(mark.get(name), int) and not isinstance(mark[name], bool)
        for name in ("response", "start", "end")
    )


def span_of(
    mark: Mapping[str, Any], order: Sequence[str], passages: Mapping[str, Passages]
) -> dict[str, Any]:
    """One mark as a span; one outside of what is shown becomes a span that is refused."""
    number = mark["response"]
    response_id = order[number] if 0 <= number < len(order) else ""
    place = passages[response_id].in_text(mark["start"], mark["end"]) if response_id else None
    start, end = place or (0, 0)
    return {"response": response_id, "start": start, "end": end, "note": mark.get("note", "")}


def written_marks(
    spans: Sequence[Mapping[str, Any]], passages: Mapping[str, Passages], order: Sequence[str]
) -> str:
    """Spans as the page writes them; those of which nothing is shown are left out."""
    marks = []
    for span in spans:
        place = passages[span["response"]].in_shown(span["start"], span["end"])
        if place:
            number, note = order.index(span["response"]), span.get("note", "")
            marks.append({"response": number, "start": place[0], "end": place[1], "note": note})
    return json.dumps(marks, ensure_ascii=False)


def passages_of(assignment: Assignment) -> dict[str, Passages]:
    """The passages of each response by its id."""
    item, assignment.responses = item_of(assignment)
    _prompt, html = item_html(item, assignment.responses)
    return {
        one.external_id: Passages(html[one.external_id], one.content)
        for one in assignment.responses
    }


def text_lengths(assignment: Assignment) -> dict[str, int]:
    """How many characters the text of each response has, by its id."""
    _item, assignment.responses = item_of(assignment)
    return {one.external_id: len(plain_text(one.content)) for one in assignment.responses}
