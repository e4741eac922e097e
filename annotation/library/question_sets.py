"""Standard questions about people, each with its source; wordings are our own.

Nobody has to answer one: "prefer not to say" is offered with every question by the platform, and is
therefore no option here. What law calls special categories of personal data (beliefs, politics) is
bound to a purpose of its own, so that people can agree to one use and not to the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import QuestionKind
from annotation.library.names import language_name, region_name, years

Text = str | Promise
SINGLE, MULTIPLE = QuestionKind.SINGLE.value, QuestionKind.MULTIPLE.value

DEMOGRAPHICS: Mapping[str, Any] = {
    "key": "demographics",
    "label": _("What I say about myself may be published beside my judgments, under a pseudonym"),
    "required": False,
}
BELIEFS: Mapping[str, Any] = {
    "key": "beliefs",
    "label": _(
        "What I say about my religion, politics and values may be published beside my judgments, "
        "under a pseudonym"
    ),
    "required": False,
}


@dataclass(frozen=True)
class QuestionSet:
    """A question in its standard form, the purpose that it is bound to, and where it comes from.

    `question` has the form of a campaign's questions; `source` is a reference, in its language.
    """

    key: str
    title: Text
    question: Mapping[str, Any]
    purpose: Mapping[str, Any]
    source: str

    @property
    def questions(self) -> list[Mapping[str, Any]]:
        return [{**self.question, "key": self.key, "purpose": self.purpose["key"]}]


def options(*pairs: tuple[str, Text]) -> list[dict[str, Text]]:
    return [{"key": key, "label": label} for key, label in pairs]


AGE_BANDS = ((18, 24), (25, 34), (35, 44), (45, 54), (55, 64))
# Keys by codes of the United Nations' M49.
REGIONS = {
    "northern-africa": "015",
    "sub-saharan-africa": "202",
    "northern-america": "021",
    "latin-america": "419",
    "central-asia": "143",
    "eastern-asia": "030",
    "south-eastern-asia": "035",
    "southern-asia": "034",
    "western-asia": "145",
    "eastern-europe": "151",
    "northern-europe": "154",
    "southern-europe": "039",
    "western-europe": "155",
    "oceania": "009",
}
# Those of the interface, and those spoken by most others.
SPOKEN = (
    *("ar", "bn", "de", "en", "es", "fa", "fil", "fr", "ha", "he", "hi", "id", "it", "ja", "ko"),
    *("mr", "nl", "pl", "pt", "ru", "sw", "ta", "te", "th", "tr", "uk", "ur", "vi", "yo", "zh"),
)

AGE = QuestionSet(
    key="age",
    title=_("Age bands"),
    question={
        "label": _("How old are you?"),
        "kind": SINGLE,
        "options": options(
            *((f"{least}-{most}", years(least, most)) for least, most in AGE_BANDS),
            ("65-plus", years(65, None)),
        ),
    },
    purpose=DEMOGRAPHICS,
    source="Bands as in Kirk et al. 2024, The PRISM Alignment Dataset (arXiv:2404.16019)",
)
GENDER = QuestionSet(
    key="gender",
    title=_("Gender"),
    question={
        "label": _("What is your gender? You may choose several."),
        "kind": MULTIPLE,
        "options": options(
            ("woman", _("Woman")),
            ("man", _("Man")),
            ("non-binary", _("Non-binary")),
            ("other", _("I describe it in another way")),
        ),
    },
    purpose=DEMOGRAPHICS,
    source="National Academies of Sciences, Engineering, and Medicine 2022, Measuring Sex, Gender "
    "Identity, and Sexual Orientation (doi:10.17226/26424)",
)
EDUCATION = QuestionSet(
    key="education",
    title=_("Education"),
    question={
        "label": _("What is the highest level of education that you have completed?"),
        "kind": SINGLE,
        "options": options(
            ("below-primary", _("No school, or less than primary school")),
            ("primary", _("Primary school")),
            ("lower-secondary", _("Lower secondary school")),
            ("upper-secondary", _("Upper secondary school")),
            ("post-secondary", _("Vocational or other training after secondary school")),
            ("bachelor", _("Bachelor’s degree or equal to it")),
            ("master", _("Master’s degree or equal to it")),
            ("doctorate", _("Doctorate or equal to it")),
        ),
    },
    purpose=DEMOGRAPHICS,
    source="Levels of UNESCO Institute for Statistics 2012, International Standard Classification "
    "of Education: ISCED 2011 (4 and 5 together)",
)
REGION = QuestionSet(
    key="region",
    title=_("Region of the world"),
    question={
        "label": _("In which part of the world do you live?"),
        "kind": SINGLE,
        "options": options(*((key, region_name(code)) for key, code in REGIONS.items())),
    },
    purpose=DEMOGRAPHICS,
    source="United Nations Statistics Division, Standard Country or Area Codes for Statistical Use "
    "(M49); names of Unicode CLDR",
)
LANGUAGE = QuestionSet(
    key="language",
    title=_("Languages"),
    question={
        "label": _("Which languages do you speak at home? You may choose several."),
        "kind": MULTIPLE,
        "options": options(
            *((code, language_name(code)) for code in SPOKEN), ("other", _("Another language"))
        ),
    },
    purpose=DEMOGRAPHICS,
    source="Codes of ISO 639; names of Unicode CLDR",
)
RELIGION = QuestionSet(
    key="religion",
    title=_("Religion"),
    question={
        "label": _("To which religion do you feel you belong? You may choose several."),
        "kind": MULTIPLE,
        "options": options(
            ("buddhism", _("Buddhism")),
            ("christianity", _("Christianity")),
            ("hinduism", _("Hinduism")),
            ("islam", _("Islam")),
            ("judaism", _("Judaism")),
            ("sikhism", _("Sikhism")),
            ("traditional", _("A traditional or indigenous religion")),
            ("other", _("Another religion")),
            ("none", _("No religion")),
        ),
    },
    purpose=BELIEFS,
    source="Groups of Pew Research Center 2012, The Global Religious Landscape, with Sikhism by "
    "itself",
)
POLITICS = QuestionSet(
    key="politics",
    title=_("Politics"),
    question={
        "label": _(
            "In politics people speak of “left” and “right”. Where would you place yourself, from "
            "0 for the left to 10 for the right?"
        ),
        "kind": SINGLE,
        "options": options(
            ("0", _("0 – left")),
            *((str(step), str(step)) for step in range(1, 10)),
            ("10", _("10 – right")),
            ("neither", _("I do not think in these terms")),
        ),
    },
    purpose=BELIEFS,
    source="Scale of the European Social Survey’s question on left and right (lrscale)",
)
VALUES = QuestionSet(
    key="values",
    title=_("Values"),
    question={
        "label": _("Which of these matter most to you? You may choose several."),
        "kind": MULTIPLE,
        "options": options(
            ("self-direction", _("Thinking and deciding for myself")),
            ("stimulation", _("Excitement and new things")),
            ("hedonism", _("Enjoying life")),
            ("achievement", _("Success by what I can do")),
            ("power", _("Influence and wealth")),
            ("security", _("Safety and order")),
            ("conformity", _("Keeping to rules and not upsetting others")),
            ("tradition", _("Customs of my family, culture or religion")),
            ("benevolence", _("Caring for the people close to me")),
            ("universalism", _("Justice for everybody, and care for nature")),
        ),
    },
    purpose=BELIEFS,
    source="The ten basic values of Schwartz 2012, An Overview of the Schwartz Theory of Basic "
    "Values (doi:10.9707/2307-0919.1116)",
)

QUESTION_SETS: dict[str, QuestionSet] = {
    one.key: one for one in (AGE, GENDER, EDUCATION, REGION, LANGUAGE, RELIGION, POLITICS, VALUES)
}


def asking_about(*sets: QuestionSet) -> dict[str, Sequence[Any]]:
    """The questions of some sets, and the purposes that they are bound to, each once."""
    purposes = {one.purpose["key"]: one.purpose for one in sets}
    questions = [question for one in sets for question in one.questions]
    return {"questions": questions, "purposes": list(purposes.values())}
