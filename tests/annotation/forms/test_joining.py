"""The questionnaire's steps without scripts: what each page asks, and what it carries."""

from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Question
from accounts.services.questionnaires import clean_answers, matches
from annotation.forms.joining import question_step
from tests.accounts.services.test_branching import OPTIONS, chain, question, questionnaires


def posted(pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def asked_by(step):
    return [field.key for field in step.fields if not field.is_waiting]


def test_telling_questions_come_first_and_the_others_after_them():
    questions = [question("age"), question("hobby"), question("gender")]
    first = question_step(questions, ["age", "gender"], QueryDict())
    assert (asked_by(first), first.is_telling) == (["age", "gender"], True)
    second = question_step(
        questions,
        ["age", "gender"],
        posted([("asked", "age"), ("question-age", "a"), ("asked", "gender")]),
    )
    assert (asked_by(second), second.is_telling) == (["hobby"], False)
    assert second.carried == [("asked", "age"), ("question-age", "a"), ("asked", "gender")]
    done = question_step(
        questions, ["age", "gender"], posted([*second.carried, ("asked", "hobby")])
    )
    assert done.fields == []
    assert done.answers == {"age": ["a"], "gender": None, "hobby": None}


def test_a_question_that_waits_stands_on_the_page_switched_off():
    step = question_step(chain(), [], QueryDict())
    assert [(field.key, field.is_waiting) for field in step.fields] == [
        ("region", False),
        ("town", True),
        ("street", True),
    ]
    assert step.fields[1].show_if == {"region": ["a", "b"]}


def test_without_scripts_it_comes_in_the_next_step_or_never():
    asked = [("asked", "region"), ("question-region", "b")]
    assert asked_by(question_step(chain(), [], posted(asked))) == ["town"]
    never = [("asked", "region"), ("question-region", "c")]
    assert question_step(chain(), [], posted(never)).fields == []


def test_what_a_page_sends_for_a_question_that_is_not_asked_is_ignored():
    stale = [("asked", "region"), ("question-region", "c"), ("question-town", "a")]
    assert question_step(chain(), [], posted(stale)).answers == {"region": ["c"]}


@given(questionnaires(), st.data())
def test_by_steps_people_give_the_same_answers_as_at_once(questions: list[Question], data):
    telling = data.draw(st.lists(st.sampled_from([one.key for one in questions]), unique=True))
    for one in reversed(questions):
        telling += [key for key in one.show_if if one.key in telling and key not in telling]
    wanted = {
        one.key: data.draw(
            st.lists(
                st.sampled_from(OPTIONS), max_size=3 if one.kind == "multiple" else 1, unique=True
            )
        )
        for one in questions
    }
    sent: list[tuple[str, str]] = []
    for _round in range(len(questions) + 1):
        step = question_step(questions, telling, posted(sent))
        if not step.fields:
            break
        sent = list(step.carried)
        for key in asked_by(step):
            sent += [("asked", key), *((f"question-{key}", one) for one in wanted[key])]
    assert step.fields == []
    expected: dict[str, Any] = {}
    for one in questions:
        if matches(one.show_if, expected):
            expected[one.key] = sorted(wanted[one.key]) or None
    assert clean_answers(questions, step.answers) == expected
