"""What every task type owns: its schema, validation, templates, export rows and orders."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Answer = dict[str, Any]


class AnswerProblem(Exception):
    """An answer that does not fit its item; `field` is the path inside the answer, or ""."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ScaleProblem(Exception):
    """A criterion's scale that its task type cannot ask by; says why."""


def refuse_unknown(answer: Answer, known: set[str]) -> None:
    """Raise `AnswerProblem` for fields that such an answer does not have."""
    unknown = set(answer) - known
    if unknown:
        raise AnswerProblem(
            _("Unknown field: %(fields)s.") % {"fields": ", ".join(sorted(map(str, unknown)))}
        )


def letter(position: int) -> str:
    """What the response at a position is called on the page: A, B, C …"""
    return chr(ord("A") + position)


@dataclass(frozen=True)
class Asked:
    """How a criterion is asked: its scale, and whether a ranking may leave responses out."""

    scale: Any = None
    may_be_partial: bool = False


PLAINLY = Asked()


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
    description: str = ""


@dataclass(frozen=True)
class SliderGroup:
    """A number between two ends; `value` is what was chosen so far, "" before anything was."""

    name: str
    label: str
    least: float
    most: float
    step: float
    low: str
    high: str
    value: str


Group = ChoiceGroup | SliderGroup


@dataclass(frozen=True)
class RankedResponse:
    """A response's place in a ranking, 1 the best; equal places are ties."""

    response_id: str
    rank: int


@dataclass(frozen=True)
class RatedResponse:
    """A response's number on the criterion's scale."""

    response_id: str
    rating: float


@dataclass(frozen=True)
class SeenValue:
    """A value of the taxonomy that a text speaks for, with its strength from 1."""

    key: str
    strength: int


class TaskType(ABC):
    """How an item is asked. One instance a type, without state."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    least_responses: ClassVar[int] = 2
    most_responses: ClassVar[int] = 10
    answer_schema: ClassVar[dict[str, Any]]
    annotator_template: ClassVar[str]

    @abstractmethod
    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        """The answer to one criterion in stored form; raises `AnswerProblem`."""

    @abstractmethod
    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """The answer in a posted form, in the form of the API; None where nothing was chosen."""

    @abstractmethod
    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> Sequence[Group]:
        """The form of one criterion for responses shown in `order`; `data` is what was chosen."""

    @abstractmethod
    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        """A stored answer as the form would have posted it: `answer_from_form` the other way."""

    @abstractmethod
    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        """The answer as comparisons, `response_ids` in the item's own order giving a before b."""

    def rankings(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[RankedResponse]:
        """The answer as places, for task types that rank; nothing otherwise."""
        return iter(())

    def ratings(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[RatedResponse]:
        """The answer as numbers, for task types that rate; nothing otherwise."""
        return iter(())

    def seen_values(self, answer: Answer) -> Iterator[SeenValue] | None:
        """The answer as values, none where it names none; None for types that ask for no values."""
        return None

    @abstractmethod
    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        """The answer in a short phrase, responses called by `names`."""

    @abstractmethod
    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """The answer of a synthetic person to whom the responses have these utilities."""

    @property
    def default_criterion(self) -> dict[str, Any]:
        """What a campaign asks that names no criteria."""
        return {"key": "overall", "label": gettext_noop("Overall, which is better?"), "scale": None}

    def clean_scale(self, scale: Any) -> Any:
        """A criterion's scale in stored form; raises `ScaleProblem`.

        Task types whose answers need no scale keep whatever describes it to data users.
        """
        return scale

    def item_problem(self, count: int) -> str:
        """Why an item of `count` responses cannot be asked so, or ""."""
        if self.least_responses <= count <= self.most_responses:
            return ""
        if self.most_responses == 1:
            return f"needs exactly one response, has {count}"
        if self.least_responses == self.most_responses:
            return f"needs exactly {self.least_responses} responses, has {count}"
        return f"needs {self.least_responses} to {self.most_responses} responses, has {count}"
