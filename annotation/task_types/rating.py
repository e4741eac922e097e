"""Each response by itself, on a scale of labelled steps or on a slider."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from annotation.task_types.base import (
    PLAINLY,
    Answer,
    AnswerProblem,
    Asked,
    Choice,
    ChoiceGroup,
    Comparison,
    Group,
    RatedResponse,
    SliderGroup,
    TaskType,
    letter,
    refuse_unknown,
)
from annotation.task_types.noise import logistic, share
from annotation.task_types.scales import (
    NEAR,
    STEPS,
    clean_rating_scale,
    is_number,
    number_text,
    plain_number,
)


class Rating(TaskType):
    key = "rating"
    label = gettext_lazy("rating")
    least_responses = 1
    annotator_template = "annotation/task_types/rating.html"
    answer_schema = {
        "type": "object",
        "properties": {
            "ratings": {
                "type": "object",
                "additionalProperties": {"type": "number"},
                "description": "Response id → number on the criterion's scale, for every response.",
            }
        },
        "required": ["ratings"],
    }

    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        refuse_unknown(answer, {"ratings"})
        ratings = answer.get("ratings")
        if not isinstance(ratings, dict):
            raise AnswerProblem(_("Must be an object of response id: number."), field="ratings")
        if set(ratings) != set(response_ids):
            raise AnswerProblem(_("Must rate every response of this item."), field="ratings")
        scale = clean_rating_scale(asked.scale)
        return {"ratings": {one: clean_rating(ratings[one], one, scale) for one in sorted(ratings)}}

    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """Read `rate-<criterion>-<n>`, the number given to the n-th response of `response_ids`."""
        ratings: dict[str, Any] = {}
        for number, response_id in enumerate(response_ids):
            written = str(data.get(f"rate-{criterion}-{number}", "")).strip()
            if written:
                ratings[response_id] = read_number(written)
        return {"ratings": ratings} if len(ratings) == len(response_ids) else None

    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[Group]:
        scale = clean_rating_scale(criterion.get("scale"))
        groups: list[Group] = []
        for number in range(len(order)):
            name = f"rate-{criterion['key']}-{number}"
            label = _("Response %(letter)s") % {"letter": letter(number)}
            chosen = str(data.get(name, ""))
            if scale["kind"] == STEPS:
                groups.append(ChoiceGroup(name, label, step_choices(scale, chosen)))
            else:
                groups.append(slider_group(name, label, scale, chosen))
        return groups

    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        return {
            f"rate-{criterion}-{number}": number_text(answer["ratings"][response_id])
            for number, response_id in enumerate(response_ids)
        }

    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        """Every pair once, by direction alone: how far apart numbers are is the scale's affair."""
        ratings = answer["ratings"]
        for a, b in combinations(response_ids, 2):
            if ratings[a] == ratings[b]:
                yield Comparison(a, b, 0, "tie")
            else:
                yield Comparison(a, b, 1 if ratings[b] > ratings[a] else -1, "graded")

    def ratings(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[RatedResponse]:
        for response_id in response_ids:
            yield RatedResponse(response_id, float(answer["ratings"][response_id]))

    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        ratings = answer["ratings"]
        in_order = sorted(ratings, key=names.__getitem__)
        return ", ".join(f"{names[one]} {number_text(ratings[one])}" for one in in_order)

    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """The share F(u + noise), F and noise logistic, as that share of the scale's length."""
        scale = clean_rating_scale(asked.scale)
        shares = {one: share(utility + logistic(chance)) for one, utility in utilities.items()}
        return {"ratings": {one: number_at(scale, part) for one, part in shares.items()}}

    @property
    def default_criterion(self) -> dict[str, Any]:
        return {"key": "overall", "label": gettext_noop("Overall, how good is it?"), "scale": None}

    def clean_scale(self, scale: Any) -> dict[str, Any]:
        return clean_rating_scale(scale)


def clean_rating(value: Any, response_id: str, scale: Mapping[str, Any]) -> int | float:
    """A number that the scale has, in stored form."""
    field = f"ratings.{response_id}"
    if not is_number(value):
        raise AnswerProblem(_("Must be a number."), field=field)
    if scale["kind"] == STEPS:
        values = [step["value"] for step in scale["steps"]]
        if value not in values:
            words = ", ".join(number_text(one) for one in values)
            raise AnswerProblem(_("Must be one of %(known)s.") % {"known": words}, field=field)
        return plain_number(value)
    least, most, step = scale["min"], scale["max"], scale["step"]
    place = (value - least) / step
    if not least <= value <= most or abs(place - round(place)) > NEAR:
        raise AnswerProblem(
            _("Must be from %(least)s to %(most)s in steps of %(step)s.")
            % {"least": number_text(least), "most": number_text(most), "step": number_text(step)},
            field=field,
        )
    return at_place(scale, round(place))


def at_place(scale: Mapping[str, Any], place: int) -> int | float:
    """The number at a place of a slider, without what floating point adds to it."""
    return plain_number(round(scale["min"] + place * scale["step"], 9))


def number_at(scale: Mapping[str, Any], part: float) -> int | float:
    """The number at a share of the scale's length."""
    if scale["kind"] == STEPS:
        steps = scale["steps"]
        found: int | float = steps[min(int(part * len(steps)), len(steps) - 1)]["value"]
        return found
    return at_place(scale, round(part * (scale["max"] - scale["min"]) / scale["step"]))


def read_number(written: str) -> float | str:
    """A number of a posted form; what is none stays a text, and is refused as one."""
    try:
        return plain_number(float(written))
    except (ValueError, OverflowError):
        return written


def step_choices(scale: Mapping[str, Any], chosen: str) -> list[Choice]:
    return [
        Choice(
            value=number_text(step["value"]),
            label=step["label"],
            short=step["label"],
            key=str(place % 10) if place <= 10 else "",
            is_checked=number_text(step["value"]) == chosen,
        )
        for place, step in enumerate(scale["steps"], start=1)
    ]


def slider_group(name: str, label: str, scale: Mapping[str, Any], chosen: str) -> SliderGroup:
    return SliderGroup(
        name=name,
        label=label,
        least=scale["min"],
        most=scale["max"],
        step=scale["step"],
        low=scale["low"],
        high=scale["high"],
        value=chosen,
    )
