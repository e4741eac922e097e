"""What every task type owns: its schema, validation, templates, export rows and orders."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise

Answer = dict[str, Any]


class AnswerProblem(Exception):
    """An answer that does not fit its item; `field` is the path inside the answer, or ""."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def letter(position: int) -> str:
    """What the response at a position is called on the page: A, B, C …"""
    return chr(ord("A") + position)


@dataclass(frozen=True)
class Comparison:
    """A judgment on two responses: preference from −2 (a clearly) to 2 (b clearly), 0 a tie.

    `preference` is None for outcomes that are no grade: both bad, and "it depends".
    """

    response_a: str
    response_b: str
    preference: int | None
    outcome: str


@dataclass(frozen=True)
class Choice:
    """One radio button: its value in the form, its label, the key that presses it."""

    value: str
    label: str
    short: str
    key: str
    is_checked: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """Radio buttons of which one is chosen; `label` names what the choice is about."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class RankedResponse:
    """A response's place in a ranking, 1 the best; equal places are ties."""

    response_id: str
    rank: int


class TaskType(ABC):
    """How an item is asked. One instance a type, without state."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    least_responses: ClassVar[int] = 2
    most_responses: ClassVar[int] = 10
    answer_schema: ClassVar[dict[str, Any]]
    annotator_template: ClassVar[str]

    @abstractmethod
    def clean_answer(self, answer: Answer, *, response_ids: Sequence[str]) -> Answer:
        """The answer to one criterion in stored form; raises `AnswerProblem`."""

    @abstractmethod
    def answer_from_form(
        self, data: Mapping[str, Any], criterion: str, *, response_ids: Sequence[str]
    ) -> Answer | None:
        """The answer in a posted form, in the form of the API; None where nothing was chosen."""

    @abstractmethod
    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[ChoiceGroup]:
        """The form of one criterion for responses shown in `order`; `data` is what was chosen."""

    @abstractmethod
    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        """The answer as comparisons, `response_ids` in the item's own order giving a before b."""

    @abstractmethod
    def rankings(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[RankedResponse]:
        """The answer as places, for task types that rank; nothing otherwise."""

    @abstractmethod
    def summarise(self, answer: Answer, *, names: Mapping[str, str]) -> str:
        """The answer in a short phrase, responses called by `names`."""

    @abstractmethod
    def simulate_answer(self, utilities: Mapping[str, float], chance: random.Random) -> Answer:
        """The answer of a synthetic person to whom the responses have these utilities."""

    def item_problem(self, count: int) -> str:
        """Why an item of `count` responses cannot be asked so, or ""."""
        if self.least_responses <= count <= self.most_responses:
            return ""
        if self.least_responses == self.most_responses:
            return f"needs exactly {self.least_responses} responses, has {count}"
        return f"needs {self.least_responses} to {self.most_responses} responses, has {count}"
