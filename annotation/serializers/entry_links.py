"""Entry links: what a researcher says of one, and how it reads."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import Outcome, PlatformKey
from annotation.models import Arrival, EntryLink
from annotation.platforms import platform_of
from annotation.platforms.base import CODE, ID
from annotation.selectors.entry import LinkCounts, TurnedAway
from annotation.serializers.entry import StrictPart

CODES = ("completion_code", "screen_out_code", "time_out_code")
URLS = ("completion_url", "screen_out_url", "time_out_url")


class EntryLinkSerializer(StrictPart):
    """Codes and addresses are fixed here: no visitor decides where anybody is sent."""

    name = serializers.CharField(max_length=80)
    platform = serializers.ChoiceField(PlatformKey.choices)
    study = serializers.CharField(
        max_length=128,
        allow_blank=True,
        default="",
        help_text="The platform's id of the only study that may send people here.",
    )
    panel = serializers.CharField(
        max_length=40,
        allow_blank=True,
        default="",
        help_text="Links that name the same panel share its people's identities.",
    )
    most = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, allow_null=True, default=None, help_text="Most people."
    )
    completion_code = serializers.CharField(max_length=64, allow_blank=True, default="")
    screen_out_code = serializers.CharField(max_length=64, allow_blank=True, default="")
    time_out_code = serializers.CharField(max_length=64, allow_blank=True, default="")
    completion_url = serializers.CharField(
        max_length=500,
        allow_blank=True,
        default="",
        help_text="https; for CloudResearch its own address for the project. Of panels it may hold "
        "`{participant}` behind its question mark.",
    )
    screen_out_url = serializers.CharField(max_length=500, allow_blank=True, default="")
    time_out_url = serializers.CharField(max_length=500, allow_blank=True, default="")
    is_sandbox = serializers.BooleanField(
        default=False, help_text="Mechanical Turk's sandbox, whose workers are other people."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        problems = {
            **{name: code_problem(attrs[name]) for name in CODES},
            **{name: url_problem(attrs["platform"], attrs[name]) for name in URLS},
            "study": id_problem(attrs["study"]),
            "panel": id_problem(attrs["panel"]),
        }
        if attrs["panel"] and attrs["platform"] != PlatformKey.PANEL:
            problems["panel"] = _("Goes with the platform panel, and only with it.")
        if attrs["is_sandbox"] and attrs["platform"] != PlatformKey.MTURK:
            problems["is_sandbox"] = _("Goes with Mechanical Turk, and only with it.")
        wrong = {name: problem for name, problem in problems.items() if problem}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


def code_problem(code: str) -> str:
    if code and not CODE.fullmatch(code):
        return _("Use letters, digits, - and _ only.")
    return ""


def id_problem(value: str) -> str:
    if value and not ID.fullmatch(value):
        return _("Use letters, digits and _ . : @ + - only.")
    return ""


def url_problem(platform: str, url: str) -> str:
    if not url:
        return ""
    if platform in (PlatformKey.PROLIFIC, PlatformKey.MTURK):
        return _("People of this platform go back to its own fixed address; leave this open.")
    return platform_of(platform).url_problem(url)


class LinkCountsSerializer(serializers.Serializer[Any]):
    arrived = serializers.IntegerField()
    joined = serializers.IntegerField()
    completed = serializers.IntegerField()
    screened_out = serializers.IntegerField()
    timed_out = serializers.IntegerField()


class EntryLinkShownSerializer(EntryLinkSerializer):
    shown_to_some = ("key",)

    id = serializers.IntegerField(read_only=True)
    url = serializers.CharField(read_only=True, help_text="To give to the platform.")
    taken = serializers.IntegerField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    counts = LinkCountsSerializer(read_only=True)
    key = serializers.CharField(
        read_only=True,
        required=False,
        help_text="Of panels, right after it was made or renewed, and never again.",
    )


class TurnedAwaySerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    stratum = serializers.CharField(help_text="Empty where it is not known.")
    count = serializers.IntegerField()


class EntryLinksSerializer(serializers.Serializer[Any]):
    links = EntryLinkShownSerializer(many=True)
    turned_away = TurnedAwaySerializer(many=True)


class LinkKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField()


class ArrivalQuerySerializer(serializers.Serializer[Any]):
    """Which arrivals a list shall have."""

    link = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="The entry link's id."
    )
    outcome = serializers.ChoiceField(Outcome.choices, required=False)


class EntryArrivalSerializer(serializers.Serializer[Any]):
    annotator = serializers.CharField(help_text="Pseudonym.")
    link = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    study = serializers.CharField()
    session = serializers.CharField()
    submission = serializers.CharField()
    outcome = serializers.ChoiceField(Outcome.choices)
    arrived_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


def address_of(link: EntryLink, request: HttpRequest | Request) -> str:
    """What a researcher gives to the platform: the door, with the platform's own parameters."""
    path = reverse("annotation:enter", kwargs={"token": link.token})
    platform = platform_of(link.platform)
    address = f"{request.build_absolute_uri(path)}?{platform.parameters}"
    if not platform.adds_parameters:
        return address
    names = {"address": address, "platform": link.get_platform_display()}
    return _("%(address)s (added by %(platform)s)") % names


def link_body(link: EntryLink, counts: LinkCounts | None, *, url: str) -> dict[str, Any]:
    """The link as those who run the campaign read it; its key is not part of it."""
    counts = counts or LinkCounts()
    stated = ("name", "platform", "study", "panel", "most", *CODES, *URLS, "is_sandbox")
    return {
        "id": link.pk,
        **{name: getattr(link, name) for name in stated},
        "url": url,
        "taken": link.taken,
        "created_at": link.created_at,
        "revoked_at": link.revoked_at,
        "counts": LinkCountsSerializer(counts).data,
    }


def turned_away_body(rows: list[TurnedAway]) -> list[dict[str, Any]]:
    return [dict(TurnedAwaySerializer(row).data) for row in rows]


def arrival_body(arrival: Arrival) -> dict[str, Any]:
    return {
        "annotator": arrival.annotator.pseudonym,
        "link": arrival.link_id,
        "source": arrival.link.platform,
        "study": arrival.study,
        "session": arrival.session,
        "submission": arrival.submission,
        "outcome": arrival.outcome,
        "arrived_at": arrival.arrived_at,
        "settled_at": arrival.settled_at,
    }
