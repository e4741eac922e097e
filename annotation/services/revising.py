"""Changing one's mind: a new revision that supersedes the one before. History is kept."""

from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.enums import AssignmentStatus, CampaignStatus, Revising
from annotation.errors import Conflict
from annotation.flow import flow_of
from annotation.models import Assignment, Campaign, Judgment, Seat
from annotation.selectors.history import HistoryLine, last_answered
from annotation.services.flagging import flag_judgment
from annotation.services.judging import LOCKED_ASSIGNMENT, NEW_JUDGMENT, replay
from annotation.services.seats import has_withdrawn
from annotation.services.submissions import Submission, clean_submission

SAME = ("answers", "reason", "confidence", "acceptable", "spans")


def revise_judgment(assignment: Assignment, submission: Submission) -> tuple[Judgment, bool]:
    """Store another answer to an assignment that has one; returns it and whether it is new.

    Coverage and counts stay: it is the same person's one judgment of the item. The same key
    again gives the revision that was stored then, and an answer that changes nothing gives the one
    that holds. Raises `Unfit`, or `Conflict` where the campaign does not permit it.
    """
    fingerprint = submission.fingerprint()
    stored = replay(assignment, submission.idempotency_key, fingerprint)
    if stored:
        return stored, False
    cleaned = clean_submission(assignment, submission)
    try:
        with transaction.atomic():
            return supersede(assignment.pk, cleaned, fingerprint)
    except IntegrityError:
        # Two tries at once: the other one was stored under this key.
        stored = replay(assignment, submission.idempotency_key, fingerprint)
        if stored:
            return stored, False
        raise


def supersede(pk: int, submission: Submission, fingerprint: str) -> tuple[Judgment, bool]:
    now = timezone.now()
    # The seat first, as in serving and judging: which one is the last is then settled.
    seat_id = Assignment.objects.values_list("seat_id", flat=True).get(pk=pk)
    if Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat_id).withdrawn_at:
        raise has_withdrawn()
    assignment = LOCKED_ASSIGNMENT.get(assignment=pk)
    refuse_unless_revisable(assignment)
    before = final_judgment(assignment)
    if all(getattr(before, name) == getattr(submission, name) for name in SAME):
        return before, False
    judgment = Judgment(
        assignment=assignment,
        campaign_id=assignment.campaign_id,
        item=assignment.item,
        annotator_id=assignment.annotator_id,
        stratum_id=assignment.stratum_id,
        profile_id=assignment.seat.profile_id,
        consent_id=assignment.seat.consent_id,
        guideline_id=assignment.guideline_id,
        supersedes=before,
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
        after_lease=before.after_lease,
        language=submission.language,
        active_ms=submission.active_ms,
        elapsed_ms=max(0, int((now - assignment.served_at).total_seconds() * 1000)),
        idempotency_key=submission.idempotency_key,
        request_sha256=fingerprint,
        software_version=settings.VERSION,
        submitted_at=now,
    )
    NEW_JUDGMENT.insert(judgment)
    flag_judgment(judgment, assignment)
    return judgment, True


def final_judgment(assignment: Assignment) -> Judgment:
    """The answer that holds: the one that nothing supersedes."""
    return Judgment.objects.get(assignment=assignment, superseded_by=None)


def refuse_unless_revisable(assignment: Assignment) -> None:
    problem = why_not_revisable(assignment)
    if problem:
        raise Conflict(problem, code="not-revisable")


def why_not_revisable(assignment: Assignment) -> str:
    """Why this judgment cannot be changed, or ""."""
    revise = still_permitted(assignment.campaign)
    if assignment.status != AssignmentStatus.SUBMITTED:
        return _("There is no judgment here that could be changed.")
    if revise == Revising.OFF:
        return _(
            "Judgments of this campaign cannot be changed any more. Yours is stored as it was."
        )
    if revise == Revising.LAST and last_answered(assignment.seat_id).get() != assignment.pk:
        return _(
            "Only the last judgment can be changed in this campaign. Yours is stored as it was."
        )
    return ""


def still_permitted(campaign: Campaign) -> Revising:
    """Which judgments of a campaign may be changed as of now; none once it is closed."""
    if campaign.status == CampaignStatus.CLOSED:
        return Revising.OFF
    return Revising(flow_of(campaign).revise)


def revisable_among(campaign: Campaign, lines: Iterable[HistoryLine]) -> set[int]:
    """The assignments whose answers, of these judgments of theirs, a person may still change."""
    revise = still_permitted(campaign)
    return {
        line.judgment.assignment_id
        for line in lines
        if not line.is_replaced
        and (revise == Revising.ALL or (revise == Revising.LAST and line.is_last))
    }
