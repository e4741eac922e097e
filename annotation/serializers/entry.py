"""Who comes in and what comes before judging: the strict form of `entry`."""

import math
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from annotation.content import content_problem
from annotation.entry import Comprehension, Entry
from annotation.enums import AfterFailing, OpenTo
from annotation.item_formats.records import RecordProblem, clean_responses
from annotation.kept import in_readers_language
from annotation.task_types import task_type_of

MOST_QUESTIONS = 20
MOST_PRACTICE = 5
DEFAULTS = Entry()


class StrictPart(serializers.Serializer[Any]):
    """A misspelt setting would silently be its default."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            unknown = [str(key) for key in data if key not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {key: _("A campaign has no such setting.") for key in unknown}
                )
        return dict(super().to_internal_value(data))


class RightOptionSerializer(StrictPart):
    key = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=300)  # type: ignore[assignment]


class ComprehensionQuestionSerializer(StrictPart):
    key = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=500)  # type: ignore[assignment]
    options = RightOptionSerializer(many=True)
    right = serializers.ListField(
        child=serializers.CharField(),
        allow_empty=False,
        help_text="Exactly these options are right. Annotators are not shown them beforehand.",
    )
    why = serializers.CharField(
        max_length=1000,
        allow_blank=True,
        default="",
        help_text="Shown to whoever answered otherwise: what the guideline says about it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        keys = [option["key"] for option in attrs["options"]]
        if len(keys) < 2 or len(set(keys)) < len(keys):
            raise serializers.ValidationError(
                {"options": _("Give at least two options, each with a key of its own.")}
            )
        unknown = [key for key in attrs["right"] if key not in keys]
        if unknown or set(attrs["right"]) == set(keys):
            raise serializers.ValidationError(
                {"right": _("Name some of the options by their keys, and not all of them.")}
            )
        options = [dict(option) for option in attrs["options"]]
        return {**attrs, "options": options, "right": sorted(set(attrs["right"]), key=keys.index)}


class ComprehensionSerializer(StrictPart):
    questions = ComprehensionQuestionSerializer(many=True, required=False)
    tries = serializers.IntegerField(min_value=1, max_value=5, default=2)
    needed = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        default=None,
        help_text="How many must be right; null means all.",
    )
    after_failing = serializers.ChoiceField(
        AfterFailing.choices, default=AfterFailing.STOP.value, help_text="After the last try."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        questions = [dict(one) for one in attrs.get("questions") or []]
        keys = [one["key"] for one in questions]
        if len(set(keys)) < len(keys) or len(keys) > MOST_QUESTIONS:
            raise serializers.ValidationError(
                {"questions": _("At most 20 questions, each with a key of its own.")}
            )
        needed = attrs["needed"]
        if needed is not None and questions and needed > len(questions):
            raise serializers.ValidationError({"needed": _("There are not so many questions.")})
        return {**attrs, "questions": questions}


class PracticeSerializer(StrictPart):
    prompt = serializers.JSONField()
    responses = serializers.JSONField(
        help_text="As in item files: a list of objects with `id` and `text`."
    )
    note = serializers.CharField(
        max_length=1000,
        allow_blank=True,
        default="",
        help_text="Shown after any answer: how the form works, never which answer is better.",
    )

    def validate_prompt(self, prompt: Any) -> Any:
        problem = content_problem(prompt)
        if problem:
            raise serializers.ValidationError(in_readers_language(f"`prompt` {problem}."))
        return prompt


class EntrySerializer(StrictPart):
    open_to = serializers.ChoiceField(
        OpenTo.choices,
        default=DEFAULTS.open_to,
        help_text="`links`: only people who come by one of the campaign's entry links.",
    )
    comprehension = ComprehensionSerializer(required=False)
    practice = PracticeSerializer(many=True, required=False)
    check_rate = serializers.FloatField(
        min_value=0.0,
        max_value=0.5,
        default=0.0,
        help_text="Share of check items among what is served (docs/quality.md).",
    )
    fastest_reading = serializers.IntegerField(
        min_value=100,
        max_value=100_000,
        allow_null=True,
        default=None,
        help_text="Characters a minute: judgments with less active time are flagged `too_fast`.",
    )

    def validate_check_rate(self, rate: float) -> float:
        if math.isnan(rate):  # it passes every comparison with the bounds
            raise serializers.ValidationError(_("A valid number is required."))
        return rate

    def validate_practice(self, practice: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(practice) > MOST_PRACTICE:
            raise serializers.ValidationError(_("At most five practice items."))
        return [dict(one) for one in practice]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        comprehension = Comprehension(**(attrs.get("comprehension") or {}))
        practice = attrs.get("practice") or []
        return Entry(**{**attrs, "comprehension": comprehension, "practice": practice}).body()


def check_entry(attrs: dict[str, Any]) -> None:
    """Practice items must be such as the campaign's task type asks."""
    task_type = task_type_of(attrs["task_type"])
    for number, item in enumerate(attrs["entry"]["practice"]):
        try:
            responses = clean_responses(item["responses"], task_type)
        except RecordProblem as problem:
            raise serializers.ValidationError(
                {f"entry.practice.{number}.responses": in_readers_language(str(problem))}
            ) from problem
        item["responses"] = [{"id": one["id"], "text": one["text"]} for one in responses]
