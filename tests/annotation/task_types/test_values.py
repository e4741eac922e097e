import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.task_types import AnswerProblem, Asked, ScaleProblem, task_type_of
from annotation.task_types.scales import DEFAULT_VALUES

VALUES = task_type_of("values")
SCALE = {
    "kind": "values",
    "values": [
        {"key": "peace", "label": "Peace", "description": "calm"},
        {"key": "joy", "label": "Joy", "description": ""},
        {"key": "duty", "label": "Duty", "description": ""},
    ],
    "strengths": ["a little", "much"],
}
ASKED = Asked(scale=SCALE)


def clean(values):
    return VALUES.clean_answer({"values": values}, response_ids=["r1"], asked=ASKED)


def test_values_are_stored_in_the_taxonomys_order_and_none_is_an_answer():
    assert clean({"duty": 2, "peace": 1}) == {"values": {"peace": 1, "duty": 2}}
    assert list(clean({"duty": 2, "peace": 1})["values"]) == ["peace", "duty"]
    assert clean({}) == {"values": {}}


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "values"),
        ({"values": None}, "values"),
        ({"values": ["peace"]}, "values"),
        ({"values": {"war": 1}}, "values.war"),
        ({"values": {"joy": 0}}, "values.joy"),
        ({"values": {"joy": 3}}, "values.joy"),
        ({"values": {"joy": "1"}}, "values.joy"),
        ({"values": {"joy": True}}, "values.joy"),
        ({"values": {"joy": 1.5}}, "values.joy"),
        ({"values": {"joy": 1}, "none": True}, ""),
    ],
)
def test_answers_that_do_not_fit_name_the_field(answer, field):
    with pytest.raises(AnswerProblem) as problem:
        VALUES.clean_answer(answer, response_ids=["r1"], asked=ASKED)
    assert problem.value.field == field


def from_form(**posted):
    data = {name.replace("__", "-"): value for name, value in posted.items()}
    return VALUES.answer_from_form(data, "x", response_ids=["r1"], asked=ASKED)


def test_the_form_tells_nothing_chosen_from_none_of_them():
    assert from_form() is None
    assert from_form(value__x__joy="0") is None
    assert from_form(none__x="on") == {"values": {}}
    assert from_form(value__x__joy="0", value__x__peace="0", value__x__duty="0") == {"values": {}}
    assert from_form(value__x__joy="2", value__x__peace="0") == {"values": {"joy": 2}}
    both = from_form(value__x__joy="2", none__x="on")
    with pytest.raises(AnswerProblem):
        VALUES.clean_answer(both, response_ids=["r1"], asked=ASKED)


@given(st.dictionaries(st.sampled_from(["peace", "joy", "duty"]), st.integers(1, 2)))
def test_every_form_reads_back(values):
    answer = clean(values)
    posted = VALUES.form_data(answer, "x", response_ids=["r1"])
    assert VALUES.answer_from_form(posted, "x", response_ids=["r1"], asked=ASKED) == answer


def test_nothing_is_compared_ranked_or_rated():
    answer = {"values": {"joy": 1}}
    for expand in (VALUES.comparisons, VALUES.rankings, VALUES.ratings):
        assert list(expand(answer, response_ids=["r1"])) == []


def test_each_value_has_a_row_of_strengths():
    groups = VALUES.choice_groups(
        {"key": "x", "scale": SCALE}, order=["r1"], data={"value-x-joy": "2"}
    )
    assert [group.name for group in groups] == ["value-x-peace", "value-x-joy", "value-x-duty"]
    assert [choice.label for choice in groups[1].choices] == ["No", "a little", "much"]
    assert [choice.is_checked for choice in groups[1].choices] == [False, False, True]
    assert groups[0].description == "calm"


@pytest.mark.parametrize(
    "scale",
    [
        "values",
        {"kind": "steps"},
        {"kind": "values"},
        {"kind": "values", "values": []},
        {"kind": "values", "values": [{"label": "no key"}]},
        {"kind": "values", "values": [{"key": "a b"}]},
        {"kind": "values", "values": [{"key": "a"}, {"key": "a"}]},
        {"kind": "values", "values": [{"key": "a", "weight": 1}]},
        {"kind": "values", "values": [{"key": "a"}], "strengths": []},
        {"kind": "values", "values": [{"key": "a"}], "strengths": [""]},
        {"kind": "values", "values": [{"key": "a"}], "more": 1},
    ],
)
def test_taxonomies_that_cannot_be_asked_by_are_refused(scale):
    with pytest.raises(ScaleProblem):
        VALUES.clean_scale(scale)


def test_the_default_taxonomy_has_the_seven_categories_of_value_imprint():
    assert VALUES.clean_scale(None) == DEFAULT_VALUES == VALUES.clean_scale(DEFAULT_VALUES)
    assert [value["label"] for value in DEFAULT_VALUES["values"]] == [
        "Well-being/Peace",
        "Information Seeking",
        "Justice/Human Rights & Animal Rights",
        "Duty/Accountability",
        "Wisdom/Knowledge",
        "Civility/Tolerance",
        "Empathy/Helpfulness",
    ]
    short = {"kind": "values", "values": [{"key": "a"}]}
    assert VALUES.clean_scale(short) == {
        "kind": "values",
        "values": [{"key": "a", "label": "a", "description": ""}],
        "strengths": ["A little", "Clearly", "Above all"],
    }


def test_simulated_people_see_more_in_a_text_they_value():
    chance = random.Random(2)
    seen = Counter()
    for utility in (-1.0, 1.0):
        for _ in range(300):
            answer = VALUES.simulate_answer({"r1": utility}, chance, asked=ASKED)
            assert VALUES.clean_answer(answer, response_ids=["r1"], asked=ASKED) == answer
            seen[utility] += len(answer["values"])
    assert seen[1.0] > 1.5 * seen[-1.0]


def test_summaries_name_values_and_strengths():
    assert VALUES.summarise({"values": {}}, names={}, asked=ASKED) == "none of the values"
    answer = {"values": {"peace": 1, "duty": 2}}
    assert VALUES.summarise(answer, names={}, asked=ASKED) == "Peace 1, Duty 2"


def test_a_text_alone_is_one_response():
    assert VALUES.item_problem(1) == ""
    assert VALUES.item_problem(2) == "needs exactly one response, has 2"


def test_values_are_seen_with_their_strengths():
    seen = task_type_of("values").seen_values({"values": {"duty-accountability": 2}})
    assert [(one.key, one.strength) for one in seen] == [("duty-accountability", 2)]
    assert list(task_type_of("values").seen_values({"values": {}})) == []
    assert task_type_of("pairwise").seen_values({"outcome": "tie"}) is None
