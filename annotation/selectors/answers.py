"""What everybody answered to one item: answers side by side, and how they are distributed.

People are pseudonyms. Nothing says what most of them answered: every answer is there with its
count, by stratum, and none is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from annotation.enums import AnswersWith
from annotation.models import Item, Judgment, JudgmentFlag, Response
from annotation.models.judgment import WITH_REASON
from annotation.passages import plain_text
from annotation.selectors.campaigns import latest_judgments
from annotation.selectors.research import (
    JudgmentLine,
    answers_in_words,
    asked_in,
    judgment_line,
    light,
)
from annotation.task_types import Asked, letter, task_type_of

ANSWERS_A_PAGE = 24
# So many different answers to one item are read for its distribution, the most frequent first.
MOST_DIFFERENT = 5_000
NONE_LAST = 9.0


@dataclass(frozen=True)
class AnswerFilter:
    """Whose answers are looked at; `earlier` also those that were revised since."""

    stratum: str = ""
    only: str = ""
    earlier: bool = False


@dataclass(frozen=True)
class Passage:
    """A highlighted passage: in which response, its text, and the note on it."""

    response: str
    text: str
    note: str


@dataclass(frozen=True)
class GivenAnswer:
    """One person's answer with what belongs to it; `before` are the words it replaced."""

    line: JudgmentLine
    passages: list[Passage]
    acceptable: list[tuple[str, bool]]
    flags: list[str]
    before: list[tuple[str, str]] = field(default_factory=list)
    is_replaced: bool = False


@dataclass(frozen=True)
class AnswerPage:
    """Newest first; `older` is the id from which the next page goes on, None at the end."""

    answers: list[GivenAnswer]
    older: int | None
    is_first: bool


@dataclass(frozen=True)
class AnswerCount:
    """How many people of each stratum gave an answer, in the order of the distribution's strata."""

    label: str
    counts: list[int]
    total: int
    percent: float


@dataclass(frozen=True)
class Distribution:
    """Answers to one criterion, or to a criterion about one response (`response` its letter).

    `people` counts who answered, in each stratum and in all; where several answers can be given
    at once, counts add up to more.
    """

    criterion: str
    response: str
    strata: list[str]
    answers: list[AnswerCount]
    people: list[int]
    total: int


def answers_on(
    item: Item, responses: Sequence[Response], chosen: AnswerFilter, *, before: int | None = None
) -> AnswerPage:
    """A page of answers by keyset, older than `before`; two queries."""
    judgments = light(latest_judgments(item.campaign)).filter(item=item)
    judgments = judgments.select_related("superseded_by").prefetch_related("flags")
    judgments = chosen_of(judgments, chosen)
    if before is not None:
        judgments = judgments.filter(pk__lt=before)
    found = list(judgments[: ANSWERS_A_PAGE + 1])
    shown = found[:ANSWERS_A_PAGE]
    names, asked = letters_of(responses), asked_in(item.campaign)
    texts = {one.external_id: plain_text(one.content) for one in responses}
    return AnswerPage(
        answers=[given_answer(one, names, asked, texts) for one in shown],
        older=shown[-1].pk if len(found) > ANSWERS_A_PAGE else None,
        is_first=before is None,
    )


def chosen_of(judgments: QuerySet[Judgment], chosen: AnswerFilter) -> QuerySet[Judgment]:
    if not chosen.earlier:
        judgments = judgments.filter(superseded_by__isnull=True)
    if chosen.stratum:
        judgments = judgments.filter(stratum__key=chosen.stratum)
    flagged = JudgmentFlag.objects.filter(judgment=OuterRef("pk"))
    conditions: dict[str, Q | Exists] = {
        AnswersWith.REASONS: WITH_REASON,
        AnswersWith.PASSAGES: (Q(spans__isnull=False) & ~Q(spans=[]))
        | Q(answers__icontains='"spans"'),
        AnswersWith.FLAGS: Exists(flagged),
    }
    return judgments.filter(conditions[chosen.only]) if chosen.only else judgments


def letters_of(responses: Sequence[Response]) -> dict[str, str]:
    """A, B, … by the responses' positions in the item."""
    return {one.external_id: letter(place) for place, one in enumerate(responses)}


def given_answer(
    judgment: Judgment, names: dict[str, str], asked: dict[str, Asked], texts: dict[str, str]
) -> GivenAnswer:
    earlier = judgment.supersedes
    return GivenAnswer(
        line=judgment_line(judgment, names, asked),
        passages=passages_in(judgment, names, texts),
        acceptable=acceptable_in(judgment, names),
        flags=[flag.get_flag_display() for flag in judgment.flags.all()],
        before=answers_in_words(earlier, names, asked) if earlier else [],
        is_replaced=hasattr(judgment, "superseded_by"),
    )


def passages_in(judgment: Judgment, names: dict[str, str], texts: dict[str, str]) -> list[Passage]:
    """Passages of the judgment as a whole, then of each criterion."""
    spans = list(judgment.spans or [])
    for answer in judgment.answers.values():
        spans += answer.get("spans") or []
    return [
        Passage(
            names[span["response"]],
            texts[span["response"]][span["start"] : span["end"]],
            span.get("note", ""),
        )
        for span in spans
    ]


def acceptable_in(judgment: Judgment, names: dict[str, str]) -> list[tuple[str, bool]]:
    given = dict(judgment.acceptable or {})
    for answer in judgment.answers.values():
        given |= answer.get("acceptable") or {}
    return sorted((names[one], verdict) for one, verdict in given.items())


def distributions_on(item: Item, responses: Sequence[Response]) -> list[Distribution]:
    """Each criterion's answers by stratum: what every person says now, repeats left out; one query.

    Equal answers are counted by the database, so that many people cost no more than few.
    """
    rows = (
        Judgment.objects.filter(
            item=item, superseded_by__isnull=True, is_repeat=False, erased_at=None
        )
        .order_by()
        .values_list("stratum__key", "task_type", "answers")
        .annotate(people=Count("pk"), place=Min("stratum__position"))
        .order_by("place", "-people")[:MOST_DIFFERENT]
    )
    tallies: dict[tuple[str, str], Tally] = {}
    names, asked = letters_of(responses), asked_in(item.campaign)
    for stratum, task_type, answers, people, _place in rows:
        for criterion, answer in answers.items():
            how = asked.get(criterion, Asked())
            for response, said in said_in(task_type, answer, names, how):
                tally = tallies.setdefault((criterion, response), Tally())
                tally.add(stratum or "", said, people)
    return [tally.distribution(*about) for about, tally in tallies.items()]


def said_in(
    key: str, answer: dict[str, Any], names: dict[str, str], asked: Asked
) -> Iterable[tuple[str, list[tuple[float, str]]]]:
    """(response, [(place in order, words)]): what one answer says of each thing it is about."""
    task_type = task_type_of(key)
    ids = list(names)
    rated = list(task_type.ratings(answer, response_ids=ids))
    if rated:
        for one in rated:
            yield names[one.response_id], [(one.rating, f"{one.rating:g}")]
        return
    values = task_type.seen_values(answer)
    if values is not None:
        seen = [
            (
                0.0,
                task_type.summarise({"values": {one.key: one.strength}}, names=names, asked=asked),
            )
            for one in values
        ]
        words = task_type.summarise({"values": {}}, names=names, asked=asked)
        yield "", seen or [(NONE_LAST, words)]
        return
    words = task_type.summarise(answer, names=names, asked=asked)
    yield "", [(place_of(answer, key, ids), words)]


def place_of(answer: dict[str, Any], key: str, ids: list[str]) -> float:
    """From clearly the first to clearly the second; what is no grade comes last, else no order."""
    if key != "pairwise":
        return 0.0
    for one in task_type_of(key).comparisons(answer, response_ids=ids):
        return NONE_LAST if one.preference is None else float(one.preference)
    return NONE_LAST


class Tally:
    """Counts of answers by stratum, as they are found."""

    def __init__(self) -> None:
        self.strata: list[str] = []
        self.places: dict[str, float] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.people: dict[str, int] = {}

    def add(self, stratum: str, said: list[tuple[float, str]], people: int) -> None:
        if stratum not in self.strata:
            self.strata.append(stratum)
        self.people[stratum] = self.people.get(stratum, 0) + people
        for place, words in said:
            self.places[words] = place
            self.counts[words, stratum] = self.counts.get((words, stratum), 0) + people

    def distribution(self, criterion: str, response: str) -> Distribution:
        total = sum(self.people.values())
        answers = [self.answer(words, total) for words in self.places]
        answers.sort(key=lambda one: (self.places[one.label], -one.total, one.label))
        return Distribution(
            criterion,
            response,
            self.strata,
            answers,
            [self.people[stratum] for stratum in self.strata],
            total,
        )

    def answer(self, words: str, total: int) -> AnswerCount:
        counts = [self.counts.get((words, stratum), 0) for stratum in self.strata]
        return AnswerCount(words, counts, sum(counts), 100 * sum(counts) / total)
