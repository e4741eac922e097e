"""A population as a release would show it: recoded, then blanked where people stand out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports.profiles.choices import Answered, Choices
from exports.profiles.loss import (
    answers_in,
    blanking_cost,
    group_losses,
    loss_of_groups,
    loss_of_moves,
)
from exports.profiles.suppression import Combination, Move, suppress

# Which question of which campaign an answer stands for.
Slot = tuple[int, str]
# The campaigns that a person is in.
Membership = tuple[int, ...]


@dataclass(frozen=True)
class Population:
    """How many people of each membership gave each combination of answers, slot by slot.

    A slot is a question of a campaign: people of several campaigns answer each for itself. A
    multiple answer is the sorted keys of the options chosen.
    """

    slots: tuple[Slot, ...]
    counts: Mapping[Membership, Mapping[Combination, int]]

    @property
    def people(self) -> int:
        return sum(sum(counts.values()) for counts in self.counts.values())

    @property
    def campaigns(self) -> list[int]:
        return sorted({campaign for membership in self.counts for campaign in membership})


@dataclass(frozen=True)
class Treated:
    """A population after its treatment, and what that lost (see `exports.profiles.loss`)."""

    before: Mapping[Membership, Mapping[Combination, int]]
    moves: Mapping[Membership, list[Move]]
    after: Mapping[Membership, Mapping[Combination, int]]
    answers: int
    lost_in_groups: float
    lost_by_blanking: float

    @property
    def loss(self) -> float:
        """Between 0 and 1; 0 where there is nothing to lose."""
        if not self.answers:
            return 0.0
        return (self.lost_in_groups + self.lost_by_blanking) / self.answers

    @property
    def blanked_answers(self) -> int:
        return sum(
            move.people * (filled(move.source) - filled(move.target))
            for moves in self.moves.values()
            for move in moves
        )


def filled(combination: Combination) -> int:
    return sum(answer is not None for answer in combination)


def recoded(population: Population, choices: Choices) -> dict[Membership, Counter[Combination]]:
    """The same people with their answers in the chosen groups; withheld questions are blank."""
    recodings = [choices.recodings.get(question) for _campaign, question in population.slots]
    found: dict[Membership, Counter[Combination]] = {}
    for membership, counts in population.counts.items():
        found[membership] = Counter()
        for combination, people in counts.items():
            released = tuple(
                None if answer is None or recoding is None else recoding.recode(answer)
                for answer, recoding in zip(combination, recodings, strict=True)
            )
            found[membership][released] += people
    return found


def losses_by_slot(
    population: Population, questions: Mapping[str, Answered], choices: Choices
) -> list[dict[str, float]]:
    """What each group loses, slot by slot."""
    return [
        group_losses(questions[question], choices.recodings[question])
        if question in questions and question in choices.recodings
        else {}
        for _campaign, question in population.slots
    ]


def treat(population: Population, questions: Mapping[str, Answered], choices: Choices) -> Treated:
    """Recode, then blank until every class has `choices.k` people, membership by membership.

    Slots are those of the identifying questions: others are not recoded but left out before.
    """
    losses: Sequence[Mapping[str, float]] = losses_by_slot(population, questions, choices)
    cost = blanking_cost(losses)
    before = recoded(population, choices)
    moves, after = {}, {}
    for membership, counts in before.items():
        moves[membership], after[membership] = suppress(counts, choices.k, cost)
    return Treated(
        before=before,
        moves=moves,
        after=after,
        answers=sum(answers_in(counts) for counts in before.values()),
        lost_in_groups=sum(loss_of_groups(losses, counts) for counts in before.values()),
        lost_by_blanking=sum(loss_of_moves(cost, one) for one in moves.values()),
    )
