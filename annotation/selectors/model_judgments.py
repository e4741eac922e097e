"""What models answered, read for pages and REST; never together with what people judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotation.content import canonical_json
from annotation.models import Campaign, Item, ModelJudgment, Response
from annotation.selectors.answers import letters_of
from annotation.selectors.research import asked_in
from annotation.task_types import PLAINLY, Asked, task_type_of

MACHINE = ("model", "prompt_version", "settings")


@dataclass(frozen=True)
class Machine:
    """A model as it was asked: under one version of the prompt and one set of settings."""

    model: str
    prompt_version: str
    settings: dict[str, Any]
    judgments: int = 0
    items: int = 0

    @property
    def settings_text(self) -> str:
        return canonical_json(self.settings).decode() if self.settings else ""

    @property
    def name(self) -> str:
        """What tells it from the campaign's others, in a line."""
        return " · ".join(filter(None, [self.model, self.prompt_version, self.settings_text]))


@dataclass(frozen=True)
class ModelAnswer:
    """A model's answer with what it says in words by criterion."""

    judgment: ModelJudgment
    machine: Machine
    answers: list[tuple[str, str]]


def answers_of_models(campaign: Campaign) -> QuerySet[ModelJudgment]:
    """All of them with their items, as of the import."""
    return campaign.model_judgments.select_related("item").defer("item__prompt", "item__metadata")


def machines_of(campaign: Campaign) -> list[Machine]:
    """The models that answered in the campaign, each with how much, in order of their names."""
    counted = (
        campaign.model_judgments.order_by(*MACHINE)
        .values(*MACHINE)
        .annotate(judgments=Count("pk"), items=Count("item", distinct=True))
    )
    return [Machine(**one) for one in counted]


def with_models_told(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items that know whether any model answered them, so that most need not be asked again."""
    return items.annotate(
        has_model_answers=Exists(ModelJudgment.objects.filter(item=OuterRef("pk")))
    )


def model_answers_on(item: Item, responses: Sequence[Response], *, most: int) -> list[ModelAnswer]:
    """What models answered on one of `with_models_told`, in words, by model."""
    if not getattr(item, "has_model_answers", True):
        return []
    names, asked = letters_of(responses), asked_in(item.campaign)
    return [
        ModelAnswer(
            judgment=one,
            machine=Machine(one.model, one.prompt_version, one.settings),
            answers=[
                (criterion, in_words(one, answer, names, asked.get(criterion, PLAINLY)))
                for criterion, answer in one.answers.items()
            ],
        )
        for one in item.model_judgments.order_by(*MACHINE, "sample")[:most]
    ]


def in_words(
    one: ModelJudgment, answer: dict[str, Any], names: Mapping[str, str], asked: Asked
) -> str:
    return task_type_of(one.task_type).summarise(answer, names=names, asked=asked)
