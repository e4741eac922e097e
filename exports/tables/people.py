"""The annotators' table: its columns are the campaign's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports.tables.columns import Column, Kind, Table
from exports.tables.specs import ANNOTATOR_ID, CAMPAIGN

PROFILE_VERSION = Column(
    "profile_version", Kind.INTEGER, "The version of the person's answers, as in `judgments`."
)
RESERVED = (ANNOTATOR_ID.name, PROFILE_VERSION.name, CAMPAIGN.name)


@dataclass(frozen=True)
class AskedQuestion:
    """A question of the campaign over all versions of its questionnaire."""

    key: str
    label: str
    is_multiple: bool
    options: Mapping[str, str]

    @property
    def column(self) -> str:
        """The key; a key that is the name of another column steps aside."""
        return f"answer_{self.key}" if self.key in RESERVED else self.key


def annotators_table(questions: Sequence[AskedQuestion]) -> Table:
    """One column for each question that any version of the questionnaire asks."""
    return Table(
        "annotators",
        "Who judged: the people's own answers about themselves, one row for each version of "
        "their profile. Null means that there is nothing to read, whether a person rather not "
        "said, was not asked, or did not agree to release.",
        (
            *(ANNOTATOR_ID, PROFILE_VERSION),
            *(question_column(question) for question in questions),
            CAMPAIGN,
        ),
    )


def question_column(question: AskedQuestion) -> Column:
    options = "; ".join(f"{key} = {label}" for key, label in question.options.items())
    return Column(
        question.column,
        Kind.TEXTS if question.is_multiple else Kind.TEXT,
        f"{question.label} Options: {options}.",
    )
