"""What is done with a snapshot, in the trail of each of its campaigns."""

from typing import Any

from django.db import models

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from exports.models import Snapshot, Version


def record_for_all(
    deed: Deed, snapshot: Snapshot, *, thing: models.Model, by: User | None, **details: Any
) -> None:
    """A row for each campaign that the snapshot holds."""
    # Not by way of `snapshot.moment`, which the snapshot would keep as it is now.
    held = Version.objects.filter(moment=snapshot.moment_id).values_list("campaign", flat=True)
    for campaign in held:
        record(deed, campaign=campaign, thing=thing, by=by, number=snapshot.pk, **details)
