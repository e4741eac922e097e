"""The annotators' table: its columns are the campaign's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports.tables.columns import Column, Kind, Table
from exports.tables.specs import ANNOTATOR_ID, CAMPAIGN

PROFILE_VERSION = Column(
    "profile_version", Kind.INTEGER, "The version of the person's answers, as in `judgments`."
)
NO_ANSWER = "the person rather not said, was not asked, or did not agree to release it"
# What such an answer needs before it may leave: accounts.services.consents.purposes_needed.
NO_PURPOSE = "demographics, where the consent names it; else all of its purposes"
RESERVED = (ANNOTATOR_ID.name, PROFILE_VERSION.name, CAMPAIGN.name)


@dataclass(frozen=True)
class AskedQuestion:
    """A question of the campaign over all versions of its questionnaire.

    `purposes` are those that answers to it were bound to, in any version.
    """

    key: str
    label: str
    is_multiple: bool
    options: Mapping[str, str]
    purposes: Sequence[str] = ()

    @property
    def column(self) -> str:
        return column_name(self.key)


def column_name(question: str) -> str:
    """A question's key; one that is the name of another column steps aside."""
    return f"answer_{question}" if question in RESERVED else question


def annotators_table(questions: Sequence[AskedQuestion]) -> Table:
    """One column for each question that any version of the questionnaire asks."""
    return Table(
        "annotators",
        "Who judged: the people's own answers about themselves, one row for each version of "
        f"their profile. Null means that there is nothing to read: {NO_ANSWER}.",
        (
            *(ANNOTATOR_ID, PROFILE_VERSION),
            *(question_column(question) for question in questions),
            CAMPAIGN,
        ),
    )


def question_column(question: AskedQuestion) -> Column:
    return Column(
        question.column,
        Kind.TEXTS if question.is_multiple else Kind.TEXT,
        "The person's answer about themselves"
        + (", every option that they chose." if question.is_multiple else "."),
        values="; ".join(f"{key} = {label}" for key, label in question.options.items()),
        null=NO_ANSWER,
        question=question.label,
        purpose=", ".join(question.purposes) or NO_PURPOSE,
    )
