"""A whole design: what each stratum gives, and how exactly each pair will be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotation.design.effort import Effort, efforts, total_effort
from annotation.design.precision import Assumptions, Group
from annotation.design.replication import PairPrecision, pair_precisions

# Strata compared with each other; more make more pairs than anybody reads.
MOST_COMPARED = 12


@dataclass(frozen=True)
class Design:
    """A design with its assumptions, checked."""

    items: int
    targets: Mapping[str, int]
    seconds: float
    pay: float
    cap: int | None = None
    people: Mapping[str, int] = field(default_factory=dict)
    assumptions: Assumptions = field(default_factory=Assumptions)


@dataclass(frozen=True)
class Plan:
    """What a design comes to. `left_out` counts strata that are not compared."""

    design: Design
    strata: list[Effort]
    total: Effort
    pairs: list[PairPrecision]
    left_out: int


def plan_of(design: Design) -> Plan:
    """Effort by stratum, and precision for every pair of the strata that judge at all."""
    strata = efforts(
        design.targets,
        people=design.people,
        items=design.items,
        seconds=design.seconds,
        pay_per_hour=design.pay,
        cap=design.cap,
    )
    judging = [
        Group(part.key, design.targets[part.key], part.people) for part in strata if part.people
    ]
    return Plan(
        design=design,
        strata=strata,
        total=total_effort(strata),
        pairs=pair_precisions(design.assumptions, judging[:MOST_COMPARED], items=design.items),
        left_out=max(0, len(judging) - MOST_COMPARED),
    )
