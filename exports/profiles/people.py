"""Who is in a release and what it tells of them: decided once, for every table alike."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from exports.frozen import shelf, sources
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles.choices import Answered, Choices
from exports.profiles.recoding import Membership, Population, Slot, Treated, treat
from exports.profiles.strata import StratumReader
from exports.profiles.suppression import Combination, Move
from exports.pseudonyms import released_name
from exports.tables.people import AskedQuestion


@dataclass(frozen=True)
class Person:
    """A person's answers as one combination over all slots; `versions` of them must agree."""

    pk: int
    name: str
    membership: Membership
    combination: Combination


class ReleasedPeople:
    """The frozen people under the choices; equal data and choices give equal results."""

    def __init__(self, snapshot: Snapshot, frame: Frame, choices: Choices) -> None:
        self.snapshot, self.frame, self.choices = snapshot, frame, choices

    @cached_property
    def questions(self) -> list[AskedQuestion]:
        """The identifying questions."""
        wanted = self.choices.recodings
        return [question for question in self.frame.questions if question.key in wanted]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(
            (campaign.pk, question.key)
            for campaign in self.frame.campaigns
            for question in self.questions
        )

    @cached_property
    def _people_table(self) -> pa.Table:
        return shelf.read_table(self.snapshot.moment, "people", sources.PEOPLE)

    @cached_property
    def persons(self) -> list[Person]:
        """Everybody, in an order that tells nothing of when they came."""
        answers: defaultdict[int, dict[Slot, set[tuple[str, ...] | None]]] = defaultdict(
            lambda: defaultdict(set)
        )
        profiles = shelf.read_table(self.snapshot.moment, "profiles", sources.PROFILES)
        columns = ["campaign_pk", "annotator_pk", "answers"]
        for row in profiles.select(columns).to_pylist():
            given = json.loads(row["answers"])
            own = answers[row["annotator_pk"]]
            for question in self.questions:
                slot = (row["campaign_pk"], question.key)
                own[slot].add(as_answer(given.get(question.column)))
        names: dict[int, str] = {}
        members: defaultdict[int, set[int]] = defaultdict(set)
        for row in self._people_table.to_pylist():
            annotator = row["annotator_pk"]
            members[annotator].add(row["campaign_pk"])
            names[annotator] = self._name_of(annotator, row["own_pseudonym"])
        persons = [
            Person(
                pk,
                name,
                tuple(sorted(members[pk])),
                tuple(the_one(answers[pk][slot]) for slot in self.slots),
            )
            for pk, name in names.items()
        ]
        return sorted(persons, key=lambda one: shuffled(self.snapshot.moment_id, one.pk))

    def _name_of(self, annotator: int, own_pseudonym: str) -> str:
        kind, key = self.snapshot.pseudonyms, bytes(self.snapshot.key)
        return released_name(kind, key, annotator, own_pseudonym)

    @cached_property
    def population(self) -> Population:
        counts: defaultdict[Membership, Counter[Combination]] = defaultdict(Counter)
        for person in self.persons:
            counts[person.membership][person.combination] += 1
        return Population(self.slots, counts)

    @cached_property
    def treated(self) -> Treated:
        answered = {
            question.key: Answered(
                question.key, question.label, question.options, question.is_multiple
            )
            for question in self.questions
        }
        return treat(self.population, answered, self.choices)

    @cached_property
    def released(self) -> dict[str, Combination]:
        """What each person's answers are released as, by their name in the release."""
        recodings = [self.choices.recodings[question] for _campaign, question in self.slots]
        classes: defaultdict[tuple[Membership, Combination], list[str]] = defaultdict(list)
        for person in self.persons:
            combination = tuple(
                None if answer is None else recoding.recode(answer)
                for answer, recoding in zip(person.combination, recodings, strict=True)
            )
            classes[person.membership, combination].append(person.name)
        for membership, moves in self.treated.moves.items():
            for move in moves:
                carry_out(classes, membership, move)
        return {
            name: combination
            for (_membership, combination), names in classes.items()
            for name in names
        }

    @cached_property
    def places(self) -> pa.Array:
        """The released names; columns of this class stand in their order."""
        return pa.array([person.name for person in self.persons], pa.string())

    def answers_to(self, campaign_pk: int, question: AskedQuestion) -> pa.Array:
        """The released answers to an identifying question, in the order of `places`."""
        place = self.slots.index((campaign_pk, question.key))
        found = [self.released[person.name][place] for person in self.persons]
        if question.is_multiple:
            return pa.array(found, pa.list_(pa.string()))
        return pa.array([one[0] if one else None for one in found], pa.string())

    @cached_property
    def named_strata(self) -> dict[int, pa.Array]:
        """By campaign, the stratum of each of `places` that may be named; null where none may.

        A stratum is named only where the released answers tell it anyway, and then for everybody
        with these answers: so it tells nothing that they do not.
        """
        own: defaultdict[int, dict[str, bool]] = defaultdict(dict)
        for row in self._people_table.to_pylist():
            name = self._name_of(row["annotator_pk"], row["own_pseudonym"])
            own[row["campaign_pk"]][name] = row["stratum_may_be_named"]
        found = {}
        for campaign in self.frame.campaigns:
            reader = StratumReader(campaign, self.questions, self.choices)
            told: dict[tuple[Membership, Combination], str | None] = {}
            for person in self.persons:
                group = (person.membership, self.released[person.name])
                if group not in told:
                    told[group] = reader.told_by(self._answers_in(campaign.pk, group[1]))
                if not own[campaign.pk].get(person.name, True):
                    told[group] = None
            found[campaign.pk] = pa.array(
                [
                    told[person.membership, self.released[person.name]]
                    if person.name in own[campaign.pk]
                    else None
                    for person in self.persons
                ],
                pa.string(),
            )
        return found

    def _answers_in(
        self, campaign_pk: int, combination: Combination
    ) -> dict[str, tuple[str, ...] | None]:
        return {
            question: answer
            for (campaign, question), answer in zip(self.slots, combination, strict=True)
            if campaign == campaign_pk
        }

    @cached_property
    def hidden_campaigns(self) -> frozenset[int]:
        """Campaigns in which somebody's stratum is not named."""
        hidden = set()
        for campaign in self.frame.campaigns:
            named = dict(
                zip(
                    self.places.to_pylist(),
                    self.named_strata[campaign.pk].to_pylist(),
                    strict=True,
                )
            )
            members = {person.name for person in self.persons if campaign.pk in person.membership}
            if any(named[name] is None for name in members):
                hidden.add(campaign.pk)
        return frozenset(hidden)


def as_answer(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    if not given:
        return None
    return (given,) if isinstance(given, str) else tuple(sorted(given))


def the_one(answers: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """The answer that all versions of a profile agree on; they may leave in no other case."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def shuffled(moment_pk: int, annotator_pk: int) -> bytes:
    return hashlib.sha256(f"{moment_pk}:{annotator_pk}".encode()).digest()


def carry_out(
    classes: Mapping[tuple[Membership, Combination], list[str]], membership: Membership, move: Move
) -> None:
    """Let the first so many people of a class move to another."""
    source = classes[membership, move.source]
    classes[membership, move.target].extend(source[: move.people])
    del source[: move.people]
