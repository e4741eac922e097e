"""Answers to an item and the work of an annotator as bodies of REST."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from annotation.models import Seat
from annotation.selectors.answers import AnswerPage, Distribution
from annotation.selectors.people import OwnDay, Person, PersonLine
from annotation.selectors.quality import Quality
from annotation.serializers.judgment import JudgmentSerializer, judgment_body


class PassageSerializer(serializers.Serializer[Any]):
    response = serializers.CharField(help_text="Its letter in the item's own order.")
    text = serializers.CharField()
    note = serializers.CharField()


class GivenAnswerSerializer(serializers.Serializer[Any]):
    judgment = JudgmentSerializer()
    words = serializers.DictField(child=serializers.CharField(), help_text="By criterion.")
    before = serializers.DictField(
        child=serializers.CharField(), help_text="What it replaced, if it is a revision."
    )
    is_replaced = serializers.BooleanField(help_text="Revised since.")
    passages = PassageSerializer(many=True)
    flags = serializers.ListField(child=serializers.CharField())


class AnswerCountSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField()
    by_stratum = serializers.DictField(child=serializers.IntegerField())
    people = serializers.IntegerField()


class DistributionSerializer(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    response = serializers.CharField(help_text="A letter, where each response is asked about.")
    people = serializers.IntegerField(help_text="Who answered; repeats and what was revised aside.")
    people_by_stratum = serializers.DictField(child=serializers.IntegerField())
    answers = AnswerCountSerializer(many=True)


class ItemAnswersSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    letters = serializers.DictField(
        child=serializers.CharField(), help_text="Response id → the letter that words call it by."
    )
    distributions = DistributionSerializer(many=True)
    answers = GivenAnswerSerializer(many=True, help_text="Newest first.")
    next = serializers.URLField(allow_null=True, help_text="Null on the last page.")


class OwnQualitySerializer(serializers.Serializer[Any]):
    checks = serializers.IntegerField()
    checks_passed = serializers.IntegerField()
    repeats = serializers.IntegerField()
    repeats_same = serializers.IntegerField()
    consistency = serializers.FloatField(allow_null=True)
    too_fast = serializers.IntegerField()


class SeatedSerializer(serializers.Serializer[Any]):
    annotator = serializers.CharField(help_text="Pseudonym.")
    stratum = serializers.CharField(help_text="Empty where an imported person has none.")
    submitted = serializers.IntegerField()
    joined_at = serializers.DateTimeField()
    last_submitted_at = serializers.DateTimeField(allow_null=True)
    is_imported = serializers.BooleanField()
    has_lapsed = serializers.BooleanField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    quality = OwnQualitySerializer(
        allow_null=True, help_text="null: nothing is noted; in lists of large campaigns always."
    )


class SeatedPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True, help_text="Null on the last page.")
    results = SeatedSerializer(many=True)


class OwnDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(allow_null=True, help_text="null: all days together.")
    judgments = serializers.IntegerField()
    measured = serializers.IntegerField(help_text="Of these with a measured time.")
    lower = serializers.FloatField(allow_null=True, help_text="Quartiles in seconds.")
    median = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)


class OwnSkipsSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="Empty: no reason given.")
    count = serializers.IntegerField()


class TrySerializer(serializers.Serializer[Any]):
    guideline_version = serializers.IntegerField()
    number = serializers.IntegerField()
    right = serializers.IntegerField()
    has_passed = serializers.BooleanField()


class PersonSerializer(SeatedSerializer):
    assignments = serializers.DictField(
        child=serializers.IntegerField(), help_text="Status → how many."
    )
    skips = OwnSkipsSerializer(many=True)
    comprehension = TrySerializer(many=True)
    times = OwnDaySerializer(many=True, help_text="All days together, then newest first.")


def item_answers_body(
    external_id: str,
    letters: dict[str, str],
    distributions: list[Distribution],
    page: AnswerPage,
    next_page: str | None,
) -> dict[str, Any]:
    """One item's distributions with a page of its answers; `next` is the next page's address."""
    answers = [
        {
            "judgment": judgment_body(one.line.judgment),
            "words": dict(one.line.answers),
            "before": dict(one.before),
            "is_replaced": one.is_replaced,
            "passages": [asdict(passage) for passage in one.passages],
            "flags": [flag.flag for flag in one.line.judgment.flags.all()],
        }
        for one in page.answers
    ]
    return {
        "item": external_id,
        "letters": letters,
        "distributions": [distribution_body(one) for one in distributions],
        "answers": answers,
        "next": next_page,
    }


def distribution_body(one: Distribution) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "response": one.response,
        "people": one.total,
        "people_by_stratum": dict(zip(one.strata, one.people, strict=True)),
        "answers": [
            {
                "answer": answer.label,
                "by_stratum": dict(zip(one.strata, answer.counts, strict=True)),
                "people": answer.total,
            }
            for answer in one.answers
        ],
    }


def seated_body(line: PersonLine) -> dict[str, Any]:
    return {**seat_body(line.seat), "quality": quality_body(line.quality)}


def seat_body(seat: Seat) -> dict[str, Any]:
    return {
        "annotator": seat.annotator.pseudonym,
        "stratum": seat.stratum_key,
        "submitted": seat.submitted,
        "joined_at": seat.joined_at,
        "last_submitted_at": seat.last_submitted_at,
        "is_imported": hasattr(seat.annotator, "imported"),
        "has_lapsed": seat.has_lapsed,
        "stopped_at": seat.stopped_at,
    }


def quality_body(quality: Quality | None) -> dict[str, Any] | None:
    return dict(OwnQualitySerializer(quality).data) if quality else None


def person_body(person: Person) -> dict[str, Any]:
    """One annotator's work, from their own rows alone."""
    days: list[OwnDay] = [person.whole, *person.days]
    return {
        **seat_body(person.seat),
        "quality": quality_body(person.quality),
        "assignments": person.by_status,
        "skips": [asdict(skip) for skip in person.skips],
        "comprehension": [
            {
                "guideline_version": one.guideline.version,
                "number": one.number,
                "right": one.right,
                "has_passed": one.has_passed,
            }
            for one in person.tries
        ],
        "times": [asdict(day) for day in days],
    }
