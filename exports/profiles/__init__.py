"""Privacy profiles: what becomes of each table before it leaves. A new one is a line here."""

from exports.enums import ReleaseProfile
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.profiles.base import Profile
from exports.profiles.full import Full
from exports.profiles.public import Public
from exports.profiles.research import Research

PROFILES: dict[str, type[Profile]] = {
    ReleaseProfile.FULL: Full,
    ReleaseProfile.RESEARCH: Research,
    ReleaseProfile.PUBLIC: Public,
}


def profile_of(snapshot: Snapshot, frame: Frame) -> Profile:
    """The profile of a snapshot, with its choices, over what was frozen."""
    return PROFILES[snapshot.choices.get("profile", ReleaseProfile.FULL)](snapshot, frame)


__all__ = ["PROFILES", "Profile", "profile_of"]
