"""What a design costs: judgments, people, hours and pay."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

SECONDS_AN_HOUR = 3600
# Sums of parts are a little off; nobody is needed for a billionth of a judgment.
SLACK = 1e-6


@dataclass(frozen=True)
class Work:
    """What giving a judgment takes and pays, and how many a person gives at most (None: any).

    `repeat_rate` is the share of all that is judged which is asked a second time.
    """

    seconds: float
    pay_per_hour: float
    cap: int | None = None
    repeat_rate: float = 0.0

    def repeats(self, judgments: float) -> float:
        """J·r/(1 − r): of all J + R that are given, R = r·(J + R) are repeats."""
        return judgments * self.repeat_rate / (1 - self.repeat_rate)

    def hours(self, judgments: float) -> float:
        return judgments * self.seconds / SECONDS_AN_HOUR


@dataclass(frozen=True)
class Effort:
    """What one stratum, or all together, has to give.

    `judgments` are those expected, a fraction where an overlap is shared out; `each` is how many
    a person gives, repeats included.
    """

    key: str
    judgments: float
    repeats: float
    people_needed: int
    people: int
    each: float
    hours: float
    cost: float


def people_needed(judgments: float, most: int, *, cap: int | None) -> int:
    """The fewest people who can give items so many judgments, an item `most` at the most.

    P = max(⌈judgments / cap⌉, most). As many suffice without anybody seeing an item twice: deal
    the judgments out in turn, those of one item after those of another. An item's are at most P
    and fall to different people, and loads are even to within one.
    """
    if judgments <= 0:
        return 0
    return max(ceil(judgments / cap - SLACK) if cap else 1, most)


def effort_of(key: str, judgments: float, most: int, work: Work, *, people: int = 0) -> Effort:
    """The effort of one stratum, of which no item wants more than `most` judgments.

    `people` are those planned, where they are more than needed. hours = (judgments + repeats) ×
    seconds / 3600, cost = hours × pay per hour.
    """
    repeats = work.repeats(judgments)
    needed = people_needed(judgments + repeats, most, cap=work.cap)
    # More people than judgments would leave somebody with nothing to do.
    planned = min(max(needed, people), max(needed, ceil(judgments - SLACK)))
    hours = work.hours(judgments + repeats)
    return Effort(
        key=key,
        judgments=judgments,
        repeats=repeats,
        people_needed=needed,
        people=planned,
        each=(judgments + repeats) / planned if planned else 0.0,
        hours=hours,
        cost=hours * work.pay_per_hour,
    )


def total_effort(parts: Iterable[Effort]) -> Effort:
    """All strata together; nobody is in two."""
    parts = list(parts)
    people = sum(part.people for part in parts)
    judgments = sum(part.judgments for part in parts)
    repeats = sum(part.repeats for part in parts)
    return Effort(
        key="",
        judgments=judgments,
        repeats=repeats,
        people_needed=sum(part.people_needed for part in parts),
        people=people,
        each=(judgments + repeats) / people if people else 0.0,
        hours=sum(part.hours for part in parts),
        cost=sum(part.cost for part in parts),
    )
