"""Which values a text carries, and how strongly: several at once, or none of them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

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
    SeenValue,
    TaskType,
    refuse_unknown,
)
from annotation.task_types.noise import logistic, share
from annotation.task_types.scales import clean_values_scale, value_keys

# Of synthetic people: a value whose latent strength is below this share is not seen in a text.
SEEN_BEYOND = 0.6
# Of a strength in a posted form, in digits: no taxonomy has more.
LONGEST_STRENGTH = 3


class Values(TaskType):
    key = "values"
    label = gettext_lazy("values in a text")
    least_responses = most_responses = 1
    annotator_template = "annotation/task_types/values.html"
    answer_schema = {
        "type": "object",
        "properties": {
            "values": {
                "type": "object",
                "additionalProperties": {"type": "integer", "minimum": 1},
                "description": "Value key → strength, from 1; an empty object says none of them.",
            }
        },
        "required": ["values"],
    }

    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        refuse_unknown(answer, {"values"})
        values = answer.get("values")
        if not isinstance(values, dict):
            raise AnswerProblem(_("Must be an object of value: strength."), field="values")
        scale = clean_values_scale(asked.scale)
        keys, most = value_keys(scale), len(scale["strengths"])
        for key, strength in values.items():
            if key not in keys:
                raise AnswerProblem(_("The taxonomy has no such value."), field=f"values.{key}")
            if isinstance(strength, bool) or strength not in range(1, most + 1):
                raise AnswerProblem(
                    _("Must be from 1 to %(most)s.") % {"most": most}, field=f"values.{key}"
                )
        return {"values": {key: int(values[key]) for key in keys if key in values}}

    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """Read `value-<criterion>-<key>`, a strength or 0, and `none-<criterion>`."""
        keys = value_keys(clean_values_scale(asked.scale))
        written = {key: str(data.get(f"value-{criterion}-{key}", "")) for key in keys}
        values: dict[str, Any] = {
            key: int(one) if one.isdecimal() and len(one) < LONGEST_STRENGTH else one
            for key, one in written.items()
            if one not in ("", "0")
        }
        none_of_them = all(one == "0" for one in written.values())
        if not none_of_them and not data.get(f"none-{criterion}"):
            return {"values": values} if values else None
        # Both at once contradict each other: which of them was meant is not for us to say.
        return {"values": values, "none": True} if values else {"values": {}}

    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[ChoiceGroup]:
        scale = clean_values_scale(criterion.get("scale"))
        strengths = [_("No"), *scale["strengths"]]
        return [
            ChoiceGroup(
                name := f"value-{criterion['key']}-{value['key']}",
                value["label"],
                [
                    Choice(str(place), label, label, str(place), data.get(name) == str(place))
                    for place, label in enumerate(strengths)
                ],
                value["description"],
            )
            for value in scale["values"]
        ]

    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        if not answer["values"]:
            return {f"none-{criterion}": "on"}
        return {f"value-{criterion}-{key}": str(one) for key, one in answer["values"].items()}

    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        return iter(())

    def seen_values(self, answer: Answer) -> Iterator[SeenValue]:
        return (SeenValue(key, strength) for key, strength in answer["values"].items())

    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        if not answer["values"]:
            return _("none of the values")
        scale = clean_values_scale(asked.scale)
        labels = {value["key"]: value["label"] for value in scale["values"]}
        return ", ".join(
            f"{labels.get(key, key)} {strength}" for key, strength in answer["values"].items()
        )

    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """Each value with a latent share F(u + c + noise); above a threshold, graded by it.

        F and noise are logistic, and c, from −1 to 1, tells values apart: it is fixed by the key.
        """
        scale = clean_values_scale(asked.scale)
        utility, most = sum(utilities.values()), len(scale["strengths"])
        values = {}
        for key in value_keys(scale):
            leaning = crc32(key.encode()) / 2**31 - 1
            part = share(utility + leaning + logistic(chance))
            if part > SEEN_BEYOND:
                above = (part - SEEN_BEYOND) / (1 - SEEN_BEYOND)
                values[key] = min(int(above * most), most - 1) + 1
        return {"values": values}

    @property
    def default_criterion(self) -> dict[str, Any]:
        return {
            "key": "values",
            "label": gettext_noop("Which values does the text speak for?"),
            "scale": None,
        }

    def clean_scale(self, scale: Any) -> dict[str, Any]:
        return clean_values_scale(scale)
