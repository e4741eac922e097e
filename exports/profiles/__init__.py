"""Privacy profiles: what becomes of each table before it leaves. A new one is a line here."""

from exports.models import Snapshot
from exports.profiles.base import Profile
from exports.profiles.full import Full

PROFILES: dict[str, type[Profile]] = {"full": Full}


def profile_of(snapshot: Snapshot) -> Profile:
    """The profile of a snapshot, with its choices; so far every snapshot has the full one."""
    return PROFILES["full"](snapshot)


__all__ = ["PROFILES", "Profile", "profile_of"]
