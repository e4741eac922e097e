"""What of a campaign a design begins from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from annotation.enums import Strategy
from annotation.models import Campaign
from annotation.selectors.counting import counts_of


@dataclass(frozen=True)
class StratumPart:
    """A stratum: judgments wanted of an item, other numbers by item stratum, seats, share."""

    key: str
    target: float
    targets: Mapping[str, int] = field(default_factory=dict)
    quota: int | None = None
    share: float | None = None


@dataclass(frozen=True)
class PlannedParts:
    """A campaign as a design sees it.

    `overlap` where one is shared out among strata. `kinds` counts items by item stratum, "" being
    those in none; it is None where there are item strata that have not been counted yet.
    """

    strata: list[StratumPart]
    items: int
    item_strata: list[str]
    kinds: Mapping[str, int] | None
    overlap: int | None = None
    cap: int | None = None
    budget: int = 0
    repeat_rate: float = 0.0


def planned_parts(campaign: Campaign, *, now: datetime) -> PlannedParts:
    """The campaign's design and its items, counted now or as last counted."""
    counted = counts_of(campaign, "kinds", now=now)
    rows = campaign.strata.all()
    strata = [StratumPart(one.key, one.expected, one.targets, one.quota, one.share) for one in rows]
    allocated = campaign.overlap and not any(one.is_implicit for one in rows)
    return PlannedParts(
        strata=strata,
        items=counted.items if counted else campaign.planned_items,
        item_strata=[one["key"] for one in campaign.item_strata],
        kinds=dict(counted.parts["kinds"]) if counted else None,
        overlap=campaign.overlap if allocated else None,
        cap=campaign.max_per_annotator,
        budget=campaign.adaptive_budget if campaign.strategy == Strategy.ADAPTIVE else 0,
        repeat_rate=campaign.repeat_rate,
    )
