"""Questions that are asked only after some answers: what is asked, refused and kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import Unfit
from accounts.models import Question
from accounts.services.questionnaires import clean_answers, matches

OPTIONS = ("a", "b", "c")


def question(key, show_if=None, kind="single"):
    options = [{"key": one, "label": one.upper()} for one in OPTIONS]
    return Question(key=key, label=key, kind=kind, options=options, show_if=show_if or {})


def chain():
    return [
        question("region"),
        question("town", {"region": ["a", "b"]}),
        question("street", {"town": ["a"]}, kind="multiple"),
    ]


def test_a_question_is_asked_of_those_whose_answers_match():
    assert clean_answers(chain(), {"region": "a", "town": "a", "street": ["b", "a"]}) == {
        "region": ["a"],
        "town": ["a"],
        "street": ["a", "b"],
    }


def test_what_is_not_asked_has_no_entry_and_what_is_declined_has_none_in_it():
    assert clean_answers(chain(), {"region": "c"}) == {"region": ["c"]}
    assert clean_answers(chain(), {"region": "a"}) == {"region": ["a"], "town": None}


def test_an_answer_to_a_question_that_is_not_asked_is_refused_by_name():
    with pytest.raises(Unfit) as refusal:
        clean_answers(chain(), {"region": "c", "town": "a"})
    assert list(refusal.value.fields) == ["answers.town"]


def test_declining_a_question_that_is_not_asked_is_nothing():
    assert clean_answers(chain(), {"region": "c", "town": None, "street": []}) == {"region": ["c"]}


def test_a_question_behind_one_that_is_not_asked_is_not_asked_either():
    with pytest.raises(Unfit) as refusal:
        clean_answers(chain(), {"region": None, "street": ["a"]})
    assert list(refusal.value.fields) == ["answers.street"]


@st.composite
def questionnaires(draw):
    questions = []
    for number in range(draw(st.integers(1, 6))):
        earlier = [one.key for one in questions]
        keys = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        wanted = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=2, unique=True)
        kind = draw(st.sampled_from(["single", "multiple"]))
        questions.append(question(f"q{number}", {key: draw(wanted) for key in keys}, kind))
    return questions


@given(questionnaires(), st.data())
def test_whatever_is_answered_exactly_what_was_asked_is_kept(questions, data):
    raw = {}
    for one in questions:
        most = 3 if one.kind == "multiple" else 1
        chosen = st.lists(st.sampled_from(OPTIONS), max_size=most, unique=True)
        raw[one.key] = data.draw(st.one_of(st.none(), chosen))
    asked = {}
    for one in questions:
        if matches(one.show_if, asked):
            asked[one.key] = sorted(raw[one.key]) if raw[one.key] else None
    refused = {key for key, value in raw.items() if value and key not in asked}
    if refused:
        with pytest.raises(Unfit) as refusal:
            clean_answers(questions, raw)
        assert set(refusal.value.fields) == {f"answers.{key}" for key in refused}
    kept = clean_answers(questions, {key: raw[key] for key in raw if key not in refused})
    assert kept == asked
