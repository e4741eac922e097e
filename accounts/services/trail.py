"""The trail: one row for each thing that somebody changed, in the transaction of the change."""

from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from accounts.acting import acting_token, acting_user
from accounts.deeds import Deed
from accounts.models import TrailEntry, User


def record(
    deed: Deed,
    *,
    campaign: models.Model | int | None = None,
    thing: models.Model | None = None,
    by: User | None = None,
    **details: Any,
) -> TrailEntry:
    """Put down that this was done: by whoever acts at present, unless `by` says who.

    `details` are what the deed's sentence names and whatever else tells what changed; secrets and
    what annotators gave are none of it. Raises `TransactionManagementError` outside of a
    transaction: a change without its row, or a row without its change, must not be possible.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("What changes something is recorded with the change.")
    token = acting_token()
    return TrailEntry.objects.create(
        deed=deed,
        actor=by or acting_user(),
        token_id=token.pk if token else None,
        campaign_id=campaign.pk if isinstance(campaign, models.Model) else campaign,
        thing=str(thing._meta.model_name) if thing else "",
        thing_id=thing.pk if thing else None,
        details=details,
    )
