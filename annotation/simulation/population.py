"""Synthetic annotators: accounts, and answers that spread them over a campaign's strata."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.access import annotator_of
from accounts.enums import QuestionKind
from accounts.models import Annotator, Question
from accounts.services.questionnaires import matches
from accounts.services.users import create_user
from annotation.errors import Conflict, StratumFull
from annotation.models import Campaign, Seat, Stratum
from annotation.services.seats import join_campaign
from annotation.simulation.behaviour import Behaviour, Kind
from annotation.simulation.utilities import Weights, chance_for, group_weights, person_weights

DECLINES = 0.1
GRANTS_OPTIONAL = 0.85


@dataclass(frozen=True)
class Person:
    """One synthetic annotator in a campaign; `number` counts from 1."""

    number: int
    seat: Seat
    weights: Weights
    kind: Kind = Kind.SINCERE


def account(campaign: Campaign, number: int, seed: int) -> Annotator:
    """The account of synthetic person `number`; it has no password that works."""
    email = f"simulated-{campaign.pk}-{seed}-{number}@simulation.invalid"
    user = create_user(email, None, must_be_new=False)
    return required_annotator(user)


def required_annotator(user: Any) -> Annotator:
    annotator = annotator_of(user)
    if annotator is None:
        raise Conflict(f"{user.email} is not an annotator, so cannot answer.")
    return annotator


def seat_people(
    campaign: Campaign,
    annotators: Iterable[tuple[int, Annotator]],
    traits: Sequence[str],
    seed: int,
    behaviour: Behaviour,
) -> list[Person]:
    """Let numbered annotators join, strata in turn; who finds the stratum full stays out."""
    questions = list(campaign.questionnaire.questions.all())
    strata = [stratum for stratum in campaign.strata.all() if stratum.target]
    if not strata:
        raise Conflict("No stratum of this campaign wants judgments; all targets are 0.")
    people = []
    for number, annotator in annotators:
        chance = chance_for(seed, "join", str(number))
        stratum = strata[(number - 1) % len(strata)]
        try:
            seat = join_campaign(
                annotator,
                campaign,
                consent_version=campaign.consent_document.version,
                purposes=purposes_granted(campaign, chance),
                answers=answers_in(stratum, questions, chance),
            )
        except StratumFull:
            continue
        people.append(person_at(number, seat, traits, seed, behaviour))
    return people


def person_at(
    number: int, seat: Seat, traits: Sequence[str], seed: int, behaviour: Behaviour
) -> Person:
    """Who sits there: the kind of person, and what they value."""
    kind = behaviour.kind_of(number, seed)
    group = true_weights(seat.stratum_key, traits, seed, behaviour)
    if kind == Kind.CARELESS:
        return Person(number, seat, Weights({}), kind)
    if kind == Kind.CONTRARIAN:
        group = Weights({name: -weight for name, weight in group.by_trait.items()})
    return Person(number, seat, person_weights(group, number, seed), kind)


def true_weights(group: str, traits: Sequence[str], seed: int, behaviour: Behaviour) -> Weights:
    """A group's weights: the given ones, where a trait left out weighs nothing, or drawn ones."""
    given = behaviour.utilities.get(group)
    if given is None:
        return group_weights(group, traits, seed)
    return Weights({**dict.fromkeys(traits, 0.0), **given})


def purposes_granted(campaign: Campaign, chance: random.Random) -> list[str]:
    return [
        purpose["key"]
        for purpose in campaign.consent_document.purposes
        if purpose["required"] or chance.random() < GRANTS_OPTIONAL
    ]


def answers_in(
    stratum: Stratum, questions: Sequence[Question], chance: random.Random
) -> dict[str, Any]:
    """Answers that put the person into the stratum; what it does not ask for is random.

    Who belongs to the catch-all has answered nothing.
    """
    answers: dict[str, Any] = {}
    if not stratum.where and not stratum.is_implicit:
        return answers
    wanted = wanted_answers(stratum, questions)
    chosen_so_far: dict[str, list[str]] = {}
    for question in questions:
        if not matches(question.show_if, chosen_so_far):
            continue
        options = wanted.get(question.key)
        if options is None and chance.random() < DECLINES:
            answers[question.key] = None
            continue
        chosen = chance.choice(options or question.option_keys)
        multiple = question.kind == QuestionKind.MULTIPLE
        answers[question.key] = [chosen] if multiple else chosen
        chosen_so_far[question.key] = [chosen]
    return answers


def wanted_answers(stratum: Stratum, questions: Sequence[Question]) -> dict[str, list[str]]:
    """What leads into the stratum: its own definition, and what its questions are asked after."""
    wanted = dict(stratum.where)
    for question in reversed(questions):
        if question.key in wanted:
            wanted = {**question.show_if, **wanted}
    return wanted
