import random

import pytest

from annotation.task_types import AnswerProblem, Comparison, task_type_of

PAIRWISE = task_type_of("pairwise")
IDS = ["r1", "r2"]


@pytest.mark.parametrize(
    "answer",
    [
        {"preferred": "r1", "strength": 1},
        {"preferred": "r2", "strength": 2},
        {"outcome": "tie"},
        {"outcome": "both_bad"},
        {"outcome": "depends"},
    ],
)
def test_valid_answers_are_kept_as_they_are(answer):
    assert PAIRWISE.clean_answer(answer, response_ids=IDS) == answer


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "preferred"),
        ({"preferred": "r3", "strength": 1}, "preferred"),
        ({"preferred": ["r1"], "strength": 1}, "preferred"),
        ({"preferred": "r1"}, "strength"),
        ({"preferred": "r1", "strength": 3}, "strength"),
        ({"preferred": "r1", "strength": True}, "strength"),
        ({"preferred": "r1", "strength": "1"}, "strength"),
        ({"outcome": "draw"}, "outcome"),
        ({"outcome": "tie", "preferred": "r1"}, ""),
        ({"outcome": "tie", "strength": 1}, ""),
        ({"preferred": "r1", "strength": 1, "why": "x"}, ""),
    ],
)
def test_answers_that_do_not_fit_name_the_field(answer, field):
    with pytest.raises(AnswerProblem) as problem:
        PAIRWISE.clean_answer(answer, response_ids=IDS)
    assert problem.value.field == field


@pytest.mark.parametrize(
    ("answer", "comparison"),
    [
        ({"preferred": "r1", "strength": 2}, Comparison("r1", "r2", -2, "graded")),
        ({"preferred": "r2", "strength": 1}, Comparison("r1", "r2", 1, "graded")),
        ({"outcome": "tie"}, Comparison("r1", "r2", 0, "tie")),
        ({"outcome": "both_bad"}, Comparison("r1", "r2", None, "both_bad")),
        ({"outcome": "depends"}, Comparison("r1", "r2", None, "depends")),
    ],
)
def test_comparisons_point_towards_b(answer, comparison):
    assert list(PAIRWISE.comparisons(answer, response_ids=IDS)) == [comparison]
    assert list(PAIRWISE.rankings(answer, response_ids=IDS)) == []


def test_every_choice_of_the_form_reads_back_as_a_valid_answer():
    groups = PAIRWISE.choice_groups({"key": "x", "label": "X"}, order=["r2", "r1"], data={})
    values = [choice.value for choice in groups[0].choices]
    answers = [
        PAIRWISE.answer_from_form({"answer-x": value}, "x", response_ids=["r2", "r1"])
        for value in values
    ]
    assert answers[0] == {"preferred": "r2", "strength": 2}
    assert answers[4] == {"preferred": "r1", "strength": 2}
    assert [PAIRWISE.clean_answer(one, response_ids=IDS) for one in answers] == answers
    assert PAIRWISE.answer_from_form({}, "x", response_ids=IDS) is None


def test_a_response_id_with_a_colon_survives_the_form():
    answer = PAIRWISE.answer_from_form({"answer-x": "1:a:b"}, "x", response_ids=["a:b", "c"])
    assert answer == {"preferred": "a:b", "strength": 1}


def test_summaries_use_the_names_shown():
    names = {"r1": "A", "r2": "B"}
    assert PAIRWISE.summarise({"preferred": "r2", "strength": 2}, names=names) == "B clearly better"
    assert PAIRWISE.summarise({"outcome": "both_bad"}, names=names) == "both bad"


def test_simulated_people_prefer_what_they_value_by_bradley_terry():
    chance = random.Random(1)
    answers = [PAIRWISE.simulate_answer({"r1": 1.0, "r2": 0.0}, chance) for _ in range(4000)]
    for answer in answers:
        assert PAIRWISE.clean_answer(answer, response_ids=IDS) == answer
    decided = [answer["preferred"] for answer in answers if "preferred" in answer]
    # P(latent > 0.35) / P(|latent| > 0.35) for latent = 1 + logistic noise.
    up, down = 1 / (1 + 2.718281828 ** -(1 - 0.35)), 1 / (1 + 2.718281828 ** (1 + 0.35))
    assert decided.count("r1") / len(decided) == pytest.approx(up / (up + down), abs=0.02)


def test_item_needs_exactly_two_responses():
    assert PAIRWISE.item_problem(2) == ""
    assert PAIRWISE.item_problem(3) == "needs exactly 2 responses, has 3"
