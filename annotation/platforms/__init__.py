"""Crowd platforms: what their entry links bring along, and where people are sent back to."""

from annotation.platforms.base import CameBy, NotThisWay, Platform, Return
from annotation.platforms.cloudresearch import CloudResearch
from annotation.platforms.mturk import MTurk
from annotation.platforms.panel import Panel
from annotation.platforms.prolific import Prolific

PLATFORMS: dict[str, Platform] = {
    one.key: one for one in (Prolific(), MTurk(), CloudResearch(), Panel())
}


def platform_of(key: str) -> Platform:
    """The platform of this key."""
    return PLATFORMS[key]


__all__ = ["PLATFORMS", "CameBy", "NotThisWay", "Platform", "Return", "platform_of"]
