"""Chatbot Arena and MT-bench: who won, by the judge whom each row names."""

from datetime import UTC, datetime
from typing import Any

from annotation.item_formats.chatbot_arena import JUDGES, MOMENT, WINNER
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.base import Rows, Terms
from annotation.judgment_formats.graded import unnamed
from annotation.judgment_formats.preferences import judged
from annotation.judgment_formats.tables import as_moment

LABELS = {
    "model_a": "1",
    "model_b": "2",
    "tie": "tie",
    **dict.fromkeys(("tie (bothbad)", "bothbad", "both_bad"), "both_bad"),
}


def arena_judgments(line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms) -> Rows:
    """The row's judgment; none of a row without a winner."""
    winner = entry.get(WINNER)
    if winner is None:
        return
    if winner not in LABELS:
        raise RecordProblem(f"The label {str(winner)[:100]!r} is none of {', '.join(LABELS)}.")
    record = unnamed(item, line)
    judge = next((entry[name] for name in JUDGES if entry.get(name) is not None), None)
    if judge is not None:
        if not isinstance(judge, str | int):
            raise RecordProblem("This was not judged by a person.")
        record["annotator_id"] = str(judge)
    if entry.get(MOMENT) is not None:
        record["submitted_at"] = moment_of(entry[MOMENT])
    yield judged(line, record, LABELS[winner], (), terms)


def moment_of(value: Any) -> datetime:
    """Seconds since 1970, or ISO 8601."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return as_moment(value)
