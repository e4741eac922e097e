"""Annotators of a campaign as a researcher looks at them: pseudonyms, and their own work.

Nothing here compares a person with what others answered. Who has withdrawn is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from annotation.enums import IMPORTED, AssignmentStatus, PeopleOrder, PeopleWho
from annotation.models import Assignment, Campaign, ComprehensionTry, Judgment, Seat
from annotation.selectors.campaigns import latest_judgments
from annotation.selectors.counting import is_large
from annotation.selectors.quality import Quality, own_quality, quality_of
from annotation.selectors.research import JudgmentLine, judgment_lines, light

PEOPLE_A_PAGE = 50
JUDGMENTS_A_PAGE = 30
LATELY = timedelta(days=1)
ORDERS: Mapping[str, tuple[Any, ...]] = {
    PeopleOrder.LAST: (F("last_submitted_at").desc(nulls_last=True), "-pk"),
    PeopleOrder.MOST: ("-submitted", "-pk"),
    PeopleOrder.NEWEST: ("-joined_at", "-pk"),
}
# By day, and of all days together first.
OWN_TIMES = """
SELECT (submitted_at AT TIME ZONE 'UTC')::date AS day, count(*), count(active_ms),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY active_ms)
FROM annotation_judgment
WHERE annotator_id = %(annotator)s AND campaign_id = %(campaign)s AND supersedes_id IS NULL
  AND erased_at IS NULL
GROUP BY GROUPING SETS ((1), ())
ORDER BY 1 DESC NULLS FIRST
LIMIT %(most)s
"""
MOST_DAYS = 60


@dataclass(frozen=True)
class PeopleSearch:
    """Whom to look at; `text` stands in the pseudonym."""

    text: str = ""
    stratum: str = ""
    only: str = ""
    order: str = PeopleOrder.LAST.value
    page: int = 1


@dataclass(frozen=True)
class PersonLine:
    """A seat in the list; `quality` None where nothing is noted, or it is not counted here."""

    seat: Seat
    quality: Quality | None


@dataclass(frozen=True)
class OwnDay:
    """What a person sent on a day (UTC), or on all days (`day` None); quartiles in seconds."""

    day: date | None
    judgments: int
    measured: int
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True)
class Skips:
    """How often a person skipped for a reason that the campaign offers, or for none."""

    kind: str
    count: int


@dataclass(frozen=True)
class Person:
    """One annotator in one campaign: how they came on, their times, what was noted."""

    seat: Seat
    quality: Quality | None
    whole: OwnDay
    days: list[OwnDay]
    by_status: dict[str, int] = field(default_factory=dict)
    skips: list[Skips] = field(default_factory=list)
    tries: list[ComprehensionTry] = field(default_factory=list)


@dataclass(frozen=True)
class OwnJudgments:
    """A page of a person's judgments, newest first; `older` is where the next page goes on."""

    lines: list[tuple[JudgmentLine, list[str]]]
    older: int | None
    is_first: bool


def seats_shown(campaign: Campaign) -> QuerySet[Seat]:
    """Everybody who has a seat and has not withdrawn."""
    seats = Seat.objects.filter(campaign=campaign, withdrawn_at=None, annotator__withdrawn_at=None)
    return seats.select_related("annotator__imported", "stratum")


def people_found(campaign: Campaign, search: PeopleSearch) -> Page[Any]:
    """A page of the people that a search finds, with flags where the campaign is no large one."""
    seats = seats_shown(campaign)
    if search.text:
        seats = seats.filter(annotator__pseudonym__icontains=search.text)
    if search.stratum:
        seats = seats.filter(stratum__key=search.stratum)
    if search.only:
        seats = seats.filter(condition(search.only, timezone.now()))
    page: Page[Any] = Paginator(seats.order_by(*ORDERS[search.order]), PEOPLE_A_PAGE).get_page(
        search.page
    )
    shown = list(page.object_list)
    noted: dict[int, Quality] = {}
    if shown and not is_large(campaign):
        ids = [seat.annotator_id for seat in shown]
        noted = {one.annotator_id: one for one in quality_of(campaign, annotator_ids=ids)}
    page.object_list = [PersonLine(seat, noted.get(seat.annotator_id)) for seat in shown]
    return page


def condition(only: str, now: datetime) -> Q:
    """The condition behind each choice."""
    return {
        PeopleWho.LATELY: Q(last_submitted_at__gt=now - LATELY),
        PeopleWho.NOTHING: Q(submitted=0),
        PeopleWho.STOPPED: Q(stopped_at__isnull=False),
        PeopleWho.LAPSED: Q(has_lapsed=True, submitted=0, stopped_at=None),
        PeopleWho.IMPORTED: Q(annotator__imported__isnull=False),
    }[PeopleWho(only)]


def person_of(seat: Seat) -> Person:
    """What is known of the person's work, all of it from their own rows; four queries."""
    campaign = seat.campaign
    whole, *days = own_days(seat)
    statuses = (
        Assignment.objects.filter(seat=seat)
        .exclude(strategy=IMPORTED)
        .order_by("status", "skip_kind")
        .values_list("status", "skip_kind")
        .annotate(count=Count("pk"))
    )
    by_status: dict[str, int] = {}
    skips = []
    for status, kind, count in statuses:
        by_status[status] = by_status.get(status, 0) + count
        if status == AssignmentStatus.SKIPPED:
            skips.append(Skips(kind, count))
    tries = (
        ComprehensionTry.objects.filter(seat=seat)
        .select_related("guideline")
        .defer("guideline__text", "guideline__html", "guideline__translations", "answers")
    )
    return Person(
        seat=seat,
        quality=own_quality(campaign, seat.annotator_id),
        whole=whole,
        days=days,
        by_status=by_status,
        skips=skips,
        tries=list(tries.order_by("guideline__version", "number")),
    )


def own_days(seat: Seat) -> list[OwnDay]:
    """All days together, then each of the last days with a judgment, newest first."""
    names = {
        "annotator": seat.annotator_id,
        "campaign": seat.campaign_id,
        "most": MOST_DAYS + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(OWN_TIMES, names)
        return [
            OwnDay(day, judgments, measured, *in_seconds(quartiles))
            for day, judgments, measured, quartiles in cursor.fetchall()
        ]


def in_seconds(quartiles: Sequence[float | None] | None) -> list[float | None]:
    """Milliseconds as seconds; three times None where nothing was measured."""
    if not quartiles:
        return [None, None, None]
    return [None if one is None else round(one) / 1000 for one in quartiles]


def own_judgments(seat: Seat, *, before: int | None = None, flagged: bool = False) -> OwnJudgments:
    """A page of the person's judgments by keyset, revised ones too; three queries."""
    judgments = light(latest_judgments(seat.campaign)).filter(annotator=seat.annotator_id)
    if flagged:
        noted = Judgment.objects.filter(annotator=seat.annotator_id, flags__isnull=False)
        judgments = judgments.filter(pk__in=noted.values("pk"))
    if before is not None:
        judgments = judgments.filter(pk__lt=before)
    found = list(judgments.prefetch_related("flags")[: JUDGMENTS_A_PAGE + 1])
    shown = found[:JUDGMENTS_A_PAGE]
    lines = judgment_lines(seat.campaign, shown)
    return OwnJudgments(
        lines=[
            (line, [flag.get_flag_display() for flag in line.judgment.flags.all()])
            for line in lines
        ],
        older=shown[-1].pk if len(found) > JUDGMENTS_A_PAGE else None,
        is_first=before is None,
    )
