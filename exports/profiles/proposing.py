"""Proposing generalisations: a greedy search for groups that lose little.

It starts from the answers as given. Each step either merges two groups of a question (neighbours
where its options have an order, the two rarest where they have none) or withholds a question,
whichever leaves the smallest estimated loss; it goes on until nothing is left to merge, and the
step with the smallest true loss is proposed. The estimate takes people in small classes to lose
the one answer that hides them, or all where none does (whole records are suppressed in the
full-domain search of P. Samarati, "Protecting respondents' identities in microdata release", IEEE
TKDE 13(6), 2001); the true loss is that of `exports.profiles.recoding.treat`, which few
combinations are judged by all the way. Bottom-up merging by least loss is K. Wang, P. S. Yu and
S. Chakraborty, "Bottom-up generalization", ICDM 2004. Nothing is promised about the best.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exports.profiles.choices import Answered, Choices, Group, Recoding
from exports.profiles.recoding import Population, Treated, treat

# Groups of option keys, in the options' order; None for a question that is withheld.
Partition = tuple[tuple[str, ...], ...] | None
Partitions = Mapping[str, Partition]
TRUE_LOSSES = 12
FEW_COMBINATIONS = 40
# Random multipliers that make one number of all codes of a row; two rows meet by chance less than
# once in 2^64 / rows^2.
WEIGHTS = np.random.default_rng(20_02).integers(1, 2**63, 64, np.uint64) | np.uint64(1)
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Proposal:
    choices: Choices
    treated: Treated


def propose(
    population: Population, questions: Mapping[str, Answered], choices: Choices
) -> Proposal:
    """The choices with groups proposed for every identifying question, and what they come to.

    `choices` tells which questions are identifying and `k`; its own groups are set aside.
    """
    search = Search(population, questions, choices)
    as_given, *path = search.path()
    best = sorted(path, key=lambda step: step[0])[:TRUE_LOSSES]
    tried = [search.judged(partitions) for _estimate, partitions in (as_given, *best)]
    return min(tried, key=lambda one: one.treated.loss)


class Search:
    """The state of one search; losses are summed over people's answers."""

    def __init__(
        self, population: Population, questions: Mapping[str, Answered], choices: Choices
    ) -> None:
        self.population, self.choices = population, choices
        self.questions = {
            one.question: questions[one.question]
            for one in choices.identifying
            if one.question in questions
        }
        rows = [
            (membership, combination, people)
            for membership, counts in population.counts.items()
            for combination, people in counts.items()
        ]
        self.people = np.array([people for *_rest, people in rows], np.int64)
        members = sorted({membership for membership, *_rest in rows})
        self.membership = np.array([members.index(one) for one, *_rest in rows], np.uint64)
        self.columns = [
            Column([combination[place] for _one, combination, _people in rows])
            for place in range(len(population.slots))
        ]
        self.answered = float(
            sum((column.is_answered * self.people).sum() for column in self.columns)
        )

    def path(self) -> Iterator[tuple[float, Partitions]]:
        """Every state that the greedy walk comes through, with its estimated loss."""
        now: Partitions = {
            key: tuple((option,) for option in question.options)
            for key, question in self.questions.items()
        }
        measure = self.true_loss if len(self.people) <= FEW_COMBINATIONS else self.estimate
        yield measure(now), now
        while steps := list(self.steps(now)):
            loss, now = min(((measure(step), step) for step in steps), key=lambda one: one[0])
            yield loss, now

    def true_loss(self, partitions: Partitions) -> float:
        return self.judged(partitions).treated.loss

    def steps(self, now: Partitions) -> Iterator[Partitions]:
        for key, groups in now.items():
            if groups is None:
                continue
            yield {**now, key: None}
            if len(groups) > 2:
                for merged in self.merges(self.questions[key], groups):
                    yield {**now, key: merged}

    def merges(
        self, question: Answered, groups: tuple[tuple[str, ...], ...]
    ) -> Iterator[tuple[tuple[str, ...], ...]]:
        if question.is_ordered:
            for place in range(len(groups) - 1):
                merged = groups[place] + groups[place + 1]
                yield (*groups[:place], merged, *groups[place + 2 :])
            return
        rarest = sorted(
            groups, key=lambda group: sum(question.people.get(one, 0) for one in group)
        )[:2]
        rest = tuple(group for group in groups if group not in rarest)
        yield (*rest, in_order(question, rarest[0] + rarest[1]))

    def estimate(self, partitions: Partitions) -> float:
        """The loss where people of small classes lose one answer if that hides them, else all."""
        lost = np.zeros(len(self.people))
        together = self.membership * WEIGHTS[0]
        parts, left = [], []
        for number, ((_campaign, key), column) in enumerate(
            zip(self.population.slots, self.columns, strict=True), start=1
        ):
            code, loss = column.under(partitions.get(key), len(self.questions[key].options))
            part = code.astype(np.uint64) * WEIGHTS[number % len(WEIGHTS)] * np.uint64(number)
            parts.append(part)
            left.append(np.where(code > 0, 1.0 - loss, 0.0))
            together = together + part
            lost += loss
        if not self.answered:
            return 0.0
        small = self.sizes(together) < self.choices.k
        cheapest = np.sum(left, axis=0) if left else np.zeros(len(self.people))
        for part, one in zip(parts, left, strict=True):
            hides = (self.sizes(together - part) >= self.choices.k) & (one > 0)
            cheapest = np.where(hides, np.minimum(cheapest, one), cheapest)
        lost += np.where(small, cheapest, 0.0)
        return float((lost * self.people).sum() / self.answered)

    def sizes(self, codes: np.ndarray) -> np.ndarray:
        """How many people are in each row's class; equal codes are one class."""
        _unique, classes = np.unique(codes, return_inverse=True)
        found: np.ndarray = np.bincount(classes, self.people)[classes]
        return found

    def judged(self, partitions: Partitions) -> Proposal:
        recodings = tuple(
            Recoding(key, groups_of(self.questions[key], groups))
            for key, groups in partitions.items()
            if groups is not None
        )
        withheld = [key for key, groups in partitions.items() if groups is None]
        known = [one for one in self.choices.withheld if one not in withheld]
        choices = Choices(
            profile=self.choices.profile,
            text=self.choices.text,
            k=self.choices.k,
            identifying=recodings,
            withheld=(*known, *withheld),
            reviewed_until=self.choices.reviewed_until,
        )
        treated = treat(self.population, self.questions, choices)
        return Proposal(choices, with_withheld(treated, self.population, withheld))


class Column:
    """One slot's answers, coded once, so that a partition is a lookup."""

    def __init__(self, answers: Sequence[tuple[str, ...] | None]) -> None:
        self.distinct = sorted({one for one in answers if one is not None})
        places = {one: place + 1 for place, one in enumerate(self.distinct)}
        self.codes = np.array([places[one] if one is not None else 0 for one in answers], np.int64)
        self.is_answered = self.codes > 0

    def under(self, groups: Partition, options: int) -> tuple[np.ndarray, np.ndarray]:
        """The codes and losses of the answers in these groups."""
        if groups is None:
            return np.zeros_like(self.codes), self.is_answered.astype(float)
        group_of = {option: place for place, group in enumerate(groups) for option in group}
        sizes = [len(group) for group in groups]
        codes: dict[frozenset[int], int] = {}
        new, losses = [0], [0.0]
        for answer in self.distinct:
            found = frozenset(group_of[one] for one in answer if one in group_of)
            new.append(codes.setdefault(found, len(codes) + 1))
            total = sum((sizes[one] - 1) / max(options - 1, 1) for one in found)
            losses.append(total / max(len(found), 1))
        return np.array(new)[self.codes], np.array(losses)[self.codes]


def with_withheld(treated: Treated, population: Population, withheld: Sequence[str]) -> Treated:
    """Withheld questions have lost all their answers: counted as blanked."""
    places = [place for place, (_one, key) in enumerate(population.slots) if key in withheld]
    lost = sum(
        people * sum(combination[place] is not None for place in places)
        for counts in population.counts.values()
        for combination, people in counts.items()
    )
    return Treated(
        treated.before,
        treated.moves,
        treated.after,
        treated.answers + lost,
        treated.lost_in_groups,
        treated.lost_by_blanking + lost,
    )


def in_order(question: Answered, options: Sequence[str]) -> tuple[str, ...]:
    return tuple(option for option in question.options if option in options)


def groups_of(question: Answered, groups: Sequence[Sequence[str]]) -> tuple[Group, ...]:
    """Names for the groups that hold more than one option; the others stay themselves."""
    named, used = [], set(question.options)
    for options in groups:
        if len(options) > 1:
            key = free_name(group_name(question, options), used)
            used.add(key)
            named.append(Group(key, group_label(question, options), tuple(options)))
    return tuple(named)


def group_name(question: Answered, options: Sequence[str]) -> str:
    """Short words for several options: "18-39" for bands of numbers, else "other" or a to b."""
    if not question.is_ordered:
        return "other"
    first = NUMBER.findall(question.options[options[0]]) or NUMBER.findall(options[0])
    last = NUMBER.findall(question.options[options[-1]]) or NUMBER.findall(options[-1])
    if first and last and len(last) > 1:
        return f"{first[0]}-{last[-1]}"
    return f"{options[0]}_to_{options[-1]}"


def free_name(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name}_{number}"
    return free


def group_label(question: Answered, options: Sequence[str]) -> str:
    return "; ".join(question.options[option] for option in options)


def looks_ordered(labels: Sequence[str]) -> bool:
    """Whether options seem to lie in an order: every label has a number, and they do not fall.

    "Under 18" and "18 to 24" do; a guess that the researcher may correct.
    """
    firsts = [NUMBER.search(label) for label in labels]
    if len(labels) < 2 or any(one is None for one in firsts):
        return False
    numbers = [int(one.group()) for one in firsts if one]
    return numbers == sorted(numbers)
