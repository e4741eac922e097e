"""Keeping what was answered under an `Idempotency-Key`, so that a repetition creates nothing."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict
from accounts.models import KeptAnswer, User

KEPT = timedelta(days=1)


def hold_key(user: User, key: str) -> None:
    """Wait, within a transaction, until no other request of this person holds the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('idempotency'), hashtext(%s))",
            [f"{user.pk}:{key}"],
        )


def kept_answer(user: User, key: str, request_sha256: str) -> KeptAnswer | None:
    """What the person was answered under this key within the last day, if anything.

    Raises `Conflict` where the key came with another request.
    """
    kept = KeptAnswer.objects.filter(
        user=user, key=key, created_at__gt=timezone.now() - KEPT
    ).first()
    if kept and kept.request_sha256 != request_sha256:
        raise Conflict(_("Nothing was changed"), code="key-reused")
    return kept


def keep_answer(user: User, key: str, request_sha256: str, *, status: int, body: str) -> None:
    """Keep an answer for a day; the person's older ones go."""
    KeptAnswer.objects.filter(user=user, created_at__lte=timezone.now() - KEPT).delete()
    # Of two uploads under one key at the same time the first answer holds.
    KeptAnswer.objects.bulk_create(
        [KeptAnswer(user=user, key=key, request_sha256=request_sha256, status=status, body=body)],
        ignore_conflicts=True,
    )
