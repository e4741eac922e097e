"""Everything that campaigns hold about a person, in portions: for the person, nobody else."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from accounts.enums import OnWithdrawal
from accounts.models import Annotator, Consent, Profile
from annotation.models import (
    Arrival,
    Assignment,
    Campaign,
    ComprehensionTry,
    Erasure,
    Judgment,
    JudgmentFlag,
    MessageCopy,
    Report,
    Seat,
)

ROWS_AT_ONCE = 500
Row = dict[str, Any]


def own_sections(annotator: Annotator) -> Iterator[tuple[str, Iterator[Row]]]:
    """Each kind of row by its name, read as it is asked for in bounded memory."""
    for name, rows in (
        ("consents", consents(annotator)),
        ("profiles", profiles(annotator)),
        ("seats", seats(annotator)),
        ("assignments", assignments(annotator)),
        ("judgments", judgments(annotator)),
        ("reports", reports(annotator)),
        ("comprehension", comprehension(annotator)),
        ("arrivals", arrivals(annotator)),
        ("messages", messages(annotator)),
        ("withdrawals", withdrawals(annotator)),
    ):
        yield name, iter(rows.iterator(chunk_size=ROWS_AT_ONCE))


def consents(annotator: Annotator) -> QuerySet[Any, Any]:
    return (
        Consent.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            "purposes",
            "given_at",
            version=F("document__version"),
            text=F("document__text"),
            on_withdrawal=F("document__on_withdrawal"),
            purposes_asked=F("document__purposes"),
        )
    )


def profiles(annotator: Annotator) -> QuerySet[Any, Any]:
    return (
        Profile.objects.filter(annotator=annotator)
        .order_by("series", "version")
        .values("series", "version", "answers", "created_at", "erased_at")
    )


def seats(annotator: Annotator) -> QuerySet[Seat, Row]:
    return (
        Seat.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("joined_at", "withdrawn_at", "submitted", "submitted_on_day", "day"),
            *("submitted_in_session", "last_submitted_at", "guideline_seen", "has_lapsed"),
            slug=F("campaign__slug"),
            title=F("campaign__title"),
            stratum_key=F("stratum__key"),
            profile_series=F("profile__series"),
            profile_version=F("profile__version"),
            consent_version=F("consent__document__version"),
        )
    )


def assignments(annotator: Annotator) -> QuerySet[Assignment, Row]:
    """With drafts and reasons for skipping."""
    return (
        Assignment.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("id", "status", "is_repeat", "strategy", "propensity", "presented_order", "draft"),
            *("skip_kind", "skip_reason", "served_at", "lease_expires_at", "ended_at"),
            slug=F("campaign__slug"),
            item_id_in_campaign=F("item__external_id"),
            stratum_key=F("stratum__key"),
        )
    )


def judgments(annotator: Annotator) -> QuerySet[Judgment, Row]:
    """With those that were revised since; `superseded` names the one that a revision replaces."""
    flags = JudgmentFlag.objects.filter(judgment=OuterRef("pk")).order_by("flag")
    return (
        Judgment.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("id", "assignment_id", "task_type", "answers", "acceptable", "spans", "reason"),
            *("confidence", "presented_order", "is_repeat", "after_lease", "language"),
            *("active_ms", "elapsed_ms", "idempotency_key", "software_version", "submitted_at"),
            *("erased_at", "strategy", "propensity"),
            superseded=F("supersedes_id"),
            flags_set=ArraySubquery(flags.values("flag")),
            slug=F("campaign__slug"),
            item_id_in_campaign=F("item__external_id"),
            stratum_key=F("stratum__key"),
            profile_version=F("profile__version"),
            consent_version=F("consent__document__version"),
            guideline_version=F("guideline__version"),
        )
    )


def reports(annotator: Annotator) -> QuerySet[Report, Row]:
    """Of content as harmful."""
    return (
        Report.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("kind", "note", "created_at"),
            slug=F("campaign__slug"),
            item_id_in_campaign=F("item__external_id"),
            response_id_in_item=F("response__external_id"),
        )
    )


def comprehension(annotator: Annotator) -> QuerySet[ComprehensionTry, Row]:
    """Tries at the questions about a guideline."""
    return (
        ComprehensionTry.objects.filter(seat__annotator=annotator)
        .order_by("pk")
        .values(
            *("number", "answers", "right", "has_passed", "tried_at"),
            slug=F("seat__campaign__slug"),
            guideline_version=F("guideline__version"),
        )
    )


def arrivals(annotator: Annotator) -> QuerySet[Arrival, Row]:
    """By which links the person came, with what the crowd platform told of them."""
    return (
        Arrival.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("study", "session", "submission", "participant", "outcome", "arrived_at"),
            *("settled_at", "forgotten_at"),
            slug=F("campaign__slug"),
            link_name=F("link__name"),
        )
    )


def messages(annotator: Annotator) -> QuerySet[MessageCopy, Row]:
    """What researchers wrote to the person, and what became of it."""
    return (
        MessageCopy.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("state", "changed_at"),
            subject=F("message__subject"),
            text=F("message__text"),
            sent_at=F("message__created_at"),
            slug=F("message__campaign__slug"),
        )
    )


def withdrawals(annotator: Annotator) -> QuerySet[Erasure, Row]:
    return (
        Erasure.objects.filter(annotator=annotator)
        .order_by("pk")
        .values(
            *("created_at", "finished_at", "state", "judgments", "assignments"),
            slug=F("campaign__slug"),
        )
    )


def seats_kept(annotator: Annotator, campaign: Campaign | None = None) -> list[Seat]:
    """Seats whose judgments stay as nobody's if the person withdraws; in one campaign or all.

    With their campaigns and strata; those they have withdrawn from already are not among them.
    """
    seats = Seat.objects.filter(
        annotator=annotator,
        withdrawn_at=None,
        consent__document__on_withdrawal=OnWithdrawal.KEEP_JUDGMENTS,
    )
    if campaign is not None:
        seats = seats.filter(campaign=campaign)
    return list(seats.select_related("campaign", "stratum").order_by("-pk"))


def own_seats(annotator: Annotator) -> list[Seat]:
    """The person's seats with what a page tells of each, newest first; one query."""
    return list(
        Seat.objects.filter(annotator=annotator)
        .select_related("campaign", "profile", "consent__document")
        .defer("consent__document__text")
        .order_by("-pk")
    )
