"""Local suppression: nobody stands out afterwards, whatever the population."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from exports.profiles.suppression import Combination, Move, suppress

ANSWERS = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]).map(lambda key: (key,)))


def populations(width: int) -> st.SearchStrategy[dict[Combination, int]]:
    return st.dictionaries(
        st.tuples(*[ANSWERS] * width), st.integers(min_value=1, max_value=12), max_size=14
    )


def is_blank(combination: Combination) -> bool:
    return all(answer is None for answer in combination)


@given(
    counts=st.integers(min_value=1, max_value=4).flatmap(populations),
    k=st.integers(min_value=0, max_value=9),
)
def test_every_class_is_large_enough_and_nobody_is_lost(counts: dict[Combination, int], k: int):
    moves, after = suppress(counts, k)
    assert sum(after.values()) == sum(counts.values())
    for combination, people in after.items():
        assert people >= k or is_blank(combination)
    was_blanked = any(is_blank(move.target) for move in moves)
    blank = sum(people for combination, people in after.items() if is_blank(combination))
    assert not was_blanked or blank >= k or set(after) == {next(iter(after))}
    assert_moves_lead_from_to(counts, moves, after)


def assert_moves_lead_from_to(
    counts: dict[Combination, int], moves: list[Move], after: dict[Combination, int]
) -> None:
    """Every move takes people who are there, and only blanks answers."""
    now = Counter(counts)
    for move in moves:
        assert 0 < move.people <= now[move.source]
        pairs = list(zip(move.source, move.target, strict=True))
        assert all(target in (source, None) for source, target in pairs)
        now[move.source] -= move.people
        now[move.target] += move.people
    assert +now == Counter(after)


def test_without_k_nothing_is_blanked():
    counts = {(("a",), ("b",)): 1, (None, ("b",)): 2}
    assert suppress(counts, 0) == ([], counts)


def test_one_odd_answer_is_blanked_with_as_few_others_as_hide_it():
    """Three of a rare kind lose one answer, and two others lose the same one."""
    counts = {(("old",), ("rare",)): 3, (("old",), ("often",)): 100, (("young",), ("often",)): 9}
    moves, after = suppress(counts, 5)
    target = (("old",), None)
    assert moves == [
        Move((("old",), ("rare",)), target, 3),
        Move((("old",), ("often",)), target, 2),
    ]
    assert after[target] == 5
    assert after[("old",), ("often",)] == 98


def test_people_without_answers_need_nobody_to_hide_among():
    counts = {(None,): 1, (("a",),): 7}
    assert suppress(counts, 5) == ([], counts)


def test_a_person_blanked_alone_gets_company():
    counts = {(("a",),): 1, (("b",),): 20}
    _moves, after = suppress(counts, 5)
    assert after == {(None,): 5, (("b",),): 16}


def test_fewer_people_than_k_keep_nothing():
    counts = {(("a",), ("x",)): 2, (("b",), None): 1}
    assert suppress(counts, 5)[1] == {(None, None): 3}


def test_what_costs_less_is_blanked():
    counts = {(("a",), ("x",)): 2, (("a",), ("y",)): 20, (("b",), ("x",)): 20}
    cheap_second = suppress(counts, 3, lambda place, _answer: (1.0, 0.1)[place])[1]
    cheap_first = suppress(counts, 3, lambda place, _answer: (0.1, 1.0)[place])[1]
    assert cheap_second[("a",), None] == 3
    assert cheap_first[None, ("x",)] == 3
