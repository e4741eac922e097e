"""Figures as files: coverage, demographics and answers, each with its numbers as CSV beside it."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from exports.documentation.cells import number_text, without_small
from exports.documentation.counting import (
    BOTH_BAD,
    CLEAR,
    DEPENDS,
    KINDS_OF_ANSWER,
    PREFERRED,
    SLIGHT,
    TIE,
)
from exports.documentation.dataset import Dataset, Part
from exports.documentation.svg import Bar, bar_chart
from exports.tables import Column, Kind, Table
from exports.tables.people import AskedQuestion

BLUE, GREY = "#2a5fa5", "#b9bec9"
COLOURS = {
    CLEAR: "#1f4e8c",
    SLIGHT: "#6f9bd1",
    PREFERRED: "#2a5fa5",
    TIE: "#c9ccd4",
    BOTH_BAD: "#b4532a",
    DEPENDS: "#e0b04a",
}
NOT_NAMED = "(not named)"
FEW = "fewer people than this release tells of"
HIDDEN = "not told by stratum in this release, since it would tell who is in which"
ALL_STRATA = "(all)"
CAMPAIGN = Column("campaign", Kind.TEXT, "The campaign, by its slug.")
COVERAGE = Table(
    "figure-coverage",
    "The design against what was reached, by stratum.",
    (
        CAMPAIGN,
        Column(
            "stratum", Kind.TEXT, "The annotator stratum, by its key.", f"{ALL_STRATA}: the sum"
        ),
        Column(
            "people", Kind.INTEGER, "People who have a seat in it.", "count", f"{FEW}, or {HIDDEN}"
        ),
        Column("target_per_item", Kind.INTEGER, "The most judgments wanted per item.", "count"),
        Column("wanted", Kind.INTEGER, "Judgments wanted over all items.", "count"),
        Column(
            "submitted",
            Kind.INTEGER,
            "Judgments taken that count towards them.",
            "count",
            HIDDEN,
        ),
        Column("under_way", Kind.INTEGER, "Being answered at the moment.", "count", HIDDEN),
        Column("open", Kind.INTEGER, "Places that nobody fills.", "count", HIDDEN),
        Column(
            "reached",
            Kind.FLOAT,
            "Submitted of wanted.",
            "share",
            f"nothing was wanted, or {HIDDEN}",
        ),
    ),
)
DEMOGRAPHICS = Table(
    "figure-demographics",
    "Who judged, by what people say of themselves: each person once, with their newest profile.",
    (
        CAMPAIGN,
        Column("question", Kind.TEXT, "The question, by its column in `annotators`."),
        Column(
            "option",
            Kind.TEXT,
            "The answer, by its key.",
            null="people of whom nothing is released here",
        ),
        Column("people", Kind.INTEGER, "People with this answer.", "count", FEW),
        Column(
            "share",
            Kind.FLOAT,
            "Of the people whose answer is released.",
            "share",
            f"nothing is released here, or {FEW}",
        ),
        Column(
            "population_share",
            Kind.FLOAT,
            "Of the population that the researchers state.",
            "share",
            "not stated",
        ),
    ),
)
ANSWERS = Table(
    "figure-answers",
    "Kinds of answers by criterion and stratum: final judgments, repeats left out.",
    (
        CAMPAIGN,
        Column("criterion", Kind.TEXT, "The criterion, by its key."),
        Column("stratum", Kind.TEXT, "The annotator stratum.", null="all people together"),
        Column(
            "answer",
            Kind.TEXT,
            "What the answer says of two responses.",
            ", ".join(KINDS_OF_ANSWER),
        ),
        Column("pairs", Kind.INTEGER, "Pairs of responses answered so.", "count", FEW),
        Column(
            "share", Kind.FLOAT, "Of all pairs of the row's criterion and stratum.", "share", FEW
        ),
    ),
)
TABLES = (COVERAGE, DEMOGRAPHICS, ANSWERS)
Rows = list[dict[str, object]]


@dataclass
class Figure:
    """One figure: its numbers, and how they are drawn."""

    table: Table
    title: str
    description: str
    legend: Sequence[tuple[str, str]]
    bars: list[Bar] = field(default_factory=list)
    rows: Rows = field(default_factory=list)

    @property
    def svg(self) -> str:
        return bar_chart(self.title, self.description, self.legend, self.bars)

    @property
    def csv(self) -> str:
        text = StringIO(newline="")
        lines = csv.DictWriter(text, self.table.header, lineterminator="\r\n")
        lines.writeheader()
        lines.writerows(self.rows)
        return text.getvalue()


def figures(dataset: Dataset) -> Iterator[Figure]:
    """Those for which there is anything to draw."""
    for made in (coverage(dataset), demographics(dataset), answers(dataset)):
        if made.rows:
            yield made


def coverage(dataset: Dataset) -> Figure:
    made = Figure(
        COVERAGE,
        "Judgments submitted, of those wanted, by stratum",
        "One bar a stratum: the outline is what the design wants, the filled part what is there.",
        [(BLUE, "submitted"), (GREY, "outline: wanted")],
    )
    found = [(part, reached_by_stratum(part)) for part in dataset.parts]
    most = max((one.wanted for _part, strata in found for one in strata), default=0)
    for part, strata in found:
        if part.of and strata:
            made.bars.append(Bar(part.campaign.slug))
        for one in strata:
            made.bars.append(coverage_bar(one, most))
            made.rows.append(coverage_row(part, one))
    return made


@dataclass(frozen=True)
class Reached:
    """What a stratum was to give and gave; None for what is not told."""

    key: str
    target_per_item: int
    wanted: int
    people: int | None
    submitted: int | None
    under_way: int | None
    open: int | None

    @property
    def share(self) -> float | None:
        return self.submitted / self.wanted if self.wanted and self.submitted is not None else None


def reached_by_stratum(part: Part) -> list[Reached]:
    """Every stratum and, where what they reached is not told one by one, all together."""
    strata = part.facts.strata
    people = without_small({one.key: one.people for one in strata}, part.least, adds_up=True)
    if part.tells_strata:
        return [
            Reached(
                *(one.key, one.target_per_item, one.wanted),
                *(people[one.key], one.submitted, one.leased, one.open),
            )
            for one in strata
        ]
    every = Reached(
        key=ALL_STRATA,
        target_per_item=sum(one.target_per_item for one in strata),
        wanted=sum(one.wanted for one in strata),
        people=part.facts.people,
        submitted=sum(one.submitted for one in strata),
        under_way=sum(one.leased for one in strata),
        open=sum(one.open for one in strata),
    )
    nothing = (None, None, None, None)
    return [
        *(Reached(one.key, one.target_per_item, one.wanted, *nothing) for one in strata),
        every,
    ]


def coverage_bar(one: Reached, most: int) -> Bar:
    submitted = "not told" if one.submitted is None else f"{one.submitted:,}"
    return Bar(
        one.key,
        f"{submitted} of {one.wanted:,}",
        [((one.submitted or 0) / most if most else 0.0, BLUE)],
        outline=one.wanted / most if most else 0.0,
    )


def coverage_row(part: Part, one: Reached) -> dict[str, object]:
    return {
        "campaign": part.campaign.slug,
        "stratum": one.key,
        "people": one.people,
        "target_per_item": one.target_per_item,
        "wanted": one.wanted,
        "submitted": one.submitted,
        "under_way": one.under_way,
        "open": one.open,
        "reached": rounded(one.share),
    }


@dataclass(frozen=True)
class Demographic:
    """What people of a campaign answered to one question; None stands for a small number.

    `released` are the people whose answer is in the data, `silent` the others.
    """

    question: AskedQuestion
    people: Mapping[str, int | None]
    released: int
    silent: int | None
    population: Mapping[str, float]

    def share(self, option: str) -> float | None:
        """Of the people with an answer; None also where that would tell how many have none."""
        number = self.people[option]
        if number is None or self.silent is None or not self.released:
            return None
        return number / self.released


def demographics_of(dataset: Dataset, part: Part) -> list[Demographic]:
    """The questions that the campaign's people were asked, options in their own order."""
    found = []
    for question in dataset.frame.questions:
        answered, silent = part.counts.answers[question.column], part.counts.silent[question.column]
        if not answered and not part.counts.people:
            continue
        options = {key: answered[key] for key in [*question.options, *sorted(answered)]}
        least = part.least
        cells = {**{f"={key}": number for key, number in options.items()}, "": silent}
        shown = without_small(cells, least, adds_up=not question.is_multiple)
        found.append(
            Demographic(
                question,
                {key: shown[f"={key}"] for key in options},
                part.counts.people - silent,
                shown[""],
                population_of(dataset, part, question),
            )
        )
    return found


def population_of(dataset: Dataset, part: Part, question: AskedQuestion) -> dict[str, float]:
    """The stated shares of the population, adding up to one; options that are released as one
    have their shares together."""
    stated = part.campaign.about.get("population_shares", {}).get(question.key, {})
    recoding = dataset.profile.choices.recodings.get(question.key)
    group_of = recoding.group_of if recoding else {}
    total = sum(stated.values())
    shares: dict[str, float] = {}
    for option, share in stated.items():
        key = group_of.get(option, option)
        shares[key] = shares.get(key, 0.0) + share / total
    return shares


def demographics(dataset: Dataset) -> Figure:
    made = Figure(
        DEMOGRAPHICS,
        "Who judged, of the people whose answer is released",
        "One bar an answer: the share of people who gave it. A black line is the share of the "
        "population that the researchers state.",
        [(BLUE, "people"), ("#1b1b1f", "line: population, where stated")],
    )
    for part in dataset.parts:
        for one in demographics_of(dataset, part):
            name = f"{part.campaign.slug}: {one.question.label}" if part.of else one.question.label
            made.bars.append(Bar(name))
            for option, number in one.people.items():
                made.rows.append(demographic_row(part, one, option, number))
                share = one.share(option)
                made.bars.append(
                    Bar(
                        one.question.options.get(option, option),
                        number_text(number) + ("" if share is None else f" ({share:.1%})"),
                        [(share or 0.0, BLUE)],
                        mark=one.population.get(option),
                    )
                )
            made.rows.append(
                {
                    "campaign": part.campaign.slug,
                    "question": one.question.column,
                    "option": None,
                    "people": one.silent,
                    "share": None,
                    "population_share": None,
                }
            )
    return made


def demographic_row(
    part: Part, one: Demographic, option: str, number: int | None
) -> dict[str, object]:
    return {
        "campaign": part.campaign.slug,
        "question": one.question.column,
        "option": option,
        "people": number,
        "share": rounded(one.share(option)),
        "population_share": rounded(one.population.get(option)),
    }


@dataclass(frozen=True)
class Answers:
    """How pairs of responses were answered, by all or by one stratum; None where few people did."""

    criterion: str
    stratum: str | None
    kinds: Mapping[str, int] | None

    @property
    def pairs(self) -> int:
        return sum(self.kinds.values()) if self.kinds else 0


def answers_of(part: Part) -> list[Answers]:
    """Each criterion over all people, then by stratum where there is more than one."""
    found: list[Answers] = []
    for criterion in part.campaign.criterion_keys:
        by_stratum = {
            stratum: counter
            for (key, stratum), counter in part.counts.answered.items()
            if key == criterion
        }
        if not by_stratum:
            continue
        whole = {
            kind: sum(counter[kind] for counter in by_stratum.values()) for kind in KINDS_OF_ANSWER
        }
        found.append(Answers(criterion, None, with_numbers(whole)))
        if len(by_stratum) > 1:
            told = told_strata(part, by_stratum)
            found += [
                Answers(
                    criterion,
                    stratum or NOT_NAMED,
                    with_numbers(counter) if stratum in told else None,
                )
                for stratum in part.in_order(by_stratum)
                for counter in [by_stratum[stratum]]
            ]
    return found


def told_strata(part: Part, strata: Iterable[str | None]) -> set[str | None]:
    """The strata in which enough people answered; no single other one is left to be worked out."""
    people = {one: len(part.counts.people_by_stratum[one]) for one in strata}
    told = {one for one, number in people.items() if number >= part.least}
    if len(people) - len(told) == 1 and told:
        told.remove(min(told, key=lambda one: (people[one], one or "~")))
    return told


def with_numbers(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind: counts[kind] for kind in KINDS_OF_ANSWER if counts.get(kind)}


def answers(dataset: Dataset) -> Figure:
    made = Figure(
        ANSWERS,
        "How pairs of responses were answered, by criterion and stratum",
        "One bar a criterion or stratum, divided by kind of answer; each bar is the whole of its "
        "answers.",
        [],
    )
    used: set[str] = set()
    for part in dataset.parts:
        for one in answers_of(part):
            if one.stratum is None:
                name = f"{part.campaign.slug}: {one.criterion}" if part.of else one.criterion
                made.bars.append(Bar(name))
            made.bars.append(answer_bar(one))
            used |= set(one.kinds or ())
            made.rows += answer_rows(part, one)
    made.legend = [(COLOURS[kind], kind) for kind in KINDS_OF_ANSWER if kind in used]
    return made


def answer_bar(one: Answers) -> Bar:
    kinds = one.kinds or {}
    return Bar(
        one.stratum or "everybody",
        f"{one.pairs:,} pairs" if one.kinds is not None else "small",
        [(number / one.pairs, COLOURS[kind]) for kind, number in kinds.items()],
        outline=1.0,
    )


def answer_rows(part: Part, one: Answers) -> Rows:
    place = {
        "campaign": part.campaign.slug,
        "criterion": one.criterion,
        "stratum": one.stratum,
    }
    if one.kinds is None:
        return [{**place, "answer": kind, "pairs": None, "share": None} for kind in KINDS_OF_ANSWER]
    return [
        {**place, "answer": kind, "pairs": number, "share": rounded(number / one.pairs)}
        for kind, number in one.kinds.items()
    ]


def rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
