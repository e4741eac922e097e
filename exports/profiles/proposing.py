"""Proposing generalisations: a greedy search for groups that lose little.

It starts from the answers as given. Each step either merges two groups of a question (neighbours
where its options have an order, the two rarest where they have none) or withholds a question,
whichever leaves the smallest estimated loss; it goes on until nothing is left to merge, and the
step with the smallest true loss is proposed. The estimate takes people in small classes to lose
all their answers, as in the full-domain search of P. Samarati, "Protecting respondents'
identities in microdata release", IEEE TKDE 13(6), 2001; the true loss is that of
`exports.profiles.recoding.treat`. Bottom-up merging by least loss is K. Wang, P. S. Yu and
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
        self.membership = np.array([members.index(one) for one, *_rest in rows], np.int64)
        self.columns = [
            Column([combination[place] for _one, combination, _people in rows])
            for place in range(len(population.slots))
        ]

    def path(self) -> Iterator[tuple[float, Partitions]]:
        """Every state that the greedy walk comes through, with its estimated loss."""
        now: Partitions = {
            key: tuple((option,) for option in question.options)
            for key, question in self.questions.items()
        }
        yield self.estimate(now), now
        while steps := list(self.steps(now)):
            estimate, now = min(
                ((self.estimate(step), step) for step in steps), key=lambda one: one[0]
            )
            yield estimate, now

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
        """The loss where everybody in a small class loses all answers."""
        codes, lost, answered = [self.membership], np.zeros(len(self.people)), 0.0
        left = np.zeros(len(self.people))
        for (_campaign, key), column in zip(self.population.slots, self.columns, strict=True):
            code, loss = column.under(partitions.get(key), len(self.questions[key].options))
            codes.append(code)
            lost += loss
            left += np.where(column.is_answered, 1.0 - loss, 0.0)
            answered += float((column.is_answered * self.people).sum())
        if not answered:
            return 0.0
        _unique, classes = np.unique(np.stack(codes), axis=1, return_inverse=True)
        sizes = np.bincount(classes.ravel(), self.people)[classes.ravel()]
        lost += np.where(sizes < self.choices.k, left, 0.0)
        return float((lost * self.people).sum() / answered)

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
    labels = [question.options[option] for option in options]
    if question.is_ordered:
        return f"{labels[0]} to {labels[-1]}"
    return "; ".join(labels)


def looks_ordered(labels: Sequence[str]) -> bool:
    """Whether options seem to lie in an order: every label has a number, and they do not fall.

    "Under 18" and "18 to 24" do; a guess that the researcher may correct.
    """
    firsts = [NUMBER.search(label) for label in labels]
    if len(labels) < 2 or any(one is None for one in firsts):
        return False
    numbers = [int(one.group()) for one in firsts if one]
    return numbers == sorted(numbers)
