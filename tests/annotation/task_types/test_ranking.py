import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.task_types import (
    AnswerProblem,
    Asked,
    Comparison,
    RankedResponse,
    task_type_of,
)

RANKING = task_type_of("ranking")
IDS = ["r1", "r2", "r3"]


@pytest.mark.parametrize(
    "ranking",
    [
        None,
        "r1",
        [],
        [["r1"], ["r2"]],
        [["r1", "r2", "r3"], []],
        [["r1"], ["r1"], ["r2"], ["r3"]],
        [["r1"], ["r2"], ["r9"]],
        [["r1"], ["r2"], [3]],
        ["r1", "r2", "r3"],
    ],
)
def test_rankings_that_do_not_fit_are_refused(ranking):
    with pytest.raises(AnswerProblem) as problem:
        RANKING.clean_answer({"ranking": ranking}, response_ids=IDS)
    assert problem.value.field == "ranking"


def test_unknown_fields_are_refused():
    with pytest.raises(AnswerProblem, match="best"):
        RANKING.clean_answer({"ranking": [IDS], "best": "r1"}, response_ids=IDS)


def test_ties_are_stored_in_one_form():
    cleaned = RANKING.clean_answer({"ranking": [["r3", "r1"], ["r2"]]}, response_ids=IDS)
    assert cleaned == {"ranking": [["r1", "r3"], ["r2"]]}


def test_places_skip_after_ties():
    places = list(RANKING.rankings({"ranking": [["r1", "r3"], ["r2"]]}, response_ids=IDS))
    assert places == [
        RankedResponse("r1", 1),
        RankedResponse("r3", 1),
        RankedResponse("r2", 3),
    ]


def test_a_ranking_expands_into_every_pair():
    comparisons = RANKING.comparisons({"ranking": [["r3"], ["r1", "r2"]]}, response_ids=IDS)
    assert list(comparisons) == [
        Comparison("r1", "r2", 0, "tie"),
        Comparison("r1", "r3", 1, "graded"),
        Comparison("r2", "r3", 1, "graded"),
    ]


@given(st.lists(st.integers(1, 5), min_size=2, max_size=10))
def test_places_in_the_form_become_the_same_order(places):
    ids = [f"r{number}" for number in range(len(places))]
    data = {f"rank-x-{number}": str(place) for number, place in enumerate(places)}
    answer = RANKING.answer_from_form(data, "x", response_ids=ids)
    assert RANKING.clean_answer(answer, response_ids=ids) == answer
    rank = {one.response_id: one.rank for one in RANKING.rankings(answer, response_ids=ids)}
    for a in range(len(places)):
        for b in range(len(places)):
            assert (rank[ids[a]] < rank[ids[b]]) == (places[a] < places[b])
            assert (rank[ids[a]] == rank[ids[b]]) == (places[a] == places[b])


def test_a_form_with_a_response_left_out_is_no_answer():
    assert RANKING.answer_from_form({"rank-x-0": "1"}, "x", response_ids=["r1", "r2"]) is None


def test_simulated_people_rank_by_plackett_luce():
    chance = random.Random(1)
    firsts = []
    for _ in range(4000):
        answer = RANKING.simulate_answer({"r1": 1.0, "r2": 0.0, "r3": 0.0}, chance)
        assert RANKING.clean_answer(answer, response_ids=IDS)
        if len(answer["ranking"][0]) == 1:
            firsts.append(answer["ranking"][0][0])
    expected = 2.718281828 / (2.718281828 + 2)
    assert firsts.count("r1") / len(firsts) == pytest.approx(expected, abs=0.03)


def test_summary_shows_order_and_ties():
    names = {"r1": "A", "r2": "B", "r3": "C"}
    assert RANKING.summarise({"ranking": [["r3"], ["r1", "r2"]]}, names=names) == "C > A = B"


def test_items_have_two_to_ten_responses():
    assert RANKING.item_problem(1) == "needs 2 to 10 responses, has 1"
    assert RANKING.item_problem(10) == ""
    assert RANKING.item_problem(11) == "needs 2 to 10 responses, has 11"


def test_partial_rankings_only_where_they_are_allowed():
    partial = {"ranking": [["r3"], ["r1"]]}
    allowed = Asked(may_be_partial=True)
    assert RANKING.clean_answer(partial, response_ids=IDS, asked=allowed) == partial
    assert list(RANKING.comparisons(partial, response_ids=IDS)) == [
        Comparison("r1", "r3", 1, "graded")
    ]
    assert list(RANKING.rankings(partial, response_ids=IDS)) == [
        RankedResponse("r3", 1),
        RankedResponse("r1", 2),
    ]
    for answer, asked in ((partial, Asked()), ({"ranking": [["r3"]]}, allowed)):
        with pytest.raises(AnswerProblem) as problem:
            RANKING.clean_answer(answer, response_ids=IDS, asked=asked)
        assert problem.value.field == "ranking"
    posted = {"rank-x-2": "1", "rank-x-0": "2"}
    read = RANKING.answer_from_form(posted, "x", response_ids=IDS, asked=allowed)
    assert read == partial
    assert RANKING.answer_from_form(posted, "x", response_ids=IDS) is None
    assert RANKING.answer_from_form({}, "x", response_ids=IDS, asked=allowed) is None


@given(st.permutations([f"r{n}" for n in range(10)]), st.lists(st.integers(1, 10), min_size=10))
def test_a_stored_ranking_read_as_a_form_is_the_same(order, places):
    posted = {f"rank-x-{number}": str(place) for number, place in enumerate(places[:10])}
    read = RANKING.answer_from_form(posted, "x", response_ids=order)
    answer = RANKING.clean_answer(read, response_ids=sorted(order))
    again = RANKING.form_data(answer, "x", response_ids=order)
    read = RANKING.answer_from_form(again, "x", response_ids=order)
    assert RANKING.clean_answer(read, response_ids=sorted(order)) == answer
