"""The life of an assignment besides its judgment: heartbeat, draft, skip, release, lapse."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.enums import AssignmentStatus
from annotation.errors import Conflict, Unfit
from annotation.flow import WARNED, flow_of
from annotation.models import Assignment, Coverage

LAPSES_AT_ONCE = 1000
LARGEST_DRAFT = 64 * 1024

# SKIP LOCKED leaves alone what somebody is submitting at this moment. Cells are locked in the
# order of their ids, after all assignments, as everywhere: no two transactions wait in a circle.
RETURN_LAPSED = """
WITH lapsed AS (
    SELECT id, coverage_id FROM annotation_assignment
    WHERE status = 'leased' AND lease_expires_at < %(now)s
    ORDER BY lease_expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE annotation_assignment SET status = 'expired', ended_at = %(now)s
    FROM lapsed WHERE annotation_assignment.id = lapsed.id
    RETURNING annotation_assignment.coverage_id
), returned AS (
    SELECT coverage_id, count(*) AS leases FROM ended
    WHERE coverage_id IS NOT NULL GROUP BY coverage_id
), locked AS (
    SELECT cell.id, returned.leases FROM annotation_coverage cell
    JOIN returned ON returned.coverage_id = cell.id
    ORDER BY cell.id FOR UPDATE OF cell
), freed AS (
    UPDATE annotation_coverage SET leased = leased - locked.leases
    FROM locked WHERE annotation_coverage.id = locked.id
    RETURNING 1
)
SELECT (SELECT count(*) FROM ended), (SELECT count(*) FROM freed)
"""


def return_lapsed_leases() -> int:
    """End every lease that has run out and free its place; returns how many."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RETURN_LAPSED, {"now": timezone.now(), "most": LAPSES_AT_ONCE})
            ended = cursor.fetchone()[0]
        total += ended
        if ended < LAPSES_AT_ONCE:
            return total


def extend_lease(assignment: Assignment) -> Assignment:
    """The annotator is still at it: the lease starts anew. Raises `Conflict` where it is over."""
    expires_at = timezone.now() + timedelta(minutes=assignment.campaign.lease_minutes)
    update_leased(assignment, lease_expires_at=expires_at)
    assignment.lease_expires_at = expires_at
    return assignment


def save_draft(assignment: Assignment, draft: dict[str, Any]) -> Assignment:
    """Keep an unfinished answer with the assignment, and extend the lease."""
    expires_at = timezone.now() + timedelta(minutes=assignment.campaign.lease_minutes)
    update_leased(assignment, lease_expires_at=expires_at, draft=draft)
    assignment.lease_expires_at, assignment.draft = expires_at, draft
    return assignment


def update_leased(assignment: Assignment, **fields: Any) -> None:
    changed = Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.LEASED).update(
        **fields
    )
    if changed != 1:
        raise not_leased()


def extend_leases(assignment: Assignment) -> Assignment:
    """The annotator's page is open: this lease and those kept ahead of it start anew.

    Raises `Conflict` where this one is over.
    """
    assignment = extend_lease(assignment)
    Assignment.objects.filter(
        seat=assignment.seat_id, status=AssignmentStatus.LEASED, ahead__gt=0
    ).update(lease_expires_at=assignment.lease_expires_at)
    return assignment


def skip_assignment(assignment: Assignment, *, kind: str = "", reason: str = "") -> Assignment:
    """The annotator declines the item; it will not come back to them.

    `kind` is one of the campaign's reasons, `reason` their own words. Raises `Unfit` for another.
    """
    known = {WARNED, *(key for key, _label in flow_of(assignment.campaign).offered_reasons())}
    if kind and kind not in known:
        raise Unfit(
            _("The campaign has no such reason for skipping; nothing was changed."),
            fields={"kind": _("Must be one of %(known)s.") % {"known": ", ".join(sorted(known))}},
        )
    return give_up(assignment, AssignmentStatus.SKIPPED, kind=kind, reason=reason)


def release_assignment(assignment: Assignment) -> Assignment:
    """The annotator gives the item back; others may get it at once."""
    return give_up(assignment, AssignmentStatus.RELEASED)


def release_kept_ahead(seat: int) -> int:
    """Give back what a person's browser keeps for later; returns how many. They have left."""
    with transaction.atomic():
        kept = list(
            Assignment.objects.select_for_update(of=("self",))
            .filter(seat=seat, status=AssignmentStatus.LEASED, ahead__gt=0)
            .order_by("pk")
        )
        Assignment.objects.filter(pk__in=[one.pk for one in kept]).update(
            status=AssignmentStatus.RELEASED, ended_at=timezone.now()
        )
        # One at a time, by id: no person keeps an item twice, so no cell comes twice.
        for cell in sorted(one.coverage_id for one in kept if one.coverage_id):
            Coverage.objects.filter(pk=cell).update(leased=F("leased") - 1)
    return len(kept)


def give_up(
    assignment: Assignment, status: AssignmentStatus, *, kind: str = "", reason: str = ""
) -> Assignment:
    """End a lease without a judgment. Doing it again the same way changes nothing."""
    with transaction.atomic():
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if assignment.status == status:
            return assignment
        if assignment.status != AssignmentStatus.LEASED:
            raise not_leased()
        assignment.status = status
        assignment.skip_kind, assignment.skip_reason = kind, reason
        assignment.ended_at = timezone.now()
        assignment.save(update_fields=["status", "skip_kind", "skip_reason", "ended_at"])
        if assignment.coverage_id:
            Coverage.objects.filter(pk=assignment.coverage_id).update(leased=F("leased") - 1)
    return assignment


def not_leased() -> Conflict:
    return Conflict(
        _("This assignment is no longer yours: it was answered, given back, or its time ran out."),
        code="not-leased",
    )
