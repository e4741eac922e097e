"""Accepting judgments: counted and stored in one transaction, once for each key."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, When
from django.utils import timezone

from annotation.enums import AssignmentStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.submissions import Submission, clean_submission


def submit_judgment(assignment: Assignment, submission: Submission) -> tuple[Judgment, bool]:
    """Store a judgment; returns it and whether it is new.

    The same idempotency key again gives the judgment that was stored then. Raises `Unfit` naming
    each field that does not fit the item, and `Conflict` where the key was used for something
    else, the assignment was answered or given up, or a lapsed lease's place is taken. In all of
    these nothing is stored.
    """
    fingerprint = submission.fingerprint()
    if assignment.status == AssignmentStatus.SUBMITTED:
        stored = replay(assignment, submission.idempotency_key, fingerprint)
        if stored:
            return stored, False
    cleaned = clean_submission(assignment, submission)
    try:
        with transaction.atomic():
            return store(assignment, cleaned, fingerprint), True
    except (AlreadyAnswered, IntegrityError):
        # A retry may have overtaken its first try between the look above and the lock; or the
        # key was used for another assignment, which its unique constraint tells.
        stored = replay(assignment, submission.idempotency_key, fingerprint)
        if stored:
            return stored, False
        raise


class AlreadyAnswered(Conflict):
    code = "already-answered"


def replay(assignment: Assignment, key: str, fingerprint: str) -> Judgment | None:
    """The judgment that this person stored under this key, if any."""
    if not key:
        return None
    stored = Judgment.objects.filter(
        annotator_id=assignment.annotator_id, idempotency_key=key
    ).first()
    if stored and (stored.assignment_id != assignment.pk or stored.request_sha256 != fingerprint):
        raise Conflict(
            "This idempotency key was used for another judgment; nothing was changed.",
            code="key-reused",
        )
    return stored


def store(assignment: Assignment, submission: Submission, fingerprint: str) -> Judgment:
    """Lock, count, insert. Raises `Conflict` where the assignment can take no judgment."""
    now = timezone.now()
    count_on_seat(assignment, now)
    assignment = (
        Assignment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("item", "seat", "campaign")
        .get(pk=assignment.pk)
    )
    after_lease = assignment.lease_expires_at < now
    take_place(assignment)
    judgment = Judgment.objects.create(
        assignment=assignment,
        campaign_id=assignment.campaign_id,
        item=assignment.item,
        annotator_id=assignment.annotator_id,
        stratum_id=assignment.stratum_id,
        profile_id=assignment.seat.profile_id,
        consent_id=assignment.seat.consent_id,
        guideline_id=assignment.guideline_id,
        task_type=assignment.campaign.task_type,
        answers=submission.answers,
        acceptable=submission.acceptable,
        spans=submission.spans,
        reason=submission.reason,
        confidence=submission.confidence,
        presented_order=assignment.presented_order,
        content_hashes=assignment.item.content_hashes,
        strategy=assignment.strategy,
        propensity=assignment.propensity,
        is_repeat=assignment.is_repeat,
        after_lease=after_lease,
        language=submission.language,
        active_ms=submission.active_ms,
        elapsed_ms=max(0, int((now - assignment.served_at).total_seconds() * 1000)),
        idempotency_key=submission.idempotency_key,
        request_sha256=fingerprint,
        software_version=settings.VERSION,
        submitted_at=now,
    )
    assignment.status = AssignmentStatus.SUBMITTED
    assignment.ended_at = now
    assignment.draft = None
    assignment.save(update_fields=["status", "ended_at", "draft"])
    return judgment


def count_on_seat(assignment: Assignment, now: datetime) -> None:
    """Count the judgment for its person: in all, on this day, in this session.

    The seat comes first, as in serving: one person's answer and next item wait for each other.
    """
    pause = timedelta(minutes=assignment.campaign.session_break_minutes)
    Seat.objects.filter(pk=assignment.seat_id).update(
        submitted=F("submitted") + 1,
        submitted_on_day=Case(When(day=now.date(), then=F("submitted_on_day") + 1), default=1),
        submitted_in_session=Case(
            When(last_submitted_at__gt=now - pause, then=F("submitted_in_session") + 1), default=1
        ),
        day=now.date(),
        last_submitted_at=now,
    )


def take_place(assignment: Assignment) -> None:
    """Turn the lease into a submitted count; after a lapse only where the cell has room."""
    if assignment.status == AssignmentStatus.SUBMITTED:
        raise AlreadyAnswered("You have answered this item already; nothing was changed.")
    cell = Coverage.objects.filter(pk=assignment.coverage_id or 0)  # a repeat has none
    if assignment.status == AssignmentStatus.LEASED:
        cell.update(leased=F("leased") - 1, submitted=F("submitted") + 1)
        return
    if assignment.status != AssignmentStatus.EXPIRED:
        raise Conflict(
            "You gave this item back, so it takes no answer now; nothing was changed.",
            code="not-leased",
        )
    if assignment.coverage_id and not cell.filter(taken__lt=F("target")).update(
        submitted=F("submitted") + 1
    ):
        raise Conflict(
            "Your time for this item ran out and others have answered it since, so this answer "
            "could not be counted. Your earlier answers are safe.",
            code="lease-lapsed",
        )
