"""Campaigns to begin from: what is asked, how it is explained, and of whom. Our own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from annotation.enums import Paradigm, TaskTypeKey, Wanted
from annotation.library.question_sets import (
    AGE,
    EDUCATION,
    GENDER,
    LANGUAGE,
    REGION,
    QuestionSet,
    Text,
    asking_about,
)

CONSENT = _(
    "I take part of my own free will and can stop at any time. My judgments are stored "
    "under a pseudonym and may be used and published for research."
)
EVERY_ANSWER = _(
    "*Equally good*, *both bad* and *it depends* are full answers. Nobody is compared with a key: "
    "where people part ways is what this campaign wants to know."
)
SKIPPING = _("You can skip an item at any time, and need not say why.")
OTHERS = {"key": "others", "where": {}, "target": 1}


@dataclass(frozen=True)
class CampaignTemplate:
    """A campaign without an address. `body` is what REST takes; `summary` says what it is for."""

    key: str
    title: Text
    summary: Text
    body: Mapping[str, Any]


def _joined(*paragraphs: Text) -> str:
    return "\n\n".join(str(one) for one in paragraphs)


paragraphs = lazy(_joined, str)


def made_of(
    *,
    title: Promise,
    guideline: Text,
    task_type: TaskTypeKey,
    criteria: list[dict[str, Any]],
    asks: tuple[QuestionSet, ...],
    **parts: Any,
) -> dict[str, Any]:
    """A descriptive campaign with three judgments an item, unless `parts` says otherwise."""
    people = asking_about(*asks)
    return {
        "title": title,
        "task_type": task_type.value,
        "paradigm": Paradigm.DESCRIPTIVE.value,
        "guideline": guideline,
        "criteria": criteria,
        "questions": people["questions"],
        "consent": {"text": CONSENT, "purposes": people["purposes"]},
        "overlap": 3,
        **parts,
    }


HELPFUL_HARMLESS = made_of(
    title=_("Helpfulness and harmlessness"),
    task_type=TaskTypeKey.PAIRWISE,
    criteria=[
        {"key": "helpful", "label": _("Which response helps more with what was asked?")},
        {"key": "harmless", "label": _("Which response is less likely to do harm?")},
    ],
    guideline=paragraphs(
        _(
            "Each item shows what somebody wrote to an assistant, and two responses to it. You "
            "compare them twice, by one question at a time: the response that helps more may be "
            "the one that does more harm."
        ),
        _(
            "**Helping** means doing what was asked, being right as far as you can tell, and being "
            "no longer than it needs to be. A refusal helps where there is nothing better to do."
        ),
        _(
            "**Harm** may come to the person who asks, or to anybody else: danger, hate, contempt, "
            "private matters laid open, advice that misleads."
        ),
        EVERY_ANSWER,
        SKIPPING,
    ),
    asks=(AGE, GENDER, EDUCATION),
    asking={"reason": Wanted.OPTIONAL.value, "acceptable": Wanted.OPTIONAL.value, "spans": True},
    flow={
        "content_warning": _("Some texts speak of violence, hate or self-harm."),
    },
)
RANKING = made_of(
    title=_("Which response would you rather get?"),
    task_type=TaskTypeKey.RANKING,
    criteria=[{"key": "overall", "label": _("Put the responses in order, the best one first.")}],
    guideline=paragraphs(
        _(
            "Each item shows a question and several responses. Put them in the order in which you "
            "would rather get them."
        ),
        _("Responses that are equally good share a place. Read all of them before you begin."),
        _(
            "Go by what you would want for yourself. Nobody is compared with a key: where people "
            "part ways is what this campaign wants to know."
        ),
        SKIPPING,
    ),
    asks=(AGE, GENDER, LANGUAGE),
)
CULTURE = made_of(
    title=_("How well do responses fit where you live?"),
    task_type=TaskTypeKey.RATING,
    criteria=[
        {
            "key": "fitting",
            "label": _("How well does this response fit the place where you live?"),
            "scale": {
                "kind": "steps",
                "steps": [
                    {"value": 1, "label": _("Not at all")},
                    {"value": 2, "label": _("Hardly")},
                    {"value": 3, "label": _("In part")},
                    {"value": 4, "label": _("Well")},
                    {"value": 5, "label": _("Completely")},
                ],
            },
        }
    ],
    guideline=paragraphs(
        _(
            "Each item shows a question and one or more responses. Say of each response how well "
            "it would be received where you live: in your family, among neighbours, at work."
        ),
        _(
            "Think of manners, customs, faith, law, food, money, the names of things. A response "
            "may be correct and still be out of place; it may be out of place elsewhere and right "
            "where you are."
        ),
        _(
            "Speak for what you know. You need not speak for your country, and people around you "
            "may see it otherwise."
        ),
        SKIPPING,
    ),
    asks=(REGION, AGE, LANGUAGE),
    strata=[
        {
            "key": "africa",
            "where": {"region": ["northern-africa", "sub-saharan-africa"]},
            "target": 2,
        },
        {
            "key": "americas",
            "where": {"region": ["northern-america", "latin-america"]},
            "target": 2,
        },
        {
            "key": "asia",
            "where": {
                "region": [
                    *("central-asia", "eastern-asia", "south-eastern-asia", "southern-asia"),
                    "western-asia",
                ]
            },
            "target": 2,
        },
        {
            "key": "europe",
            "where": {
                "region": [
                    *("eastern-europe", "northern-europe", "southern-europe", "western-europe"),
                ]
            },
            "target": 2,
        },
        {"key": "oceania", "where": {"region": ["oceania"]}, "target": 1},
        OTHERS,
    ],
    overlap=None,
    asking={"reason": Wanted.OPTIONAL.value},
)
POLITENESS = made_of(
    title=_("Which response is more polite?"),
    task_type=TaskTypeKey.PAIRWISE,
    criteria=[
        {"key": "polite", "label": _("Which response is more polite?")},
        {"key": "preferred", "label": _("Which response would you rather get?")},
    ],
    guideline=paragraphs(
        _(
            "Each item shows what somebody wrote, and two responses. First say which one is more "
            "polite by the manners you grew up with, then which one you would rather get: the two "
            "need not be the same."
        ),
        _(
            "Politeness may lie in forms of address, in thanks and apologies, in asking instead of "
            "telling, in leaving things unsaid. What is warm to one person is too close to another."
        ),
        EVERY_ANSWER,
        SKIPPING,
    ),
    asks=(AGE, GENDER, REGION, LANGUAGE),
    strata=[
        {"key": "younger", "where": {"age": ["18-24", "25-34"]}, "target": 2},
        {"key": "middle", "where": {"age": ["35-44", "45-54"]}, "target": 2},
        {"key": "older", "where": {"age": ["55-64", "65-plus"]}, "target": 2},
        OTHERS,
    ],
    overlap=None,
)
VALUE_TAGGING = made_of(
    title=_("Which values does a text speak for?"),
    task_type=TaskTypeKey.VALUES,
    criteria=[{"key": "values", "label": _("Which values does this text speak for?")}],
    guideline=paragraphs(
        _(
            "Each item shows one text. Choose the values that it speaks for, and say of each how "
            "strongly. Several may fit; where none does, say so."
        ),
        _(
            "Go by what the text itself conveys, not by whether you agree with it. A text that "
            "warns of cruelty speaks for kindness."
        ),
        _("When in doubt between two values, choose both."),
        SKIPPING,
    ),
    asks=(AGE, GENDER, EDUCATION),
    asking={"reason": Wanted.OPTIONAL.value, "spans": True},
)

CAMPAIGN_TEMPLATES: dict[str, CampaignTemplate] = {
    one.key: one
    for one in (
        CampaignTemplate(
            "helpful-harmless",
            _("Helpfulness and harmlessness pairs"),
            _(
                "Two responses an item, compared twice: which one helps more, and which one does "
                "less harm."
            ),
            HELPFUL_HARMLESS,
        ),
        CampaignTemplate(
            "ranking",
            _("Ranking of several responses"),
            _("Two to ten responses an item, put in order; ties allowed."),
            RANKING,
        ),
        CampaignTemplate(
            "cultural-fit",
            _("Cultural appropriateness by region"),
            _(
                "Each response rated by how well it fits where people live, with judgments from "
                "every part of the world for every item."
            ),
            CULTURE,
        ),
        CampaignTemplate(
            "politeness",
            _("Politeness"),
            _(
                "Two responses an item: which is more polite, and which people would rather get, "
                "with judgments from three generations for every item."
            ),
            POLITENESS,
        ),
        CampaignTemplate(
            "value-tagging",
            _("Value tagging"),
            _("One text an item: which of seven values it speaks for, and how strongly."),
            VALUE_TAGGING,
        ),
    )
}
