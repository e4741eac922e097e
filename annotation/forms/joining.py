"""The questionnaire as a form, step by step.

A step's page carries what was answered before it, so that nothing is stored of a person who turns
out to have no place here. `asked` names the questions that a page has put; a question that waits
for an answer on the same page stands there switched off, for scripts to switch on, and without
them comes in the next step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from accounts.enums import QuestionKind
from accounts.models import Question
from accounts.services.questionnaires import matches

PREFER_NOT_TO_SAY = ""
ASKED = "asked"


@dataclass(frozen=True)
class QuestionField:
    """A question as radio buttons or checkboxes; `options` are (key, label, is chosen).

    `show_if` says after which answers of this page it is asked; `is_waiting` while it is not.
    """

    key: str
    name: str
    label: str
    is_multiple: bool
    options: list[tuple[str, str, bool]]
    is_declined: bool
    show_if: Mapping[str, Sequence[str]]
    is_waiting: bool


@dataclass(frozen=True)
class QuestionStep:
    """One page of the questionnaire: what it asks, and what was answered before it.

    `carried` are names and values of hidden fields. `is_telling` is whether its questions decide
    if there is a place for the person. Without fields nothing is left to ask.
    """

    fields: list[QuestionField]
    carried: list[tuple[str, str]]
    answers: dict[str, Any]
    is_telling: bool


def question_step(
    questions: Sequence[Question], telling: Sequence[str], data: QueryDict
) -> QuestionStep:
    """The step that comes after what `data` says: telling questions first, then the others."""
    answers = answers_from_form(questions, data)
    first = [question for question in questions if question.key in telling]
    rest = [question for question in questions if question.key not in telling]
    for group in (first, rest):
        fields = fields_of(group, answers, data)
        if any(not field.is_waiting for field in fields):
            return QuestionStep(fields, carried(answers), answers, group is first)
    return QuestionStep([], carried(answers), answers, is_telling=False)


def fields_of(
    questions: Sequence[Question], answers: Mapping[str, Any], data: QueryDict
) -> list[QuestionField]:
    """The questions not asked yet that are to be asked now, or may be after others of them."""
    pending: dict[str, QuestionField] = {}
    for question in questions:
        waits_for = {key: keys for key, keys in question.show_if.items() if key in pending}
        known = {key: keys for key, keys in question.show_if.items() if key not in pending}
        if question.key in answers or not matches(known, answers):
            continue
        pending[question.key] = question_field(question, data, waits_for)
    return list(pending.values())


def question_field(
    question: Question, data: QueryDict, waits_for: Mapping[str, Sequence[str]]
) -> QuestionField:
    """The question with what was chosen so far; nothing is chosen for anybody."""
    name = f"question-{question.key}"
    chosen = data.getlist(name)
    return QuestionField(
        key=question.key,
        name=name,
        label=question.label,
        is_multiple=question.kind == QuestionKind.MULTIPLE,
        options=[
            (option["key"], option["label"], option["key"] in chosen) for option in question.options
        ],
        is_declined=PREFER_NOT_TO_SAY in chosen,
        show_if=waits_for,
        is_waiting=bool(waits_for),
    )


def answers_from_form(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """Answers of the questions that were asked; "prefer not to say" stands alone among others.

    A question that the answers before it leave out has none, whatever the page sent for it.
    """
    answers: dict[str, Any] = {}
    asked = set(data.getlist(ASKED))
    for question in questions:
        name = f"question-{question.key}"
        if (question.key in asked or name in data) and matches(question.show_if, answers):
            chosen = data.getlist(name)
            declined = PREFER_NOT_TO_SAY in chosen or not chosen
            answers[question.key] = None if declined else chosen
    return answers


def carried(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered, as the hidden fields that say so again."""
    fields = []
    for key, chosen in answers.items():
        fields.append((ASKED, key))
        fields += [(f"question-{key}", one) for one in chosen or ()]
    return fields


def profile_fields(questions: Sequence[Question], data: QueryDict) -> list[QuestionField]:
    """All questions on one page with what was said so far; those that are not asked wait."""
    answers = answers_from_form(questions, data)
    return [
        replace(
            question_field(question, data, question.show_if),
            is_waiting=not matches(question.show_if, answers),
        )
        for question in questions
    ]
