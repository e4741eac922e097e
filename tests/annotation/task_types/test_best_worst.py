import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.task_types import AnswerProblem, Comparison, task_type_of

BEST_WORST = task_type_of("best-worst")
IDS = ["r1", "r2", "r3", "r4"]


def test_a_valid_answer_is_kept_as_it_is():
    answer = {"best": "r3", "worst": "r1"}
    assert BEST_WORST.clean_answer(answer, response_ids=IDS) == answer


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "best"),
        ({"best": "r1"}, "worst"),
        ({"best": "r9", "worst": "r1"}, "best"),
        ({"best": ["r2"], "worst": "r1"}, "best"),
        ({"best": "r1", "worst": None}, "worst"),
        ({"best": "r1", "worst": "r1"}, "worst"),
        ({"best": "r1", "worst": "r2", "middle": "r3"}, ""),
    ],
)
def test_answers_that_do_not_fit_name_the_field(answer, field):
    with pytest.raises(AnswerProblem) as problem:
        BEST_WORST.clean_answer(answer, response_ids=IDS)
    assert problem.value.field == field


def test_the_best_beats_all_and_all_beat_the_worst():
    found = list(BEST_WORST.comparisons({"best": "r3", "worst": "r1"}, response_ids=IDS))
    assert found == [
        Comparison("r1", "r2", 1, "graded"),
        Comparison("r1", "r3", 1, "graded"),
        Comparison("r1", "r4", 1, "graded"),
        Comparison("r2", "r3", 1, "graded"),
        Comparison("r3", "r4", -1, "graded"),
    ]
    assert list(BEST_WORST.rankings({"best": "r3", "worst": "r1"}, response_ids=IDS)) == []


@given(st.permutations([f"r{n}" for n in range(10)]), st.integers(3, 10), st.data())
def test_every_form_reads_back_and_expands_to_2k_minus_3_pairs(ids, count, data):
    order = ids[:count]
    best, worst = data.draw(st.permutations(order))[:2]
    answer = {"best": best, "worst": worst}
    posted = BEST_WORST.form_data(answer, "x", response_ids=order)
    assert BEST_WORST.answer_from_form(posted, "x", response_ids=order) == answer
    pairs = list(BEST_WORST.comparisons(answer, response_ids=sorted(order)))
    assert len({(one.response_a, one.response_b) for one in pairs}) == 2 * count - 3
    preferred = [one.response_b if one.preference == 1 else one.response_a for one in pairs]
    assert preferred.count(best) == count - 1
    assert worst not in preferred


def test_the_form_offers_every_response_at_both_ends():
    groups = BEST_WORST.choice_groups({"key": "x"}, order=["r2", "r1", "r3"], data={"best-x": "r1"})
    assert [group.name for group in groups] == ["best-x", "worst-x"]
    assert [choice.value for choice in groups[0].choices] == ["r2", "r1", "r3"]
    assert [choice.is_checked for choice in groups[0].choices] == [False, True, False]
    assert BEST_WORST.answer_from_form({}, "x", response_ids=IDS) is None
    half = BEST_WORST.answer_from_form({"best-x": "r1"}, "x", response_ids=IDS)
    with pytest.raises(AnswerProblem):
        BEST_WORST.clean_answer(half, response_ids=IDS)


def test_items_have_three_to_ten_responses():
    assert BEST_WORST.item_problem(2) == "needs 3 to 10 responses, has 2"
    assert BEST_WORST.item_problem(3) == BEST_WORST.item_problem(10) == ""
    assert BEST_WORST.item_problem(11) == "needs 3 to 10 responses, has 11"


def test_simulated_people_draw_the_best_from_plackett_luce():
    chance = random.Random(3)
    utilities = {"r1": 1.0, "r2": 0.0, "r3": -1.0}
    drawn = [BEST_WORST.simulate_answer(utilities, chance) for _ in range(4000)]
    assert all(BEST_WORST.clean_answer(one, response_ids=list(utilities)) == one for one in drawn)
    best = Counter(one["best"] for one in drawn)
    # exp(u) / sum of exp(u): 0.665, 0.245, 0.090
    assert best["r1"] / 4000 == pytest.approx(0.665, abs=0.025)
    assert best["r3"] / 4000 == pytest.approx(0.090, abs=0.02)


def test_summaries_use_the_names_shown():
    names = {"r1": "A", "r2": "B"}
    assert BEST_WORST.summarise({"best": "r2", "worst": "r1"}, names=names) == "best B, worst A"
