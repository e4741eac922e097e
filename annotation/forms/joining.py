"""The questionnaire as a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.enums import QuestionKind
from accounts.models import Question

PREFER_NOT_TO_SAY = ""


@dataclass(frozen=True)
class QuestionField:
    """A question as radio buttons or checkboxes; `options` are (key, label, is chosen)."""

    name: str
    label: str
    is_multiple: bool
    options: list[tuple[str, str, bool]]
    is_declined: bool


def question_fields(questions: Sequence[Question], data: QueryDict) -> list[QuestionField]:
    """The questions with what was chosen so far; nothing is chosen for anybody."""
    fields = []
    for question in questions:
        name = f"question-{question.key}"
        chosen = data.getlist(name)
        fields.append(
            QuestionField(
                name=name,
                label=question.label,
                is_multiple=question.kind == QuestionKind.MULTIPLE,
                options=[
                    (option["key"], option["label"], option["key"] in chosen)
                    for option in question.options
                ],
                is_declined=PREFER_NOT_TO_SAY in chosen,
            )
        )
    return fields


def answers_from_form(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """Answers by question key; "prefer not to say" stands alone whatever else is ticked."""
    answers: dict[str, Any] = {}
    for question in questions:
        chosen = data.getlist(f"question-{question.key}")
        answers[question.key] = None if PREFER_NOT_TO_SAY in chosen else chosen
    return answers
