from statistics import mean, stdev

import pytest

from annotation.simulation.utilities import (
    GROUP_SPREAD,
    PERSON_SPREAD,
    Weights,
    gauss,
    group_weights,
    person_weights,
    traits_of,
)

TRAITS = ["directness", "risk"]


def test_declared_traits_are_taken_as_they_are():
    metadata = {"traits": {"directness": 0.5, "risk": -1, "note": "x"}}
    assert traits_of(metadata, "abc") == {"directness": 0.5, "risk": -1.0}


def test_other_responses_get_traits_from_their_hash():
    traits = traits_of({}, "abc")
    assert traits == traits_of({"topic": "t"}, "abc") != traits_of({}, "abd")
    assert len(traits) == 5
    assert all(-1 <= value < 1 for value in traits.values())


def test_utility_is_the_weighted_sum_of_traits():
    weights = Weights({"directness": 2.0, "risk": -1.0})
    assert weights.utility({"directness": 0.5, "risk": 0.5, "other": 9.0}) == 0.5


def test_groups_share_a_part_and_differ_in_another():
    first, second = group_weights("a", TRAITS, 1), group_weights("b", TRAITS, 1)
    assert first == group_weights("a", TRAITS, 1)
    assert first != second
    assert first != group_weights("a", TRAITS, 2)


def test_draws_have_the_spread_they_should():
    draws = [gauss(7, "group", f"g{number}", spread=GROUP_SPREAD) for number in range(4000)]
    assert mean(draws) == pytest.approx(0, abs=0.08)
    assert stdev(draws) == pytest.approx(GROUP_SPREAD, rel=0.05)


def test_people_scatter_around_their_group():
    group = group_weights("a", ["risk"], 1)
    people = [person_weights(group, number, 1).by_trait["risk"] for number in range(2000)]
    assert mean(people) == pytest.approx(group.by_trait["risk"], abs=0.04)
    assert stdev(people) == pytest.approx(PERSON_SPREAD, rel=0.06)
