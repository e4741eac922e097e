"""The dashboard of a campaign as a body of REST."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from annotation.enums import Flag, Reached, WhatBecame
from annotation.selectors.dashboard import Dashboard

ALL_TOGETHER = "null: all strata together."


class ActiveSerializer(serializers.Serializer[Any]):
    now = serializers.IntegerField(help_text="With an item before them within five minutes.")
    hour = serializers.IntegerField(help_text="Who sent a judgment in the last hour.")
    day = serializers.IntegerField()
    week = serializers.IntegerField()
    now_by_stratum = serializers.DictField(child=serializers.IntegerField())


class SpanSerializer(serializers.Serializer[Any]):
    begins_at = serializers.DateTimeField()
    judgments = serializers.IntegerField()


class LiveStratumSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField()
    target = serializers.IntegerField(help_text="Judgments wanted over all items.")
    submitted = serializers.IntegerField()
    leased = serializers.IntegerField()
    seats = serializers.IntegerField()
    quota = serializers.IntegerField(allow_null=True)


class TimesSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField(allow_null=True, help_text=ALL_TOGETHER)
    n = serializers.IntegerField(help_text="Judgments whose active time was measured.")
    lower = serializers.FloatField(help_text="Quartiles in seconds.")
    median = serializers.FloatField()
    upper = serializers.FloatField()


class ServedSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField(allow_null=True, help_text=ALL_TOGETHER)
    submitted = serializers.IntegerField()
    skipped = serializers.IntegerField()
    share_skipped = serializers.FloatField(allow_null=True, help_text="Of what has ended.")
    released = serializers.IntegerField()
    expired = serializers.IntegerField()
    leased = serializers.IntegerField()


class SkipCountSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FlagCountSerializer(serializers.Serializer[Any]):
    flag = serializers.ChoiceField(Flag.choices)
    judgments = serializers.IntegerField()
    people = serializers.IntegerField()
    of = serializers.IntegerField(
        allow_null=True,
        help_text="Judgments that the flag was possible for, where that is counted.",
    )


class FunnelStepSerializer(serializers.Serializer[Any]):
    step = serializers.ChoiceField(Reached.choices)
    people = serializers.IntegerField(help_text="Who got at least so far.")
    share = serializers.FloatField(help_text="Of all who came.")
    of_before = serializers.FloatField(help_text="Of the step before.")


class FateSerializer(serializers.Serializer[Any]):
    fate = serializers.ChoiceField(WhatBecame.choices)
    people = serializers.IntegerField()


class DashboardSerializer(serializers.Serializer[Any]):
    now = serializers.DateTimeField(help_text="The moment of `active.now` and of leases.")
    counted_at = serializers.DateTimeField(
        help_text="The moment of all else: now, or of a large campaign when a worker counted it."
    )
    active = ActiveSerializer()
    hours = SpanSerializer(many=True, help_text="The last 48 hours of the clock, oldest first.")
    days = SpanSerializer(many=True, help_text="The last 30 days (UTC), oldest first.")
    strata = LiveStratumSerializer(many=True)
    times = TimesSerializer(many=True)
    served = ServedSerializer(many=True)
    skips = SkipCountSerializer(many=True)
    flags = FlagCountSerializer(many=True)
    funnel = FunnelStepSerializer(many=True)
    fates = FateSerializer(many=True)


def dashboard_body(live: Dashboard) -> dict[str, Any]:
    """The dashboard of a campaign that has been counted."""
    assert live.counted is not None  # noqa: S101 - callers refuse what was not counted
    body = {
        "now": live.now,
        "counted_at": live.counted.at,
        "active": asdict(live.active),
        "strata": [
            {
                "stratum": row["key"],
                "target": row["wanted"],
                "submitted": row["submitted"],
                "leased": row["leased"],
                "seats": row["seats_taken"],
                "quota": row["quota"],
            }
            for row in live.strata
        ],
        "served": [{**asdict(one), "share_skipped": one.share_skipped} for one in live.served],
    }
    for name in ("hours", "days", "times", "skips", "flags", "funnel", "fates"):
        body[name] = [asdict(one) for one in getattr(live, name)]
    return dict(DashboardSerializer(body).data)
