"""The trail over REST."""

from typing import Any

from rest_framework import serializers

from accounts.deeds import Deed, DeedKind
from annotation.selectors.trail import TrailFilter, TrailLine

KINDS_AND_DEEDS = [*DeedKind.choices, *Deed.choices]


class TrailQuerySerializer(serializers.Serializer[Any]):
    who = serializers.EmailField(required=False, help_text="Only what this person did.")
    what = serializers.ChoiceField(
        choices=KINDS_AND_DEEDS,
        required=False,
        help_text="Only deeds of this kind, such as `team`, or one, such as `team.role`.",
    )


class WholeTrailQuerySerializer(TrailQuerySerializer):
    campaign = serializers.SlugField(required=False, help_text="Only what concerns this campaign.")


class TrailEntrySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.EmailField(
        allow_null=True, help_text="Null for the installation, and for accounts that are gone."
    )
    token = serializers.CharField(
        allow_null=True, help_text="The name of the API token it was done by."
    )
    deed = serializers.CharField(help_text="Stable, for programs: `team.role`.")
    campaign = serializers.SlugField(allow_null=True)
    thing = serializers.CharField(help_text="What kind of object it was done to.")
    thing_id = serializers.IntegerField(allow_null=True)
    details = serializers.DictField(help_text="What else tells what changed, by deed.")
    sentence = serializers.CharField(help_text="For people, in the request's language.")


def trail_filter(asked: dict[str, Any]) -> TrailFilter:
    return TrailFilter(**asked)


def trail_body(line: TrailLine) -> dict[str, Any]:
    """An entry of the trail as programs get it."""
    entry = line.entry
    return {
        "id": entry.pk,
        "at": entry.at,
        "who": entry.actor.email if entry.actor else None,
        "token": line.token or None,
        "deed": entry.deed,
        "campaign": line.campaign or None,
        "thing": entry.thing,
        "thing_id": entry.thing_id,
        "details": entry.details,
        "sentence": line.sentence,
    }
