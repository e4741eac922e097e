"""Utilities given by the experimenter instead of drawn ones."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotation.errors import Conflict
from annotation.models import Campaign, Response


def read_utilities(path: Path) -> dict[str, dict[str, float]]:
    """Group → trait → weight from a JSON file; raises `Conflict` saying what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(f"{path} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise wrong(f"{path} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise wrong(f"{path} must be an object of group → trait → weight.")
    return {group: weights_of(group, weights) for group, weights in content.items()}


def weights_of(group: str, weights: Any) -> dict[str, float]:
    if not isinstance(weights, dict):
        raise wrong(f"The utilities of group {group!r} must be an object of trait → weight.")
    for trait, weight in weights.items():
        is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not is_number or not math.isfinite(weight):
            raise wrong(f"The weight of trait {trait!r} in group {group!r} must be a number.")
    return {trait: float(weight) for trait, weight in weights.items()}


def check_utilities(
    campaign: Campaign, utilities: Mapping[str, Mapping[str, float]], traits: Sequence[str]
) -> None:
    """Refuse groups that are no strata of the campaign, and traits that no response has."""
    groups = [stratum.key for stratum in campaign.strata.all()]
    unknown = sorted(set(utilities) - set(groups))
    if unknown:
        raise wrong(
            f"The utilities name groups that are no strata of this campaign: "
            f"{', '.join(unknown)}. It has {', '.join(groups)}."
        )
    named = {trait for weights in utilities.values() for trait in weights}
    missing = [trait for trait in sorted(named - set(traits)) if not is_declared(campaign, trait)]
    if missing:
        raise wrong(
            f"The utilities name traits that no response of this campaign has: "
            f"{', '.join(missing)}. There are {', '.join(traits)}."
        )


def is_declared(campaign: Campaign, trait: str) -> bool:
    """Whether any response declares the trait; asked for those that the first do not have."""
    declaring = Response.objects.filter(item__campaign=campaign, metadata__traits__has_key=trait)
    return declaring.exists()


def wrong(message: str) -> Conflict:
    return Conflict(message, code="wrong-utilities")
