"""What strata come to while they are being written: judgments, people and hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.design.effort import Effort, Work, total_effort
from annotation.design.plan import Design, Kind, stratum_effort
from annotation.forms.design import DEFAULTS, ITEMS_SUPPOSED, MOST_ITEMS, THE_REST
from annotation.forms.rows import row_numbers
from annotation.selectors.allocation import expected_by_stratum
from annotation.serializers.campaign_parts import MOST_PER_ITEM
from annotation.services.strata import EVERYBODY
from annotation.specs import StratumSpec

MOST_SECONDS = 7200
LARGEST = 1e9


@dataclass(frozen=True)
class StratumNumbers:
    """One stratum: judgments wanted of an item on average, and what these come to."""

    key: str
    per_item: float
    effort: Effort


@dataclass(frozen=True)
class Numbers:
    """What a design comes to; `seconds` is supposed for a judgment."""

    items: int
    seconds: float
    strata: list[StratumNumbers]
    total: Effort

    @property
    def per_item(self) -> float:
        return sum(one.per_item for one in self.strata)


def numbers_of(data: Mapping[str, Any]) -> Numbers | None:
    """From what a form sent; None where its numbers do not read, or nothing is wanted yet.

    All items are taken as alike: other targets for kinds of items are for the design page.
    """
    items = number(data, "numbers_items", most=MOST_ITEMS)
    seconds = number(data, "numbers_seconds", most=MOST_SECONDS)
    overlap = number(data, "overlap", most=MOST_PER_ITEM)
    strata = [sent_stratum(data, one) for one in row_numbers("strata", data)]
    strata = [one for one in strata if one["key"]]
    if strata:
        wanted = expected_by_stratum(strata, None if targeted(strata) else int(overlap))
        by_key = dict(zip((one["key"] for one in strata), wanted, strict=True))
    else:
        by_key = {EVERYBODY: overlap}
    if not items or not seconds or not any(by_key.values()):
        return None
    design = Design(
        kinds=[Kind(THE_REST, int(items), by_key)],
        work=Work(
            seconds=seconds,
            pay_per_hour=0,
            cap=int(number(data, "max_per_annotator", most=LARGEST)) or DEFAULTS["cap"],
            repeat_rate=number(data, "repeat_rate", most=0.5),
        ),
    )
    lines = [StratumNumbers(key, by_key[key], stratum_effort(design, key)) for key in by_key]
    total = total_effort(line.effort for line in lines)
    return Numbers(items=int(items), seconds=seconds, strata=lines, total=total)


def supposed(items: int) -> dict[str, Any]:
    """What the numbers begin from, for a campaign with so many items now."""
    return {"items": items or ITEMS_SUPPOSED, "seconds": DEFAULTS["seconds"]}


def targeted(strata: list[StratumSpec]) -> bool:
    return any(one["target"] is not None for one in strata)


def sent_stratum(data: Mapping[str, Any], row: int) -> StratumSpec:
    target = str(data.get(f"strata-{row}-target", "")).strip()
    return {
        "key": str(data.get(f"strata-{row}-key", "")).strip(),
        "where": {},
        "target": int(number(data, f"strata-{row}-target", most=MOST_PER_ITEM)) if target else None,
        "targets": {},
        "share": number(data, f"strata-{row}-share", most=LARGEST),
        "quota": None,
    }


def number(data: Mapping[str, Any], name: str, *, most: float) -> float:
    """What was written into a field; what is no number, or out of range, counts as nothing."""
    try:
        value = float(str(data.get(name, "")).strip() or 0)
    except ValueError:
        return 0.0
    return value if 0 <= value <= most else 0.0
