"""Questionnaires and the profiles that answer them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.enums import QuestionKind
from accounts.errors import Unfit
from accounts.models import Annotator, Profile, Question, Questionnaire

Answers = dict[str, list[str] | None]


@transaction.atomic
def create_questionnaire(
    questions: Sequence[Mapping[str, Any]], *, series: UUID | None = None
) -> Questionnaire:
    """Store questions as a new questionnaire, or as the next version of `series`.

    Each question is `{"key", "label", "kind", "options": [{"key", "label"}], "purpose"?,
    "show_if"?}`.
    """
    questionnaire = Questionnaire(version=1)
    if series:
        newest = Questionnaire.objects.filter(series=series).aggregate(newest=Max("version"))
        questionnaire = Questionnaire(series=series, version=(newest["newest"] or 0) + 1)
    questionnaire.save()
    Question.objects.bulk_create(
        Question(
            questionnaire=questionnaire,
            key=question["key"],
            label=question["label"],
            kind=question.get("kind", QuestionKind.SINGLE),
            options=list(question["options"]),
            purpose=question.get("purpose", ""),
            show_if=dict(question.get("show_if") or {}),
            position=position,
        )
        for position, question in enumerate(questions)
    )
    return questionnaire


def clean_answers(questions: Sequence[Question], raw: Mapping[str, Any]) -> Answers:
    """Answers in stored form: a list of option keys for each question, None for "rather not say".

    A question left out counts as "prefer not to say". One that the answers before it leave out is
    not asked: it gets no entry, and an answer to it is refused. Raises `Unfit` naming each wrong
    answer.
    """
    problems = {
        f"answers.{key}": _("This campaign does not ask this question.")
        for key in raw
        if key not in {question.key for question in questions}
    }
    answers: Answers = {}
    for question in questions:
        given = raw.get(question.key)
        if not matches(question.show_if, answers):
            if not is_declined(given):
                problems[f"answers.{question.key}"] = _(
                    "After the answers before it, this question is not asked."
                )
            continue
        try:
            answers[question.key] = clean_answer(question, given)
        except ValueError as error:
            problems[f"answers.{question.key}"] = str(error)
    if problems:
        raise Unfit(_("Some answers do not fit their questions."), fields=problems)
    return answers


def matches(
    where: Mapping[str, Sequence[str]], answers: Mapping[str, Sequence[str] | None]
) -> bool:
    """Every question named must have an answer among the options named."""
    return all(set(options) & set(answers.get(key) or ()) for key, options in where.items())


def is_declined(raw: Any) -> bool:
    """Whether what was sent for a question says nothing."""
    return raw is None or raw == "" or raw == []


def clean_answer(question: Question, raw: Any) -> list[str] | None:
    if is_declined(raw):
        return None
    chosen = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(option, str) for option in chosen):
        raise ValueError(_("Give option keys as text."))
    unknown = [option for option in chosen if option not in question.option_keys]
    if unknown:
        raise ValueError(_("Not among the options: %(keys)s.") % {"keys": ", ".join(unknown)})
    if question.kind == QuestionKind.SINGLE and len(chosen) > 1:
        raise ValueError(_("Choose one answer."))
    return sorted(set(chosen), key=question.option_keys.index)


@transaction.atomic
def save_profile(
    annotator: Annotator, questionnaire: Questionnaire, *, answers: Answers
) -> Profile:
    """The annotator's profile for this questionnaire; changed answers make a new version."""
    # The annotator's row is the lock: two tabs may not write the same version twice. Who judges
    # refers to it meanwhile, which this mode lets through.
    Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
    latest = (
        Profile.objects.filter(annotator=annotator, series=questionnaire.series)
        .order_by("-version")
        .first()
    )
    if latest and latest.answers == answers and latest.questionnaire_id == questionnaire.pk:
        return latest
    return Profile.objects.create(
        annotator=annotator,
        questionnaire=questionnaire,
        series=questionnaire.series,
        version=latest.version + 1 if latest else 1,
        answers=answers,
    )
