"""Answers to tasks that somebody set up in a labelling tool: a label, an order or a number."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.base import Terms
from annotation.judgment_formats.preferences import NEITHER, NotSaid, answers_of

SIDES = {"left": "1", "right": "2", "a": "1", "b": "2"}
GRADES = {"slightly": 1, "clearly": 2}
STRENGTH_TOLD = "This file tells itself how clearly a response was preferred: state no strength."
ONLY_PAIRWISE = "depends"


def chosen(label: Any, names: Mapping[str, str], terms: Terms) -> dict[str, Any]:
    """Answers by a label: a side, a response by any of its `names`, or neither.

    `a_clearly` and the like tell a strength themselves. Raises `NotSaid` or `RecordProblem`.
    """
    ids = list(dict.fromkeys(names.values()))
    text = str(label).strip()
    side, _sign, grade = text.lower().partition("_")
    if grade in GRADES and side in SIDES:
        if terms.strength is not None:
            raise NotSaid(STRENGTH_TOLD)
        return preferred(SIDES[side], ids, terms._replace(strength=GRADES[grade]))
    if text in names:
        return preferred(str(ids.index(names[text]) + 1), ids, terms)
    if text.lower() in NEITHER:
        return preferred(text.lower(), ids, terms)
    if text.lower() == ONLY_PAIRWISE and terms.task_type == "pairwise":
        return {terms.criterion: {"outcome": ONLY_PAIRWISE}}
    if text.lower() in SIDES:
        return preferred(SIDES[text.lower()], ids, terms)
    raise RecordProblem(
        f"The label {text[:100]!r} is none of {', '.join((*names, *SIDES, *NEITHER))}."
    )


def preferred(label: str, ids: Sequence[str], terms: Terms) -> dict[str, Any]:
    if len(ids) != 2:
        raise NotSaid("Preferences between two responses are for pairwise campaigns and rankings.")
    return answers_of(label, terms, ids)


def ordered(
    groups: Sequence[Sequence[Any]], names: Mapping[str, str], terms: Terms
) -> dict[str, Any]:
    """Answers by an order, the best first and equal ones together."""
    told = [[name_of(one, names) for one in group] for group in groups if group]
    if terms.task_type == "ranking":
        return {terms.criterion: {"ranking": told}}
    ids = list(dict.fromkeys(names.values()))
    return preferred("tie" if len(told) == 1 else str(ids.index(told[0][0]) + 1), ids, terms)


def name_of(one: Any, names: Mapping[str, str]) -> str:
    if str(one) not in names:
        raise RecordProblem(f"The label {str(one)[:100]!r} is none of {', '.join(names)}.")
    return names[str(one)]


def rated(value: float, names: Mapping[str, str], terms: Terms) -> dict[str, Any]:
    """Answers by a number, which can only be meant for a single response."""
    ids = list(dict.fromkeys(names.values()))
    if len(ids) != 1 or terms.task_type != "rating":
        raise NotSaid("A number is an answer only where a single response is rated.")
    return {terms.criterion: {"ratings": {ids[0]: value}}}
