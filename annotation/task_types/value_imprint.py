"""The seven values of Value Imprint and what belongs to each: the one place where they stand.

Categories and their order after Obi et al., "Value Imprint: A Technique for Auditing the Human
Values Embedded in RLHF Datasets" (NeurIPS 2024, Datasets and Benchmarks; CC BY 4.0). Descriptions
are in our own words. They are marked for translation, and stored as they stand.
"""

from typing import TypedDict

from annotation.task_types.marked import gettext_noop

SOURCE = (
    "Obi et al. 2024, Value Imprint: A Technique for Auditing the Human Values Embedded in RLHF "
    "Datasets (NeurIPS 2024 Datasets and Benchmarks; CC BY 4.0)"
)


class ValueCategory(TypedDict):
    """A value: its key in answers, how it is called and explained, and what belongs to it."""

    key: str
    label: str
    description: str
    sub_values: list[str]


CATEGORIES: list[ValueCategory] = [
    {
        "key": "wellbeing-peace",
        "label": gettext_noop("Well-being/Peace"),
        "description": gettext_noop(
            "Joy, health and care for oneself, safety, stability, a world at peace."
        ),
        "sub_values": [
            *("pleasure", "life satisfaction", "emotional fulfilment", "joy", "physical health"),
            *("mental health", "nourishment", "vitality", "self-care"),
            *("environmental sustainability", "security", "stability", "order", "peace", "unity"),
        ],
    },
    {
        "key": "information-seeking",
        "label": gettext_noop("Information Seeking"),
        "description": gettext_noop(
            "Practical use at once: getting something done, a wish or an interest."
        ),
        "sub_values": [
            *("immediate practical use", "efficiency", "desire fulfilment"),
            "interest achievement",
        ],
    },
    {
        "key": "justice-rights",
        "label": gettext_noop("Justice/Human Rights & Animal Rights"),
        "description": gettext_noop(
            "Rights of people and animals, equality, fairness, access, dignity."
        ),
        "sub_values": [
            *("human rights", "animal rights", "equality", "impartiality", "fairness", "equity"),
            *("access", "inclusion", "autonomy", "dignity"),
        ],
    },
    {
        "key": "duty-accountability",
        "label": gettext_noop("Duty/Accountability"),
        "description": gettext_noop(
            "Doing no harm, keeping law and promises, privacy, honesty, trust."
        ),
        "sub_values": [
            *("non-maleficence", "abiding by law", "privacy", "confidentiality", "integrity"),
            *("accountability", "trustworthiness", "reliability", "responsibility"),
            "reasonableness",
        ],
    },
    {
        "key": "wisdom-knowledge",
        "label": gettext_noop("Wisdom/Knowledge"),
        "description": gettext_noop(
            "Knowing for its own sake: judgment, skill, creativity, persistence."
        ),
        "sub_values": [
            *("discernment", "excellence", "creativity", "skill", "prudence", "discipline"),
            *("competence", "diligence", "fortitude", "resilience", "craftsmanship"),
        ],
    },
    {
        "key": "civility-tolerance",
        "label": gettext_noop("Civility/Tolerance"),
        "description": gettext_noop(
            "Courtesy, cooperation, restraint, modesty, patience with others."
        ),
        "sub_values": [
            *("civility", "courtesy", "etiquette", "cooperation", "confidence", "restraint"),
            *("modesty", "humility", "simplicity", "calmness", "patience"),
        ],
    },
    {
        "key": "empathy-helpfulness",
        "label": gettext_noop("Empathy/Helpfulness"),
        "description": gettext_noop("Kindness, generosity, compassion, being of help."),
        "sub_values": [
            *("benevolence", "generosity", "compassion", "empathy", "kindness", "positivity"),
            "helpfulness",
        ],
    },
]
