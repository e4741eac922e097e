"""Accepting judgments: counted and stored in one transaction, once for each key."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from accounts.standing import Given, StandingInsert, StandingQuery
from annotation.enums import AssignmentStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Judgment
from annotation.services.flagging import flag_judgment
from annotation.services.seats import has_withdrawn
from annotation.services.submissions import Submission, clean_submission

LOCKED_ASSIGNMENT = StandingQuery(
    "locked_assignment",
    lambda: (
        Assignment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("item", "seat", "campaign")
        .filter(pk=Given("assignment"))
    ),
)

NEW_JUDGMENT = StandingInsert(Judgment)
COUNT_ON_SEAT = Prepared(
    "count_on_seat",
    """
UPDATE annotation_seat
SET submitted = submitted + 1,
    submitted_on_day = CASE WHEN day = %(today)s::date THEN submitted_on_day + 1 ELSE 1 END,
    submitted_in_session =
        CASE WHEN last_submitted_at > %(session)s THEN submitted_in_session + 1 ELSE 1 END,
    day = %(today)s::date, last_submitted_at = %(now)s
WHERE id = %(seat)s AND withdrawn_at IS NULL
""",
)
COUNT_IN_CELL = Prepared(
    "count_in_cell",
    """
UPDATE annotation_coverage SET leased = leased - %(leased)s::smallint, submitted = submitted + 1
WHERE id = %(cell)s AND (%(leased)s::smallint = 1 OR taken < target)
""",
)
END = Prepared(
    "end",
    """
UPDATE annotation_assignment SET status = 'submitted', ended_at = %(now)s, draft = NULL
WHERE id = %(assignment)s
""",
)


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
            _("This idempotency key was used for another judgment; nothing was changed."),
            code="key-reused",
        )
    return stored


def store(assignment: Assignment, submission: Submission, fingerprint: str) -> Judgment:
    """Lock, count, insert. Raises `Conflict` where the assignment can take no judgment."""
    now = timezone.now()
    count_on_seat(assignment, now)
    assignment = LOCKED_ASSIGNMENT.get(assignment=assignment.pk)
    after_lease = assignment.lease_expires_at < now
    take_place(assignment)
    judgment = Judgment(
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
        elapsed_ms=elapsed(assignment, submission, now),
        idempotency_key=submission.idempotency_key,
        request_sha256=fingerprint,
        software_version=settings.VERSION,
        submitted_at=now,
    )
    NEW_JUDGMENT.insert(judgment)
    flag_judgment(judgment, assignment)
    END.run({"now": now, "assignment": assignment.pk})
    return judgment


def elapsed(assignment: Assignment, submission: Submission, now: datetime) -> int:
    """Milliseconds from showing to answering; what was kept ahead was shown by the browser."""
    since = max(0, int((now - assignment.served_at).total_seconds() * 1000))
    if assignment.ahead and submission.elapsed_ms is not None:
        return min(since, submission.elapsed_ms)
    return since


def count_on_seat(assignment: Assignment, now: datetime) -> None:
    """Count the judgment for its person: in all, on this day, in this session.

    The seat comes first, as in serving: one person's answer and next item wait for each other.
    Raises `Conflict` where the person has withdrawn.
    """
    pause = timedelta(minutes=assignment.campaign.session_break_minutes)
    names = {"seat": assignment.seat_id, "today": now.date(), "now": now, "session": now - pause}
    if COUNT_ON_SEAT.run(names) != 1:
        raise has_withdrawn()


def take_place(assignment: Assignment) -> None:
    """Turn the lease into a submitted count; after a lapse only where the cell has room."""
    if assignment.status == AssignmentStatus.SUBMITTED:
        raise AlreadyAnswered(_("You have answered this item already; nothing was changed."))
    was_leased = assignment.status == AssignmentStatus.LEASED
    if not was_leased and assignment.status != AssignmentStatus.EXPIRED:
        raise Conflict(
            _("You gave this item back, so it takes no answer now; nothing was changed."),
            code="not-leased",
        )
    if assignment.coverage_id and not count_in_cell(assignment.coverage_id, was_leased):
        raise Conflict(
            _(
                "Your time for this item ran out and others have answered it since, so this "
                "answer could not be counted. Your earlier answers are safe."
            ),
            code="lease-lapsed",
        )


def count_in_cell(cell: int, was_leased: bool) -> bool:
    """Count a judgment in its cell; without a lease only where there is room. Tells whether."""
    return COUNT_IN_CELL.run({"cell": cell, "leased": int(was_leased)}) == 1
