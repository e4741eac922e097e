"""The questions about the guideline as a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from annotation.entry import Comprehension


@dataclass(frozen=True)
class ComprehensionField:
    """A question as radio buttons, or checkboxes where several options are right.

    `options` are (key, label, is chosen). `is_wrong` tells that the last try answered otherwise;
    `why` then says what the guideline says.
    """

    name: str
    label: str
    is_multiple: bool
    options: list[tuple[str, str, bool]]
    is_wrong: bool
    why: str


def comprehension_fields(
    asked: Comprehension, wrong: Sequence[str], data: QueryDict
) -> list[ComprehensionField]:
    return [
        ComprehensionField(
            name=f"comprehension-{question['key']}",
            label=question["label"],
            is_multiple=len(question["right"]) > 1,
            options=[
                (
                    option["key"],
                    option["label"],
                    option["key"] in data.getlist(f"comprehension-{question['key']}"),
                )
                for option in question["options"]
            ],
            is_wrong=question["key"] in wrong,
            why=question["why"],
        )
        for question in asked.questions
    ]


def choices_from_form(asked: Comprehension, data: QueryDict) -> dict[str, Any]:
    """The chosen options by question."""
    return {
        question["key"]: data.getlist(f"comprehension-{question['key']}")
        for question in asked.questions
    }
