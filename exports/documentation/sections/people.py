"""Who judged: demographics against a population, recruitment, pay, consent."""

from collections.abc import Mapping

from exports.documentation.cells import number_text, small_words
from exports.documentation.dataset import Dataset, Part
from exports.documentation.figures import DEMOGRAPHICS, Demographic, demographics_of
from exports.documentation.markdown import bullets, figure, grid, one_line, quoted, section
from exports.documentation.stated import stated
from exports.documentation.wording import counted
from exports.frozen.frame import FrozenConsent

PROTECTED = (
    "In this release answers were joined or left out so that nobody stands out (see “What was "
    "chosen for this release”). The tables below count what is released: they are no longer "
    "shares of all who took part."
)


def who_judged(dataset: Dataset, part: Part) -> str:
    found = demographics_of(dataset, part)
    return section(
        f"Who judged{part.of}",
        f"{counted(part.facts.people, 'person', 'people')} took a seat in the campaign; "
        f"`annotators` tells of {part.counts.people:,}. What follows is what they say of "
        "themselves: every question could be declined, answers are bound to a purpose, and an "
        "answer is here only if the person's last word on their consent covers it. Each person "
        "counts once, with the newest version of their profile.",
        small_words(part.least) if found else "",
        PROTECTED if found and dataset.profile.choices.touches_people else "",
        *(question_text(one) for one in found),
        "" if found else "People were not asked about themselves, or nothing of it is released.",
        figure(
            DEMOGRAPHICS.name,
            "Bars of how many people gave each answer, with the population's shares where stated. "
            "The tables above hold the same numbers.",
        )
        if found
        else "",
        "### Whom they stand for",
        reference(part, found),
        "### How people were found",
        stated(part, "recruitment"),
        "### What people got for it",
        stated(part, "pay"),
        "### Ethical review",
        stated(part, "ethics"),
        "### Funding",
        stated(part, "funding"),
    )


def question_text(one: Demographic) -> str:
    question = one.question
    header = ["answer", "people", "of those with an answer"]
    rows = [
        [
            f"`{option}` {one_line(question.options.get(option, ''))}".strip(),
            number_text(number),
            share_text(one.share(option)),
            *([share_text(one.population.get(option, 0.0))] if one.population else []),
        ]
        for option, number in one.people.items()
    ]
    nothing = ["nothing released", number_text(one.silent), "", *([""] if one.population else [])]
    return "\n\n".join(
        [
            f"### `{question.column}`: {one_line(question.label)}",
            grid([*header, *(["population"] if one.population else [])], [*rows, nothing]),
            note_on(one),
        ]
    )


def share_text(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def note_on(one: Demographic) -> str:
    purposes = ", ".join(f"`{purpose}`" for purpose in one.question.purposes)
    bound = (
        f"Released where people agreed to {purposes}."
        if purposes
        else "Released where people agreed to `demographics`, or to everything where the consent "
        "names no such purpose."
    )
    several = " People could give several answers, so shares can add up to more than one."
    return bound + (several if one.question.is_multiple else "")


def reference(part: Part, found: list[Demographic]) -> str:
    words = part.campaign.about.get("population", "")
    shares = [f"`{one.key}` {one.share:g}" for one in part.campaign.strata if one.share is not None]
    pieces = [stated(part, "population")]
    if any(one.population for one in found):
        pieces.append(
            "The column “population” above holds the shares that the researchers state for it, "
            "brought to a sum of 100 %."
        )
    if shares:
        pieces.append(
            "The design allots judgments to strata by these shares of a population, as the "
            f"researchers gave them: {', '.join(shares)}."
        )
    if not words and not shares and not any(one.population for one in found):
        pieces.append(
            "Without a reference population nothing can be said about whom these people "
            "represent. Read shares as shares of these people."
        )
    return "\n\n".join(pieces)


STAYING = (
    "When somebody withdraws who agreed to this version, their judgments stay under a new "
    "pseudonym that leads to nobody, with their stratum; answers about the person and texts they "
    "wrote go."
)


def consent(part: Part) -> str:
    said = {one.version: one for one in part.facts.consents}
    people = {version: one.people for version, one in said.items()}
    agreed = {version: one.purposes for version, one in said.items()}
    return section(
        f"What people agreed to{part.of}",
        "Each person with a seat counts once, under the version on which they had their last "
        "word. These counts come from the consents themselves, not from the tables.",
        *(
            consent_text(document, people.get(document.version, 0), agreed, part)
            for document in part.campaign.consents
        ),
    )


def consent_text(
    document: FrozenConsent, people: int, agreed: Mapping[int, Mapping[str, int]], part: Part
) -> str:
    given = agreed.get(document.version, {})
    told = people if people >= part.least or not people else None
    lines = [
        f"`{purpose['key']}` ({'required' if purpose['required'] else 'optional'}): "
        f"{one_line(purpose['label'])} – {agreed_text(given.get(purpose['key'], 0), people, part)}"
        for purpose in document.purposes
    ]
    staying = [STAYING] if document.keeps_judgments else []
    return "\n\n".join(
        [
            f"### Consent text, version {document.version}",
            quoted(document.text) if document.text else "(empty)",
            f"Last word of {number_text(told)} {'person' if told == 1 else 'people'}.",
            bullets(lines) if lines else "It names no purposes.",
            *staying,
        ]
    )


def agreed_text(number: int, people: int, part: Part) -> str:
    """How many agreed; neither few who did nor few who did not are told of."""
    if 0 < number < part.least:
        return f"agreed: fewer than {part.least}"
    if 0 < people - number < part.least:
        return f"agreed: more than {people - part.least:,}"
    return f"agreed: {number:,}"
