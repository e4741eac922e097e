"""What a release would show of people, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.models import Campaign
from exports.profiles.choices import Answered, Choices
from exports.profiles.proposing import Proposal, propose
from exports.profiles.recoding import Membership, Slot, Treated, treat
from exports.profiles.suppression import Combination, Move
from exports.selectors.people_counts import answered_questions, population_of

MOST_SHOWN = 12


@dataclass(frozen=True)
class Told:
    """An answer in words, and whether it will be blanked for some of these people."""

    question: str
    answer: str
    is_blanked: bool


@dataclass(frozen=True)
class SmallCell:
    """A combination of answers that fewer than k people share; `campaigns` are theirs."""

    people: int
    told: Sequence[Told]
    campaigns: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """Counts of people and combinations; `smallest` is None where nothing is told of anybody."""

    questions: Mapping[str, Answered]
    treated: Treated
    people: int
    combinations: int
    small_people: int
    small: Sequence[SmallCell]
    small_total: int
    smallest: int | None

    @property
    def loss_percent(self) -> int:
        return round(self.treated.loss * 100)

    @property
    def more_small(self) -> int:
        return self.small_total - len(self.small)

    @property
    def total_blanked(self) -> int:
        return self.treated.blanked_answers


def preview_of(campaigns: Sequence[Campaign], choices: Choices) -> Preview:
    """How the people of now would look under these choices."""
    keys = [one.question for one in choices.identifying]
    population = population_of(campaigns, keys)
    questions = answered_questions(campaigns, population)
    treated = treat(population, questions, choices)
    small = [
        (membership, combination, people)
        for membership, counts in treated.before.items()
        for combination, people in counts.items()
        if people < choices.k and any(combination)
    ]
    small.sort(key=lambda one: (one[2], one[0], [answer or () for answer in one[1]]))
    sizes = [
        people
        for counts in treated.after.values()
        for combination, people in counts.items()
        if any(combination)
    ]
    slugs = {campaign.pk: campaign.slug for campaign in campaigns}
    return Preview(
        questions=questions,
        treated=treated,
        people=population.people,
        combinations=sum(len(counts) for counts in treated.before.values()),
        small_people=sum(people for *_rest, people in small),
        small=[
            small_cell(one, population.slots, questions, choices, treated, slugs)
            for one in small[:MOST_SHOWN]
        ],
        small_total=len(small),
        smallest=min(sizes, default=None),
    )


def small_cell(
    found: tuple[Membership, Combination, int],
    slots: Sequence[Slot],
    questions: Mapping[str, Answered],
    choices: Choices,
    treated: Treated,
    slugs: Mapping[int, str],
) -> SmallCell:
    membership, combination, people = found
    blanked = blanked_places(combination, treated.moves[membership])
    told = [
        Told(
            questions[key].label,
            words_for(answer, questions[key], choices),
            place in blanked,
        )
        for place, ((_campaign, key), answer) in enumerate(zip(slots, combination, strict=True))
        if answer is not None and key in questions
    ]
    several = len(slugs) > 1
    return SmallCell(people, told, [slugs[pk] for pk in membership] if several else [])


def blanked_places(combination: Combination, moves: Sequence[Move]) -> set[int]:
    """Which answers of a class are blanked in the end, following its people from move to move."""
    now, blanked = combination, set()
    for move in moves:
        if move.source == now:
            blanked |= {
                place
                for place, (before, after) in enumerate(zip(move.source, move.target, strict=True))
                if before is not None and after is None
            }
            now = move.target
    return blanked


def words_for(answer: Sequence[str], question: Answered, choices: Choices) -> str:
    labels = dict(question.options)
    labels |= {
        group.key: group.key
        for one in choices.identifying
        if one.question == question.key
        for group in one.groups
    }
    return ", ".join(labels.get(key, key) for key in answer)


def proposal_for(
    campaigns: Sequence[Campaign], choices: Choices, ordered: Mapping[str, bool]
) -> Proposal:
    """Groups that lose little; `ordered` tells which questions' options lie in an order."""
    keys = [one.question for one in choices.identifying]
    population = population_of(campaigns, keys)
    questions = answered_questions(campaigns, population)
    for key, is_ordered in ordered.items():
        if key in questions and not questions[key].is_multiple:
            questions[key].is_ordered = is_ordered
    return propose(population, questions, choices)
