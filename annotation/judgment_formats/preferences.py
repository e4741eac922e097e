"""Answers of people who said which of two responses is better, and not how clearly."""

from collections.abc import Sequence
from typing import Any

from annotation.judgment_formats.base import Placed, Terms

# The responses of an item made of two texts, as in item files.
RESPONSE_IDS = ("r1", "r2")
NEITHER = {"0": "tie", "tie": "tie", "equal": "tie", "both_bad": "both_bad"}
NO_STRENGTH = (
    "This file does not tell how clearly a response was preferred. State the strength as which it "
    "is to be stored, 1 (slightly) or 2 (clearly), or import into a campaign that ranks."
)


class NotSaid(Exception):
    """A preference cannot become an answer; the message says why, for people."""


def answers_of(label: str, terms: Terms, ids: Sequence[str] = RESPONSE_IDS) -> dict[str, Any]:
    """The answers of a judgment by its label: "1", "2", or one of `NEITHER`."""
    if terms.task_type not in ANSWERS:
        raise NotSaid("Preferences between two responses are for pairwise campaigns and rankings.")
    return {terms.criterion: ANSWERS[terms.task_type](label, terms, ids)}


def pairwise_answer(label: str, terms: Terms, ids: Sequence[str]) -> dict[str, Any]:
    if label in NEITHER:
        return {"outcome": NEITHER[label]}
    if terms.strength is None:
        raise NotSaid(NO_STRENGTH)
    return {"preferred": ids[int(label) - 1], "strength": terms.strength}


def ranking_answer(label: str, _terms: Terms, ids: Sequence[str]) -> dict[str, Any]:
    if NEITHER.get(label) == "both_bad":
        raise NotSaid("A ranking cannot say that both are bad.")
    if label in NEITHER:
        return {"ranking": [list(ids)]}
    best = ids[int(label) - 1]
    return {"ranking": [[best], [one for one in ids if one != best]]}


ANSWERS = {"pairwise": pairwise_answer, "ranking": ranking_answer}


def judged(
    line: int, record: dict[str, Any], label: Any, names: Sequence[str], terms: Terms
) -> Placed:
    """The record with its answers, or the problem with its label.

    A label may be the name of a response, in the order of `names`, instead of its number.
    """
    text = str(int(label) if isinstance(label, float) and label.is_integer() else label).strip()
    text = str(names.index(text) % len(RESPONSE_IDS) + 1) if text in names else text.lower()
    if text not in (*NEITHER, "1", "2"):
        known = ", ".join((*names, "1", "2", *NEITHER))
        return Placed(line, None, f"The label {text[:100]!r} is none of {known}.")
    try:
        return Placed(line, {**record, "answers": answers_of(text, terms)})
    except NotSaid as problem:
        return Placed(line, None, str(problem))
