"""A whole design: what each stratum gives, and how exactly each pair will be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from annotation.design.allocation import Block, blocks_of
from annotation.design.effort import SLACK, Effort, Work, effort_of, total_effort
from annotation.design.precision import Assumptions, Group
from annotation.design.replication import BUDGET, PairPrecision, pair_precisions

# Strata compared with each other; more make more pairs than anybody reads.
MOST_COMPARED = 12
ADAPTIVE = "(adaptive)"


@dataclass(frozen=True)
class Kind:
    """Items of one item stratum, or those in none, and what strata want of each on average."""

    key: str
    items: int
    wanted: Mapping[str, float]


@dataclass(frozen=True)
class Design:
    """A design with its assumptions, checked. `budget` is judgments to be allotted adaptively."""

    kinds: Sequence[Kind]
    work: Work
    people: Mapping[str, int] = field(default_factory=dict)
    budget: int = 0
    assumptions: Assumptions = field(default_factory=Assumptions)

    @property
    def strata(self) -> list[str]:
        return list(self.kinds[0].wanted)

    @property
    def items(self) -> int:
        return sum(kind.items for kind in self.kinds)


@dataclass(frozen=True)
class Scope:
    """Pairs compared over all items (`kind` is None), or over those of one kind.

    `left_out` counts strata that are not compared.
    """

    kind: str | None
    items: int
    pairs: list[PairPrecision]
    left_out: int


@dataclass(frozen=True)
class Plan:
    """What a design comes to. `adaptive` is the effort of what is allotted beyond the targets."""

    design: Design
    strata: list[Effort]
    adaptive: Effort | None
    total: Effort
    scopes: list[Scope]

    @property
    def pairs(self) -> list[PairPrecision]:
        """Over all items."""
        return self.scopes[0].pairs


def plan_of(design: Design) -> Plan:
    """Effort by stratum, and precision for every pair of the strata that judge at all."""
    strata = [stratum_effort(design, key) for key in design.strata]
    adaptive = adaptive_effort(design) if design.budget else None
    return Plan(
        design=design,
        strata=strata,
        adaptive=adaptive,
        total=total_effort([*strata, adaptive] if adaptive else strata),
        scopes=scopes_of(design, {part.key: part.people for part in strata}),
    )


def stratum_effort(design: Design, key: str) -> Effort:
    there = [kind for kind in design.kinds if kind.items]
    judgments = sum(kind.items * kind.wanted[key] for kind in there)
    most = max((ceil(kind.wanted[key] - SLACK) for kind in there), default=0)
    return effort_of(key, judgments, most, design.work, people=design.people.get(key, 0))


def adaptive_effort(design: Design) -> Effort:
    """Whom it falls to is not known before; with a limit a person, so many more people."""
    most = 1 if design.work.cap else 0
    part = effort_of(ADAPTIVE, design.budget, most, design.work)
    if design.work.cap:
        return part
    return Effort(ADAPTIVE, part.judgments, part.repeats, 0, 0, 0.0, part.hours, part.cost)


def scopes_of(design: Design, people: Mapping[str, int]) -> list[Scope]:
    """All items together; and each kind of items, where there are several."""
    blocks = {
        kind.key: blocks_of(kind.items, list(kind.wanted.values()))
        for kind in design.kinds
        if kind.items
    }
    together = [block for part in blocks.values() for block in part]
    parts: list[tuple[str | None, list[Block]]] = [(None, together)]
    if len(blocks) > 1:
        parts += blocks.items()
    budget = BUDGET // len(parts)
    return [scope_of(kind, part, design, people, budget) for kind, part in parts]


def scope_of(
    kind: str | None,
    blocks: Sequence[Block],
    design: Design,
    people: Mapping[str, int],
    budget: int,
) -> Scope:
    sizes = tuple(block.items for block in blocks)
    judging = []
    for number, key in enumerate(design.strata):
        targets = tuple(block.targets[number] for block in blocks)
        given = sum(size * target for size, target in zip(sizes, targets, strict=True))
        if given:
            judging.append(Group(key, targets, min(people[key], given)))
    return Scope(
        kind=kind,
        items=sum(sizes),
        pairs=pair_precisions(
            design.assumptions, judging[:MOST_COMPARED], sizes=sizes, budget=budget
        ),
        left_out=max(0, len(judging) - MOST_COMPARED),
    )
