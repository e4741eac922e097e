import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.task_types import (
    AnswerProblem,
    Asked,
    Comparison,
    RatedResponse,
    ScaleProblem,
    task_type_of,
)
from annotation.task_types.scales import scale_words

RATING = task_type_of("rating")
IDS = ["r1", "r2"]
STEPS = {
    "kind": "steps",
    "steps": [
        {"value": -1, "label": "No"},
        {"value": 0, "label": "Hm"},
        {"value": 2.5, "label": "Yes"},
    ],
}
SLIDER = {"kind": "slider", "min": 0, "max": 1, "step": 0.1, "low": "none", "high": "all"}


def clean(ratings, scale=STEPS):
    return RATING.clean_answer({"ratings": ratings}, response_ids=IDS, asked=Asked(scale=scale))


def test_numbers_of_the_scale_are_stored_in_one_form():
    assert clean({"r2": 2.5, "r1": 0.0}) == {"ratings": {"r1": 0, "r2": 2.5}}
    assert list(clean({"r2": 0, "r1": -1})["ratings"]) == ["r1", "r2"]
    # 0.1 three times is not 0.3 in floating point; both are the slider's third place.
    assert clean({"r1": 0.1 + 0.2, "r2": 1.0}, SLIDER) == {"ratings": {"r1": 0.3, "r2": 1}}


@pytest.mark.parametrize(
    ("ratings", "scale", "field"),
    [
        (None, STEPS, "ratings"),
        ([], STEPS, "ratings"),
        ({"r1": 0}, STEPS, "ratings"),
        ({"r1": 0, "r2": 0, "r3": 0}, STEPS, "ratings"),
        ({"r1": 0, "r2": 1}, STEPS, "ratings.r2"),
        ({"r1": True, "r2": 0}, STEPS, "ratings.r1"),
        ({"r1": 0, "r2": "0"}, STEPS, "ratings.r2"),
        ({"r1": None, "r2": 0}, STEPS, "ratings.r1"),
        ({"r1": 1.1, "r2": 0}, SLIDER, "ratings.r1"),
        ({"r1": 0, "r2": 0.05}, SLIDER, "ratings.r2"),
        ({"r1": 0, "r2": float("nan")}, SLIDER, "ratings.r2"),
        ({"r1": 0, "r2": float("inf")}, SLIDER, "ratings.r2"),
    ],
)
def test_answers_that_do_not_fit_name_the_field(ratings, scale, field):
    with pytest.raises(AnswerProblem) as problem:
        clean(ratings, scale)
    assert problem.value.field == field


def test_other_fields_are_refused():
    with pytest.raises(AnswerProblem, match="Unknown field: rating"):
        RATING.clean_answer({"rating": 1}, response_ids=IDS)


def test_ratings_expand_into_rows_and_directions():
    answer = {"ratings": {"r1": 80, "r2": 20, "r3": 20}}
    ids = ["r1", "r2", "r3"]
    assert list(RATING.ratings(answer, response_ids=ids)) == [
        RatedResponse("r1", 80.0),
        RatedResponse("r2", 20.0),
        RatedResponse("r3", 20.0),
    ]
    assert list(RATING.comparisons(answer, response_ids=ids)) == [
        Comparison("r1", "r2", -1, "graded"),
        Comparison("r1", "r3", -1, "graded"),
        Comparison("r2", "r3", 0, "tie"),
    ]
    assert list(RATING.rankings(answer, response_ids=ids)) == []


@given(st.lists(st.integers(0, 100), min_size=1, max_size=10))
def test_every_form_reads_back(numbers):
    scale = {"kind": "slider", "min": 0, "max": 100, "step": 1, "low": "", "high": ""}
    order = [f"r{n}" for n in range(len(numbers))]
    answer = {"ratings": dict(zip(order, numbers, strict=True))}
    posted = RATING.form_data(answer, "x", response_ids=order)
    read = RATING.answer_from_form(posted, "x", response_ids=order)
    assert read == answer
    assert RATING.clean_answer(read, response_ids=order, asked=Asked(scale=scale)) == answer


def test_a_slider_that_nobody_touched_is_no_answer():
    group = RATING.choice_groups({"key": "x", "scale": SLIDER}, order=IDS, data={})[0]
    assert (group.name, group.value) == ("rate-x-0", "")
    assert (group.least, group.most, group.step, group.low, group.high) == (
        0,
        1,
        0.1,
        "none",
        "all",
    )
    posted = {"rate-x-0": "0.5", "rate-x-1": ""}
    assert RATING.answer_from_form(posted, "x", response_ids=IDS) is None
    words = RATING.answer_from_form({**posted, "rate-x-1": "lots"}, "x", response_ids=IDS)
    assert words == {"ratings": {"r1": 0.5, "r2": "lots"}}


def test_steps_are_radio_buttons_with_their_labels():
    criterion = {"key": "x", "scale": STEPS}
    group = RATING.choice_groups(criterion, order=IDS, data={"rate-x-1": "2.5"})[1]
    assert [(one.value, one.label, one.key, one.is_checked) for one in group.choices] == [
        ("-1", "No", "1", False),
        ("0", "Hm", "2", False),
        ("2.5", "Yes", "3", True),
    ]


@pytest.mark.parametrize(
    "scale",
    [
        "stars",
        [],
        {},
        {"kind": "stars"},
        {"kind": "steps"},
        {"kind": "steps", "steps": [{"value": 1, "label": "One"}]},
        {"kind": "steps", "steps": [{"value": n, "label": "x"} for n in range(12)]},
        {"kind": "steps", "steps": [{"value": 1, "label": "a"}, {"value": 1, "label": "b"}]},
        {"kind": "steps", "steps": [{"value": 2, "label": "a"}, {"value": 1, "label": "b"}]},
        {"kind": "steps", "steps": [{"value": 1, "label": ""}, {"value": 2, "label": "b"}]},
        {"kind": "steps", "steps": [{"value": True, "label": "a"}, {"value": 2, "label": "b"}]},
        {"kind": "steps", "steps": [{"value": 1}, {"value": 2, "label": "b"}]},
        {**STEPS, "step": 1},
        {"kind": "slider", "min": 1, "max": 1},
        {"kind": "slider", "min": 0, "max": 1, "step": 0},
        {"kind": "slider", "min": 0, "max": 1, "step": 0.3},
        {"kind": "slider", "min": 0, "max": 1, "step": 0.00001},
        {"kind": "slider", "min": 0, "max": float("inf")},
        {"kind": "slider", "low": 3},
        {"kind": "slider", "high": "x" * 201},
        {"kind": "slider", "default": 50},
    ],
)
def test_scales_that_cannot_be_asked_by_are_refused(scale):
    with pytest.raises(ScaleProblem):
        RATING.clean_scale(scale)


def test_scales_are_stored_whole():
    assert RATING.clean_scale({"kind": "slider"}) == {
        "kind": "slider",
        "min": 0,
        "max": 100,
        "step": 1,
        "low": "",
        "high": "",
    }
    assert [one["value"] for one in RATING.clean_scale(None)["steps"]] == [1, 2, 3, 4, 5]
    for scale in (STEPS, SLIDER):
        assert RATING.clean_scale(scale) == scale


@pytest.mark.parametrize("scale", [STEPS, SLIDER, None])
def test_simulated_ratings_rise_with_utility(scale):
    chance, asked = random.Random(5), Asked(scale=scale)
    found = []
    for _ in range(500):
        answer = RATING.simulate_answer({"r1": 1.5, "r2": -1.5}, chance, asked=asked)
        assert RATING.clean_answer(answer, response_ids=IDS, asked=asked) == answer
        found.append(answer["ratings"])
    high, low = (statistics.mean(one[name] for one in found) for name in IDS)
    assert high > low


def test_summaries_tell_each_number():
    names = {"r2": "A", "r1": "B"}
    assert RATING.summarise({"ratings": {"r1": 4, "r2": 2.5}}, names=names) == "A 2.5, B 4"


def test_scales_are_told_to_data_users_in_a_line():
    assert scale_words(STEPS) == "-1 No; 0 Hm; 2.5 Yes"
    assert scale_words(SLIDER) == "0 (none) to 1 (all) in steps of 0.1"
    assert scale_words({**SLIDER, "low": "", "high": ""}) == "0 to 1 in steps of 0.1"
    taxonomy = {"kind": "values", "values": [{"key": "joy", "label": "Joy"}], "strengths": ["yes"]}
    assert scale_words(taxonomy) == "joy (Joy). Strengths: 1 yes"
    assert (scale_words("graded"), scale_words(None)) == ("graded", "")
