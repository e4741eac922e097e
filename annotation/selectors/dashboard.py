"""The dashboard of a campaign that people work in, from what was counted and who is there now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from annotation.entry import comprehension_of, practice_of
from annotation.enums import AssignmentStatus, Flag, Reached, WhatBecame
from annotation.flow import WARNED, flow_of
from annotation.models import Assignment, Campaign
from annotation.selectors.counting import Counted, counts_of
from annotation.selectors.operations import PACE_DAYS, hour_number
from annotation.selectors.research import stratum_totals

DASHBOARD_PARTS = ("cells", "pace", "times", "outcomes", "flags", "funnel")
# Pages tell every two minutes that they are open, so within this everybody has been heard of.
HERE_WITHIN = timedelta(minutes=5)
HOURS_SHOWN = 48
DAYS_SHOWN = PACE_DAYS
PASSED = {Flag.CHECK_PASSED: Flag.CHECK_FAILED, Flag.REPEAT_SAME: Flag.REPEAT_OTHER}


@dataclass(frozen=True)
class Span:
    """An hour or a day, from its beginning, and the judgments sent in it."""

    begins_at: datetime
    judgments: int


@dataclass(frozen=True)
class Times:
    """Quartiles of the active time of a judgment in seconds; `stratum` None for all together."""

    stratum: str | None
    n: int
    lower: float
    median: float
    upper: float


@dataclass(frozen=True)
class Served:
    """What became of the assignments of a stratum, or of all (`stratum` None)."""

    stratum: str | None
    submitted: int = 0
    skipped: int = 0
    released: int = 0
    expired: int = 0
    leased: int = 0

    @property
    def ended(self) -> int:
        return self.submitted + self.skipped + self.released + self.expired

    @property
    def share_skipped(self) -> float | None:
        """Skips as a share of what has ended; None before anything has."""
        return self.skipped / self.ended if self.ended else None

    @property
    def percent_skipped(self) -> float:
        return 100 * (self.share_skipped or 0.0)


@dataclass(frozen=True)
class SkipReason:
    """How often something was skipped for a reason that the campaign offers, or for none."""

    label: str
    count: int


@dataclass(frozen=True)
class FlagCount:
    """Judgments and people with a flag, and of how many the flag could have been."""

    flag: str
    judgments: int
    people: int
    of: int | None

    @property
    def label(self) -> str:
        return str(Flag(self.flag).label)


@dataclass(frozen=True)
class FunnelStep:
    """People who got at least so far; shares of all who came and of the step before."""

    step: Reached
    people: int
    share: float
    of_before: float

    @property
    def percent(self) -> float:
        return 100 * self.share

    @property
    def percent_of_before(self) -> float:
        return 100 * self.of_before


@dataclass(frozen=True)
class Fate:
    """What became of people, by number."""

    fate: WhatBecame
    people: int


@dataclass(frozen=True)
class Active:
    """People at work: their page is open now, or they sent a judgment within the time."""

    now: int = 0
    hour: int = 0
    day: int = 0
    week: int = 0
    now_by_stratum: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard:
    """Everything of one moment, but for `active.now`, which is always of this moment.

    Of a large campaign that was not counted yet only that and seats are known: `counted` is None.
    """

    now: datetime
    counted: Counted | None
    strata: list[dict[str, Any]]
    active: Active
    hours: list[Span] = field(default_factory=list)
    days: list[Span] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    skips: list[SkipReason] = field(default_factory=list)
    flags: list[FlagCount] = field(default_factory=list)
    funnel: list[FunnelStep] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        return sum(stratum["wanted"] or 0 for stratum in self.strata)

    @property
    def submitted(self) -> int:
        return sum(stratum["submitted"] or 0 for stratum in self.strata)


def dashboard_of(campaign: Campaign, now: datetime) -> Dashboard:
    """The dashboard in a fixed number of queries, whatever the campaign's size."""
    counted = counts_of(campaign, *DASHBOARD_PARTS, now=now)
    keys = {one.pk: one.key for one in campaign.strata.all()}
    here = at_work(campaign, now, keys)
    totals = stratum_totals(campaign, counted)
    if counted is None:
        return Dashboard(now, None, totals, Active(sum(here.values()), now_by_stratum=here))
    parts = counted.parts
    return Dashboard(
        now=now,
        counted=counted,
        strata=totals,
        active=active_of(parts["funnel"], here),
        hours=hours_of(parts["pace"], counted.at),
        days=days_of(parts["pace"], counted.at),
        times=times_of(parts["times"], keys),
        served=served_of(parts["outcomes"], keys),
        skips=skips_of(campaign, parts["outcomes"]),
        flags=flags_of(parts["flags"]),
        funnel=funnel_of(campaign, parts["funnel"]),
        fates=fates_of(parts["funnel"]),
    )


def at_work(campaign: Campaign, now: datetime, keys: dict[int, str]) -> dict[str, int]:
    """People by stratum whose lease was taken or renewed within the last minutes.

    By the index on running leases, of which there are as many as people, not as judgments.
    """
    renewed = now - HERE_WITHIN + timedelta(minutes=campaign.lease_minutes)
    rows = (
        Assignment.objects.filter(
            campaign=campaign,
            status=AssignmentStatus.LEASED,
            lease_expires_at__gt=max(now, renewed),
        )
        .order_by()
        .values_list("stratum_id")
        .annotate(people=Count("annotator", distinct=True))
    )
    return {keys[stratum]: people for stratum, people in rows if stratum in keys}


def active_of(rows: Sequence[Sequence[Any]], here: dict[str, int]) -> Active:
    hour, day, week = (sum(row[place] for row in rows) for place in (3, 4, 5))
    return Active(sum(here.values()), hour, day, week, here)


def hours_of(rows: Sequence[Sequence[int]], at: datetime) -> list[Span]:
    """The last two days by hours of the clock, the running one last."""
    by_hour = {hour: count for hour, count in rows}
    last = hour_number(at)
    return [
        Span(datetime.fromtimestamp(hour * 3600, UTC), by_hour.get(hour, 0))
        for hour in range(last - HOURS_SHOWN + 1, last + 1)
    ]


def days_of(rows: Sequence[Sequence[int]], at: datetime) -> list[Span]:
    """The last thirty days of the calendar (UTC), today last; of the first a part only."""
    by_day: dict[int, int] = {}
    for hour, count in rows:
        by_day[hour // 24] = by_day.get(hour // 24, 0) + count
    last = hour_number(at) // 24
    return [
        Span(datetime.fromtimestamp(day * 86400, UTC), by_day.get(day, 0))
        for day in range(last - DAYS_SHOWN + 1, last + 1)
    ]


def times_of(rows: Sequence[Sequence[Any]], keys: dict[int, str]) -> list[Times]:
    """All together first, then strata in the campaign's order."""
    found = {row[0]: row[1:] for row in rows}
    order: list[int | None] = [None, *keys]
    return [
        Times(
            keys[one] if one is not None else None,
            found[one][0],
            *(quartile / 1000 for quartile in found[one][1:]),
        )
        for one in order
        if one in found
    ]


def served_of(rows: Sequence[Sequence[Any]], keys: dict[int, str]) -> list[Served]:
    """All together first, then strata in the campaign's order."""
    counts: dict[int | None, dict[str, int]] = {None: {}, **{pk: {} for pk in keys}}
    for stratum, status, _kind, count in rows:
        if status == AssignmentStatus.WITHDRAWN:
            continue
        for pk in {None, stratum}:
            one = counts.setdefault(pk, {})
            one[status] = one.get(status, 0) + count
    return [
        Served(keys[pk] if pk is not None else None, **one)
        for pk, one in counts.items()
        if pk is None or pk in keys
    ]


def skips_of(campaign: Campaign, rows: Sequence[Sequence[Any]]) -> list[SkipReason]:
    """Skips by the reason given, the most frequent first; labels are the campaign's own."""
    labels = {key: str(label) for key, label in flow_of(campaign).offered_reasons()}
    labels |= {"": _("no reason given"), WARNED: _("left at the content warning")}
    counts: dict[str, int] = {}
    for _stratum, status, kind, count in rows:
        if status == AssignmentStatus.SKIPPED:
            counts[kind] = counts.get(kind, 0) + count
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [SkipReason(labels.get(kind, kind), count) for kind, count in ordered]


def flags_of(rows: Sequence[Sequence[Any]]) -> list[FlagCount]:
    """Every kind of flag, also those that nobody has, in one order."""
    found = {flag: (count, people) for flag, count, people in rows}
    pairs = {one: (one, other) for one, other in PASSED.items()}
    pairs |= {other: (one, other) for one, other in PASSED.items()}
    return [
        FlagCount(
            flag.value,
            *found.get(flag.value, (0, 0)),
            of=sum(found.get(one.value, (0, 0))[0] for one in pairs[flag])
            if flag in pairs
            else None,
        )
        for flag in Flag
    ]


def funnel_of(campaign: Campaign, rows: Sequence[Sequence[Any]]) -> list[FunnelStep]:
    """From coming to finishing: who took a later step has taken the earlier ones.

    Steps that the campaign does not have are left out.
    """
    guideline = campaign.guideline
    missing = set()
    if comprehension_of(guideline) is None:
        missing.add(Reached.UNDERSTOOD)
    if not practice_of(guideline):
        missing.add(Reached.PRACTISED)
    order = list(Reached)
    people = dict.fromkeys(order, 0)
    for reached, fate, count, *_active in rows:
        for step in order[: order.index(Reached(reached)) + 1]:
            people[step] += count
        if fate == WhatBecame.FINISHED:
            people[Reached.FINISHED] += count
    steps = []
    came = before = people[Reached.ARRIVED]
    for step in order:
        if step not in missing:
            now = people[step]
            steps.append(FunnelStep(step, now, part(now, came), part(now, before)))
            before = now
    return steps


def part(some: int, whole: int) -> float:
    return some / whole if whole else 0.0


def fates_of(rows: Sequence[Sequence[Any]]) -> list[Fate]:
    people = dict.fromkeys(WhatBecame, 0)
    for _reached, fate, count, *_active in rows:
        people[WhatBecame(fate)] += count
    return [Fate(fate, count) for fate, count in people.items()]
