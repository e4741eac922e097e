"""Proposed generalisations, on populations whose best answer is plain."""

from collections import Counter

from exports.profiles.choices import Answered, Choices, Recoding
from exports.profiles.proposing import looks_ordered, propose
from exports.profiles.recoding import Population, treat

AGES = {"18": "18 to 29", "30": "30 to 39", "40": "40 to 49", "50": "50 to 59"}
PLACES = {"city": "City", "town": "Town", "farm": "Farm", "boat": "Boat"}


def population(counts: dict[str, int]) -> Population:
    return Population(((1, "q"),), {(1,): Counter({((key,),): n for key, n in counts.items()})})


def question(options: dict[str, str], counts: dict[str, int], ordered: bool) -> Answered:
    return Answered("q", "Q?", options, is_ordered=ordered, people=counts)


def proposed(options: dict[str, str], counts: dict[str, int], ordered: bool, k: int = 5):
    choices = Choices("public", "excluded", k, (Recoding("q"),), ("known",))
    return propose(population(counts), {"q": question(options, counts, ordered)}, choices)


def groups_of(proposal) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.key, one.options) for one in proposal.choices.identifying[0].groups]


def test_neighbours_are_merged_into_a_band():
    proposal = proposed(AGES, {"18": 30, "30": 4, "40": 4, "50": 30}, ordered=True)
    assert groups_of(proposal) == [("30-49", ("30", "40"))]
    assert proposal.choices.identifying[0].groups[0].label == "30 to 39; 40 to 49"
    assert proposal.treated.blanked_answers == 0
    # Eight of 68 people lose a third of their answer.
    assert abs(proposal.treated.loss - 8 / 3 / 68) < 1e-9
    assert proposal.choices.withheld == ("known",)


def test_rare_options_are_merged_where_there_is_no_order():
    proposal = proposed(PLACES, {"city": 40, "town": 30, "farm": 3, "boat": 3}, ordered=False)
    assert groups_of(proposal) == [("other", ("farm", "boat"))]


def test_a_name_that_an_option_has_is_not_given_again():
    options = {"a": "A", "other": "Other", "b": "B"}
    proposal = proposed(options, {"a": 40, "other": 3, "b": 3}, ordered=False)
    assert groups_of(proposal) == [("other_2", ("other", "b"))]


def test_nothing_is_proposed_where_nobody_stands_out():
    proposal = proposed(AGES, {"18": 9, "30": 9, "40": 9, "50": 9}, ordered=True)
    assert groups_of(proposal) == []
    assert proposal.treated.loss == 0


def test_a_proposal_never_loses_more_than_blanking_alone():
    counts = {"18": 1, "30": 50, "40": 50, "50": 50}
    proposal = proposed(AGES, counts, ordered=True)
    choices = Choices("public", "excluded", 5, (Recoding("q"),))
    plain = treat(population(counts), {"q": question(AGES, counts, True)}, choices)
    assert proposal.treated.loss <= plain.loss


def test_an_order_is_guessed_from_numbers():
    assert looks_ordered(["Under 18", "18 to 24", "25 and up"])
    assert not looks_ordered(["City", "Village"])
    assert not looks_ordered(["30 to 40", "18 to 29"])
    assert not looks_ordered(["18 to 29"])
