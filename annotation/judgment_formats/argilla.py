"""Argilla: what people answered to a record, as both of its major versions write it.

One question is read, that which is called as the campaign's criterion or else the first, and the
text of a question `reason`. Drafts and discarded answers are left out.
"""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from annotation.item_formats.argilla import ARGILLA, fields_of, names_responses
from annotation.judgment_formats.base import Placed, Rows, Terms
from annotation.judgment_formats.published import open_published
from annotation.judgment_formats.task_answers import chosen, ordered, rated

BESIDE = ("reason", "confidence")
SUBMITTED = "submitted"

Answers = dict[str, dict[str, Any]]


def argilla_judgments(
    line: int, record: dict[str, Any], item: dict[str, Any], terms: Terms
) -> Rows:
    """One of each person who answered the question that is read."""
    names = fields_of(record).names
    people = answers_by_person(record.get("responses") or {})
    asked = dict.fromkeys(name for answers in people.values() for name in answers)
    questions = [name for name in asked if name not in BESIDE]
    question = terms.criterion if terms.criterion in questions else next(iter(questions), "")
    for person, answers in people.items():
        if question in answers:
            found = {
                "item_id": item["id"],
                "annotator_id": person,
                "answers": answers_of(answers[question], names, terms),
            }
            reason = answers.get("reason")
            yield Placed(line, {**found, "reason": reason} if reason else found)


def answers_by_person(responses: Any) -> Answers:
    """Person → question → value: of `{question: [answer]}`, or of a list of people's answers."""
    found: Answers = {}
    if isinstance(responses, dict):
        for question, given in responses.items():
            for one in given:
                if one.get("status", SUBMITTED) == SUBMITTED and one.get("value") is not None:
                    found.setdefault(str(one["user_id"]), {})[question] = one["value"]
        return found
    for one in responses:
        if one.get("status", SUBMITTED) == SUBMITTED:
            values = {name: value["value"] for name, value in one["values"].items()}
            found[str(one["user_id"])] = values
    return found


def answers_of(value: Any, names: Mapping[str, str], terms: Terms) -> dict[str, Any]:
    if isinstance(value, list):
        by_rank = groupby(sorted(value, key=itemgetter("rank")), key=itemgetter("rank"))
        return ordered([[one["value"] for one in group] for _rank, group in by_rank], names, terms)
    if isinstance(value, int | float):
        return rated(value, names, terms)
    return chosen(value, names, terms)


def is_from_elsewhere(record: dict[str, Any]) -> bool:
    """Whether a record is none that this platform exported, whose items are in a campaign."""
    return isinstance(record.get("fields"), dict) and not names_responses(record)


open_argilla = open_published(ARGILLA, argilla_judgments, is_from_elsewhere)
