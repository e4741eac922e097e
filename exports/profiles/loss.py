"""How much a release tells less than people answered.

The Loss Metric of V. S. Iyengar, "Transforming data to satisfy privacy constraints", KDD 2002: an
answer released as a group of m of a question's M options has lost (m − 1) / (M − 1), a blanked one
all; several answers to one question count with their mean. The release's loss is the mean over
all people's answers to the chosen questions, from 0 (as given) to 1 (nothing left). What was not
answered has nothing to lose and does not count.
"""

from collections.abc import Iterable, Mapping, Sequence

from exports.profiles.choices import Answered, Recoding
from exports.profiles.suppression import Combination, Cost, Move

BLANKED = 1.0


def group_losses(question: Answered, recoding: Recoding) -> dict[str, float]:
    """What an answer loses by its group's key; keys of options that stay themselves lose 0."""
    widest = max(len(question.options) - 1, 1)
    return {group.key: min(BLANKED, (len(group.options) - 1) / widest) for group in recoding.groups}


def answer_loss(losses: Mapping[str, float], answer: Sequence[str]) -> float:
    """What one released answer has lost, 0 to 1."""
    if not answer:
        return 0.0
    return sum(losses.get(key, 0.0) for key in answer) / len(answer)


def blanking_cost(losses: Sequence[Mapping[str, float]]) -> Cost:
    """What is still lost when a recoded answer is blanked; `losses` by place."""
    return lambda place, answer: BLANKED - answer_loss(losses[place], answer)


def loss_of_groups(
    losses: Sequence[Mapping[str, float]], counts: Mapping[Combination, int]
) -> float:
    """The summed loss of recoded answers, before anything is blanked."""
    return sum(
        people * answer_loss(losses[place], answer)
        for combination, people in counts.items()
        for place, answer in enumerate(combination)
        if answer is not None
    )


def loss_of_moves(cost: Cost, moves: Iterable[Move]) -> float:
    """The summed loss of what moves blank on top of the groups."""
    return sum(
        move.people * cost(place, before)
        for move in moves
        for place, (before, after) in enumerate(zip(move.source, move.target, strict=True))
        if before is not None and after is None
    )


def answers_in(counts: Mapping[Combination, int]) -> int:
    """How many answers there are to lose."""
    return sum(
        people * sum(answer is not None for answer in combination)
        for combination, people in counts.items()
    )
