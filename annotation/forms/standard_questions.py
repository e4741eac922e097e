"""Adding a standard question to a campaign's form: rows like any other, to be edited at will."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from annotation.forms.rows import row_numbers
from annotation.forms.text_lists import write_options
from annotation.library import QUESTION_SETS, QuestionSet, resolved


def add_question_set(data: QueryDict, key: str) -> QueryDict:
    """A copy of what a form sent with the question of a set, and its purpose, as further rows.

    What is there already, by its key, is not added again; an unknown set adds nothing.
    """
    data = data.copy()
    chosen = QUESTION_SETS.get(key)
    if chosen is None:
        return data
    for question in resolved(chosen.questions):
        add_row(data, "questions", {**question_row(question), "library": key})
    add_row(data, "purposes", purpose_row(chosen))
    return data


def question_row(question: Mapping[str, Any]) -> dict[str, str]:
    return {
        **{name: question[name] for name in ("key", "label", "kind", "purpose")},
        "options": write_options(question["options"]),
    }


def purpose_row(chosen: QuestionSet) -> dict[str, str]:
    return {"key": chosen.purpose["key"], "label": str(chosen.purpose["label"])}


def add_row(data: QueryDict, prefix: str, values: Mapping[str, str]) -> None:
    """Behind the rows that there are, unless one of them has this key."""
    numbers = row_numbers(prefix, data)
    if values["key"] in (data.get(f"{prefix}-{number}-key", "").strip() for number in numbers):
        return
    number = max(numbers, default=-1) + 1
    for name, value in values.items():
        data[f"{prefix}-{number}-{name}"] = value
