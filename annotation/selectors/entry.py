"""How many came by which link, and what became of them: a fixed number of queries."""

from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.enums import Outcome, ScreenOutReason
from annotation.models import Arrival, Campaign, EntryLink, ScreenOut, Seat


@dataclass(frozen=True)
class LinkCounts:
    """People of one link. Whoever joined took a seat; the others are still at the questions."""

    arrived: int = 0
    joined: int = 0
    completed: int = 0
    screened_out: int = 0
    timed_out: int = 0


@dataclass(frozen=True)
class TurnedAway:
    """How often people were turned away for one reason, from one stratum where it is known."""

    reason: str
    stratum: str
    count: int


def link_counts(campaign: Campaign) -> dict[int, LinkCounts]:
    """Counts by link id; links that nobody came by are missing."""
    seated = Seat.objects.filter(annotator=OuterRef("annotator"), campaign=campaign)
    rows = (
        Arrival.objects.filter(campaign=campaign)
        .annotate(is_seated=Exists(seated))
        .values("link")
        .annotate(
            arrived=Count("pk"),
            joined=Count("pk", filter=Q(is_seated=True)),
            completed=Count("pk", filter=Q(outcome=Outcome.COMPLETED)),
            screened_out=Count("pk", filter=Q(outcome=Outcome.SCREENED_OUT)),
            timed_out=Count("pk", filter=Q(outcome=Outcome.TIMED_OUT)),
        )
    )
    return {
        row["link"]: LinkCounts(**{one.name: row[one.name] for one in fields(LinkCounts)})  # type: ignore[literal-required]
        for row in rows
    }


def links_of(campaign: Campaign) -> QuerySet[EntryLink]:
    """The campaign's links, those in use first."""
    return campaign.entry_links.select_related("campaign").order_by("revoked_at", "pk")


def turned_away(campaign: Campaign) -> list[TurnedAway]:
    """The funnel's other end, by reason and stratum over all links."""
    rows: dict[tuple[str, str], int] = {}
    for reason, stratum, count in ScreenOut.objects.filter(campaign=campaign).values_list(
        "reason", "stratum__key", "count"
    ):
        key = (reason, stratum or "")
        rows[key] = rows.get(key, 0) + count
    order = list(ScreenOutReason.values)
    return [
        TurnedAway(reason, stratum, count)
        for (reason, stratum), count in sorted(
            rows.items(), key=lambda row: (order.index(row[0][0]), row[0][1])
        )
    ]


def arrivals_of(campaign: Campaign) -> QuerySet[Arrival]:
    """How each annotator came, for admins: sessions can lead back to people."""
    return (
        Arrival.objects.filter(campaign=campaign).select_related("link", "annotator").order_by("pk")
    )
