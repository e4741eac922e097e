"""Rows of assignments and judgments as serving and judging would have written them."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from annotation.enums import AssignmentStatus
from annotation.models import Assignment, Campaign, Judgment
from annotation.services.submissions import clean_submission
from annotation.simulation.meeting import Meeting, Outcome, Sheet
from annotation.simulation.population import Person

STATUSES = {
    Outcome.JUDGED: AssignmentStatus.SUBMITTED,
    Outcome.SKIPPED: AssignmentStatus.SKIPPED,
    Outcome.LAPSED: AssignmentStatus.EXPIRED,
}


@dataclass
class Rows:
    """What one transaction will insert."""

    assignments: list[Assignment] = field(default_factory=list)
    judgments: list[Judgment] = field(default_factory=list)


def assignment_row(
    campaign: Campaign, person: Person, sheet: Sheet, order: list[str]
) -> Assignment:
    """A showing that begins now."""
    now = timezone.now()
    assert campaign.guideline_id is not None  # noqa: S101 - written when the campaign was created
    return Assignment(
        campaign=campaign,
        seat_id=person.seat.pk,
        annotator_id=person.seat.annotator_id,
        item_id=sheet.item_id,
        stratum_id=person.seat.stratum_id,
        guideline_id=campaign.guideline_id,
        strategy=campaign.strategy,
        presented_order=order,
        served_at=now,
        lease_expires_at=now + timedelta(minutes=campaign.lease_minutes),
    )


def end_assignment(assignment: Assignment, meeting: Meeting) -> None:
    """Its end, at this moment; a lapse is found by the sweep after its time."""
    now = timezone.now()
    assignment.status = STATUSES[meeting.outcome]
    assignment.ended_at = now
    if meeting.outcome == Outcome.LAPSED:
        assignment.lease_expires_at = now - timedelta(seconds=1)


def judgment_row(
    assignment: Assignment, person: Person, sheet: Sheet, meeting: Meeting
) -> Judgment:
    """The judgment with its whole context; raises `Unfit` as for anybody."""
    submission = meeting.submission()
    cleaned = clean_submission(assignment, submission)
    assert assignment.ended_at is not None  # noqa: S101 - set when it was ended
    elapsed = assignment.ended_at - assignment.served_at
    return Judgment(
        assignment=assignment,
        campaign_id=assignment.campaign_id,
        item_id=assignment.item_id,
        annotator_id=assignment.annotator_id,
        stratum_id=assignment.stratum_id,
        profile_id=person.seat.profile_id,
        consent_id=person.seat.consent_id,
        guideline_id=assignment.guideline_id,
        task_type=assignment.campaign.task_type,
        answers=cleaned.answers,
        acceptable=cleaned.acceptable,
        spans=cleaned.spans,
        reason=cleaned.reason,
        confidence=cleaned.confidence,
        presented_order=assignment.presented_order,
        content_hashes=sheet.content_hashes,
        strategy=assignment.strategy,
        propensity=assignment.propensity,
        is_repeat=assignment.is_repeat,
        language=cleaned.language,
        active_ms=cleaned.active_ms,
        elapsed_ms=max(0, int(elapsed.total_seconds() * 1000)),
        request_sha256=submission.fingerprint(),
        software_version=settings.VERSION,
        submitted_at=assignment.ended_at,
    )
