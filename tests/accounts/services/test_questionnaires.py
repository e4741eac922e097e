import pytest

from accounts.errors import Unfit
from accounts.services.questionnaires import clean_answers, create_questionnaire, save_profile
from tests.factories import AGE_QUESTION, make_annotator

pytestmark = pytest.mark.django_db
TONGUES = {
    "key": "tongues",
    "label": "Languages?",
    "kind": "multiple",
    "options": [{"key": "en", "label": "English"}, {"key": "ar", "label": "Arabic"}],
}


@pytest.fixture
def questionnaire():
    return create_questionnaire([AGE_QUESTION, TONGUES])


def clean(questionnaire, raw):
    return clean_answers(list(questionnaire.questions.all()), raw)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ({}, {"age": None, "tongues": None}),
        ({"age": None, "tongues": []}, {"age": None, "tongues": None}),
        ({"age": "young"}, {"age": ["young"], "tongues": None}),
        ({"tongues": "ar"}, {"age": None, "tongues": ["ar"]}),
        ({"tongues": ["ar", "en", "ar"]}, {"age": None, "tongues": ["en", "ar"]}),
    ],
)
def test_answers_have_one_stored_form(questionnaire, raw, cleaned):
    assert clean(questionnaire, raw) == cleaned


def test_every_wrong_answer_is_named(questionnaire):
    with pytest.raises(Unfit) as refused:
        clean(questionnaire, {"age": ["young", "old"], "tongues": ["xx"], "shoe": "9"})
    assert refused.value.fields == {
        "answers.shoe": "This campaign does not ask this question.",
        "answers.age": "Choose one answer.",
        "answers.tongues": "Not among the options: xx.",
    }


def test_a_changed_questionnaire_is_a_new_version_of_its_series(questionnaire):
    second = create_questionnaire([AGE_QUESTION], series=questionnaire.series)
    assert (questionnaire.version, second.version) == (1, 2)
    assert second.series == questionnaire.series
    assert questionnaire.questions.count() == 2


def test_changed_answers_are_a_new_version_of_the_profile(questionnaire):
    annotator = make_annotator()
    first = save_profile(annotator, questionnaire, answers={"age": ["young"], "tongues": None})
    same = save_profile(annotator, questionnaire, answers={"age": ["young"], "tongues": None})
    changed = save_profile(annotator, questionnaire, answers={"age": ["old"], "tongues": None})
    assert same.pk == first.pk
    assert (first.version, changed.version) == (1, 2)
    first.refresh_from_db()
    assert first.answers == {"age": ["young"], "tongues": None}
    other = save_profile(make_annotator(), questionnaire, answers={"age": None, "tongues": None})
    assert other.version == 1
