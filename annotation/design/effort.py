"""What a design costs: judgments, people, hours and pay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Effort:
    """What one stratum, or all together, has to give. `each` is judgments per person."""

    key: str
    judgments: int
    people_needed: int
    people: int
    each: float
    hours: float
    cost: float


def people_needed(items: int, target: int, *, cap: int | None) -> int:
    """The fewest people who can give every item `target` judgments.

    Nobody judges an item twice, so a person gives at most m = min(cap, items), and
    P = ⌈items × target / m⌉. That many suffice: lay the items out `target` times in a row and
    cut the row into P pieces of at most m; as m ≤ items, no piece holds an item twice: the
    wrap-around rule of McNaughton (1959), "Scheduling with deadlines and loss functions".
    """
    judgments = items * target
    if not judgments:
        return 0
    each = min(cap or items, items)
    return -(-judgments // each)


def effort_of(
    key: str,
    *,
    items: int,
    target: int,
    seconds: float,
    pay_per_hour: float,
    cap: int | None,
    people: int | None = None,
) -> Effort:
    """The effort of one stratum. `people` are those planned, where they are more than needed.

    hours = judgments × seconds / 3600, cost = hours × pay per hour.
    """
    judgments = items * target
    needed = people_needed(items, target, cap=cap)
    # More people than judgments would leave somebody with nothing to do.
    planned = min(max(needed, people or 0), judgments)
    hours = judgments * seconds / SECONDS_AN_HOUR
    return Effort(
        key=key,
        judgments=judgments,
        people_needed=needed,
        people=planned,
        each=judgments / planned if planned else 0.0,
        hours=hours,
        cost=hours * pay_per_hour,
    )


def efforts(
    targets: Mapping[str, int],
    *,
    people: Mapping[str, int],
    items: int,
    seconds: float,
    pay_per_hour: float,
    cap: int | None,
) -> list[Effort]:
    """The effort of each stratum by its target for an item, in the order given."""
    return [
        effort_of(
            key,
            items=items,
            target=target,
            seconds=seconds,
            pay_per_hour=pay_per_hour,
            cap=cap,
            people=people.get(key),
        )
        for key, target in targets.items()
    ]


def total_effort(parts: Iterable[Effort]) -> Effort:
    """All strata together; nobody is in two."""
    parts = list(parts)
    people = sum(part.people for part in parts)
    judgments = sum(part.judgments for part in parts)
    return Effort(
        key="",
        judgments=judgments,
        people_needed=sum(part.people_needed for part in parts),
        people=people,
        each=judgments / people if people else 0.0,
        hours=sum(part.hours for part in parts),
        cost=sum(part.cost for part in parts),
    )
