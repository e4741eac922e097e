"""How fast a campaign fills, when it will be done, and whom it lacks, from what was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from annotation.design.arrivals import (
    MOST_DAYS,
    Arrival,
    Finish,
    arrival_of,
    finish_of,
    latest_first,
    people_to_recruit,
)
from annotation.models import Campaign, Stratum
from annotation.selectors.counting import DAY, WINDOW_DAYS, Counted

# The parts that a forecast is made from.
FORECAST_PARTS = ("cells", "arrivals", "begun")
# A campaign opened a minute ago has no rate worth the name; an hour is the least looked at.
LEAST_DAYS = 1 / 24


@dataclass(frozen=True)
class Level:
    """How many items of a stratum have so many judgments submitted."""

    submitted: int
    items: int
    share: float


@dataclass(frozen=True)
class Spread:
    """A stratum's items by judgments submitted; items that want none of it are left out."""

    levels: list[Level]
    # (submitted, target, items with both)
    rows: Sequence[tuple[int, int, int]]
    items: int
    full: int
    wanted: int
    submitted: int
    remaining: int


@dataclass(frozen=True)
class Recruiting:
    """People to add: at `each` judgments a person, and the seats that are left (None: no limit).

    `basis` tells what `each` was seen in: the stratum, the whole campaign, or nothing yet.
    """

    begun: int
    each: float
    basis: str
    people: int | None
    seats_left: int | None

    @property
    def exceeds_seats(self) -> bool:
        return (
            self.people is not None
            and self.seats_left is not None
            and self.people > self.seats_left
        )


@dataclass(frozen=True)
class StratumForecast:
    """One stratum: what is there, what comes in, and when that suffices."""

    key: str
    spread: Spread
    by_day: list[int]
    active_week: int
    active_day: int
    arrival: Arrival
    last_day: Arrival
    finish: Finish
    finish_at_last_day: Finish
    recruiting: Recruiting

    @property
    def remaining(self) -> int:
        return self.spread.remaining

    @property
    def outlook(self) -> str:
        if not self.remaining:
            return "done" if self.spread.items else "unplanned"
        return "moving" if self.arrival.count else "stuck"


@dataclass(frozen=True)
class CampaignForecast:
    """All strata in the campaign's order; `now` is the moment that everything counts from.

    `is_stored` where a worker counted then, because the campaign is large.
    """

    now: datetime
    is_stored: bool
    days: float
    strata: list[StratumForecast]

    @property
    def hours(self) -> float:
        return 24 * self.days

    @property
    def whom_next(self) -> list[StratumForecast]:
        """Strata that lack judgments, the one that would finish last first."""
        return latest_first([one for one in self.strata if one.remaining])

    def moment(self, days: float) -> datetime | None:
        """So many days on; None where that is no forecast any more."""
        return self.now + timedelta(days=days) if days < MOST_DAYS else None


def campaign_forecast(campaign: Campaign, counted: Counted) -> CampaignForecast:
    """Forecast every stratum from the last seven days, or from the opening on."""
    opened = campaign.opened_at or counted.at
    days = max(LEAST_DAYS, min(float(WINDOW_DAYS), (counted.at - opened) / DAY))
    spreads = coverage_spreads(counted.parts["cells"])
    arriving = {row["stratum_id"]: row for row in counted.parts["arrivals"]}
    begun = dict(counted.parts["begun"])
    empty = spread_of([])
    covered = sum(spread.submitted for spread in spreads.values())
    overall = covered / sum(begun.values()) if sum(begun.values()) else 0.0
    strata = []
    for stratum in campaign.strata.all():
        spread = spreads.get(stratum.pk, empty)
        recruiting = recruiting_of(stratum, spread, begun.get(stratum.pk, 0), overall)
        strata.append(stratum_forecast(stratum, spread, arriving.get(stratum.pk), days, recruiting))
    return CampaignForecast(now=counted.at, is_stored=counted.is_stored, days=days, strata=strata)


def stratum_forecast(
    stratum: Stratum,
    spread: Spread,
    arriving: dict[str, Any] | None,
    days: float,
    recruiting: Recruiting,
) -> StratumForecast:
    row = arriving or {}
    by_day = [row.get(f"day{number}", 0) for number in range(WINDOW_DAYS)]
    arrival = arrival_of(by_day, days=days)
    last_day = arrival_of(by_day[:1], days=min(1.0, days), dispersion=arrival.dispersion)
    return StratumForecast(
        key=stratum.key,
        spread=spread,
        by_day=by_day,
        active_week=row.get("active_week", 0),
        active_day=row.get("active_day", 0),
        arrival=arrival,
        last_day=last_day,
        finish=finish_of(spread.remaining, arrival),
        finish_at_last_day=finish_of(spread.remaining, last_day),
        recruiting=recruiting,
    )


def coverage_spreads(cells: Sequence[Sequence[int]]) -> dict[int, Spread]:
    """By stratum id: items counted by judgments submitted; items that want none are left out."""
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for stratum_id, submitted, target, items, _leased in cells:
        if target:
            rows.setdefault(stratum_id, []).append((submitted, target, items))
    return {stratum_id: spread_of(lines) for stratum_id, lines in rows.items()}


def spread_of(rows: Sequence[tuple[int, int, int]]) -> Spread:
    """From (submitted, target, items), items being those with these two counts."""
    by_level: dict[int, int] = {}
    for submitted, _target, items in rows:
        by_level[submitted] = by_level.get(submitted, 0) + items
    total = sum(by_level.values())
    return Spread(
        levels=[Level(level, items, items / total) for level, items in sorted(by_level.items())],
        rows=rows,
        items=total,
        full=sum(items for submitted, target, items in rows if submitted >= target),
        wanted=sum(target * items for _submitted, target, items in rows),
        submitted=sum(submitted * items for submitted, _target, items in rows),
        remaining=sum(max(0, target - submitted) * items for submitted, target, items in rows),
    )


def recruiting_of(stratum: Stratum, spread: Spread, begun: int, overall: float) -> Recruiting:
    each, basis = (spread.submitted / begun, "stratum") if begun else (overall, "campaign")
    if not each:
        each, basis = 0.0, "none"
    left = None if stratum.quota is None else max(0, stratum.quota - stratum.seats_taken)
    return Recruiting(begun, each, basis, people_to_recruit(spread.remaining, each), left)
