"""The second person: public releases that wait for another one's word before anything is made."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from annotation.models import Campaign
from exports.enums import ReleaseProfile, SnapshotState
from exports.errors import Conflict
from exports.models import Approval, Snapshot, TextDecision
from exports.profiles.choices import Choices
from exports.services.policies import rules_of
from exports.services.telling import record_for_all

LONGEST_NOTE = 2000


def first_state(campaigns: Sequence[Campaign], choices: Choices) -> SnapshotState:
    """Whether a new snapshot may be made at once or waits for a second person."""
    waits = choices.profile == ReleaseProfile.PUBLIC and rules_of(campaigns).needs_approval
    return SnapshotState.AWAITING if waits else SnapshotState.QUEUED


def newest_decision() -> int:
    """The last decision on free text there is; those behind it will not count.

    Call it in the transaction that needs it. The lock waits for decisions on their way, which
    may have lower numbers: the same decisions are found whenever the release is made.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {TextDecision._meta.db_table} IN SHARE MODE")
    newest = TextDecision.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def may_decide(user: User, snapshot: Snapshot) -> bool:
    """Whether this person, who has access, may be the second one: not who asked for it."""
    return snapshot.state == SnapshotState.AWAITING and snapshot.created_by_id != user.pk


@transaction.atomic
def decide(snapshot: Snapshot, *, approved: bool, note: str, decided_by: User) -> Snapshot:
    """Approve, so that a worker may begin, or refuse, which ends the snapshot; kept either way.

    Raises `Conflict` where it does not wait for approval, or for the word of this person.
    """
    waiting = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if waiting.state != SnapshotState.AWAITING:
        raise Conflict(_("This snapshot does not wait for approval."), code="not-awaiting")
    if waiting.created_by_id == decided_by.pk:
        raise Conflict(
            _("Who asked for a release cannot approve it as well."), code="second-person"
        )
    if not approved and not note.strip():
        raise Conflict(_("Say in the note why you refuse."), code="note-missing")
    now = timezone.now()
    Approval.objects.create(
        snapshot=waiting,
        approved=approved,
        note=note.strip()[:LONGEST_NOTE],
        decided_by=decided_by,
        decided_at=now,
    )
    if approved:
        waiting.state = SnapshotState.QUEUED
        # Silence is counted from here, not from when it was asked for.
        waiting.created_at = now
        waiting.save(update_fields=["state", "created_at"])
    else:
        waiting.state, waiting.finished_at = SnapshotState.CANCELLED, now
        waiting.save(update_fields=["state", "finished_at"])
    record_for_all(
        Deed.SNAPSHOT_APPROVED if approved else Deed.SNAPSHOT_REFUSED,
        waiting,
        thing=waiting,
        by=decided_by,
        note=note.strip()[:LONGEST_NOTE],
    )
    return waiting


def call_off_waiting(snapshot: Snapshot) -> bool:
    """Take back a request that still waits for approval; tells whether it did."""
    return bool(
        Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.AWAITING).update(
            state=SnapshotState.CANCELLED, cancel_requested=True, finished_at=timezone.now()
        )
    )
