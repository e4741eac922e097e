"""What pages count of a campaign: at once where it is small, else as a worker counted it last.

Counting looks at every cell or judgment, so its cost grows with the campaign. Up to a size it is
done in the request; beyond it, pages read the newest `Summary` and say of when it is. Both come
from the same functions, in the same shape: plain lists and dicts, as JSON has them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from annotation.enums import IMPORTED, JobState
from annotation.errors import Conflict
from annotation.models import Campaign, Coverage, Item, Judgment, Seat, Summary
from annotation.selectors.item_kinds import KIND_OF_ITEM, kind_names
from annotation.selectors.operations import flags, funnel, outcomes, pace, times
from annotation.selectors.positions import position_rows

Part = Callable[[Campaign, datetime], Any]

# Counted in a request up to here: some fifty milliseconds of the database, and for pages that look
# into answers some hundred of Python.
LIVE_CELLS = 100_000
LIVE_JUDGMENTS = 20_000
# Programs go by what they are told: coverage is added up for them as long as a second suffices.
EXACT_CELLS = 2_000_000
DAY = timedelta(days=1)
WINDOW_DAYS = 7


@dataclass(frozen=True)
class Counted:
    """Parts of a campaign's counts, all of one moment; `is_stored` where a worker counted them."""

    at: datetime
    is_stored: bool
    items: int
    judgments: int
    parts: dict[str, Any]


def cells(campaign: Campaign, _now: datetime) -> list[list[int]]:
    """Coverage in rows of [stratum id, submitted, target, items with these, leased on them]."""
    counted = (
        Coverage.objects.filter(stratum__in=stratum_ids(campaign))
        .order_by("stratum_id", "submitted", "target")
        .values_list("stratum_id", "submitted", "target")
        .annotate(items=Count("pk"), held=Sum("leased"))
    )
    return [list(row) for row in counted]


def arrivals(campaign: Campaign, now: datetime) -> list[Any]:
    """By stratum, a row each: judgments in each of the last seven times 24 hours, and by whom.

    Repeats, revisions and imported judgments fill no place, so they do not count.
    """
    days = {
        f"day{number}": Count(
            "pk",
            filter=Q(
                submitted_at__gt=now - (number + 1) * DAY, submitted_at__lte=now - number * DAY
            ),
        )
        for number in range(WINDOW_DAYS)
    }
    rows = (
        Judgment.objects.filter(
            campaign=campaign,
            submitted_at__gt=now - WINDOW_DAYS * DAY,
            submitted_at__lte=now,
            is_repeat=False,
            supersedes__isnull=True,
            erased_at=None,
        )
        .exclude(strategy=IMPORTED)
        .order_by()
        .values("stratum_id")
        .annotate(
            **days,
            active_week=Count("annotator", distinct=True),
            active_day=Count("annotator", distinct=True, filter=Q(submitted_at__gt=now - DAY)),
        )
    )
    return list(rows)


def begun(campaign: Campaign, _now: datetime) -> list[list[int]]:
    """By stratum: [stratum id, people who have given a judgment here at all]."""
    seats = Seat.objects.filter(
        campaign=campaign, submitted__gt=0, annotator__imported=None
    ).order_by()
    return [list(row) for row in seats.values_list("stratum_id").annotate(people=Count("pk"))]


def kinds(campaign: Campaign, _now: datetime) -> list[list[Any]]:
    """[item stratum, items] for each item stratum that has any; "" for items in none."""
    if not campaign.item_strata:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(kind.key, ''), count(*) FROM annotation_item item "  # noqa: S608
            f"{KIND_OF_ITEM} WHERE item.campaign_id = %(campaign)s "
            f"AND item.check_answers IS NULL GROUP BY 1 ORDER BY 1",
            {"campaign": campaign.pk, **kind_names(campaign)},
        )
        return [list(row) for row in cursor.fetchall()]


PARTS: dict[str, Part] = {
    "cells": cells,
    "arrivals": arrivals,
    "begun": begun,
    "kinds": kinds,
    "positions": lambda campaign, _now: position_rows(campaign),
    "pace": pace,
    "times": times,
    "outcomes": outcomes,
    "flags": flags,
    "funnel": funnel,
}


def counts_of(campaign: Campaign, *names: str, now: datetime) -> Counted | None:
    """These parts, counted now or read; None for a large campaign that was not counted yet."""
    prefetch_related_objects([campaign], "strata")  # they are looked at again and again
    items, judgments = bounded_items(campaign), bounded_judgments(campaign)
    if is_small(campaign, items, judgments):
        parts = {name: PARTS[name](campaign, now) for name in names}
        return Counted(now, False, items, judgments, parts)
    summary = newest_summary(campaign)
    if summary is None or any(name not in summary.body for name in names):
        return None
    return Counted(
        at=summary.counted_at or now,
        is_stored=True,
        items=summary.items,
        judgments=summary.judgments,
        parts={name: summary.body[name] for name in names},
    )


def coverage_counts(campaign: Campaign, now: datetime) -> Counted:
    """The cells, added up now; of a campaign of millions as a worker counted them, if it did."""
    prefetch_related_objects([campaign], "strata")
    strata = campaign.strata.count()
    if campaign.planned_items * strata > EXACT_CELLS:
        stored = counts_of(campaign, "cells", now=now)
        if stored:
            return stored
    items, judgments = bounded_items(campaign), bounded_judgments(campaign)
    return Counted(now, False, items, judgments, {"cells": cells(campaign, now)})


def counts_or_conflict(campaign: Campaign, *names: str, now: datetime) -> Counted:
    """These parts, for whoever cannot be shown a page that waits; raises `Conflict`."""
    counted = counts_of(campaign, *names, now=now)
    if counted is None:
        raise not_counted_yet()
    return counted


def not_counted_yet() -> Conflict:
    return Conflict(
        _("This campaign is large, and is being counted. Ask again in a minute or two."),
        code="not-counted-yet",
    )


def is_large(campaign: Campaign) -> bool:
    """Whether counting the campaign is a worker's work."""
    return not is_small(campaign, bounded_items(campaign), bounded_judgments(campaign))


def is_small(campaign: Campaign, items: int, judgments: int) -> bool:
    strata = max(1, campaign.strata.count())
    return items * strata <= LIVE_CELLS and judgments <= LIVE_JUDGMENTS


def bounded_items(campaign: Campaign) -> int:
    """Items, counted no further than is of interest; ordered, so that the index is walked."""
    items = Item.objects.filter(campaign=campaign).order_by("external_id")
    return items.values("external_id")[: LIVE_CELLS + 1].count()


def bounded_judgments(campaign: Campaign) -> int:
    judgments = Judgment.objects.filter(campaign=campaign, erased_at=None).order_by("pk")
    return judgments.values("pk")[: LIVE_JUDGMENTS + 1].count()


def newest_summary(campaign: Campaign) -> Summary | None:
    """The last count that was finished."""
    return finished_summaries().filter(campaign=campaign).order_by("-pk").first()


def finished_summaries() -> QuerySet[Summary]:
    return Summary.objects.filter(state=JobState.DONE, counted_at__isnull=False)


def stratum_ids(campaign: Campaign) -> list[int]:
    # As constants, not as a join: the planner then knows how much of the table they are.
    return [one.pk for one in campaign.strata.all()]


def sums(rows: Sequence[Sequence[int]]) -> dict[int, dict[str, int]]:
    """`cells` added up by stratum id: planned items, wanted, leased and submitted."""
    totals: dict[int, dict[str, int]] = {}
    for stratum, submitted, target, items, leased in rows:
        total = totals.setdefault(stratum, {"items": 0, "wanted": 0, "leased": 0, "submitted": 0})
        total["items"] += items
        total["wanted"] += target * items
        total["leased"] += leased
        total["submitted"] += submitted * items
    return totals
