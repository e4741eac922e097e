"""Judgments that stay when their person withdraws, as the consent they gave says: as nobody's.

They go to a new annotator who is nobody, with the stratum that they fill in the design, so that
their coverage holds; what their person wrote in own words is erased. The seat knows the new one
only while the job is at it: afterwards nothing leads from one to the other.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import Consent
from accounts.services.withdrawing import create_nobody
from annotation.models import Seat

# What the trigger on judgments lets through besides blanking: all of this, and nothing else.
UNLINK_JUDGMENTS = """
UPDATE annotation_judgment
SET annotator_id = %(annotator)s, profile_id = %(profile)s, consent_id = %(consent)s,
    answers = annotation_answers_without_notes(answers),
    spans = annotation_spans_without_notes(spans),
    reason = '', idempotency_key = '', request_sha256 = ''
WHERE assignment_id = ANY(%(assignments)s) AND erased_at IS NULL
"""
UNLINK_ASSIGNMENTS = """
UPDATE annotation_assignment
SET annotator_id = %(annotator)s, seat_id = %(seat)s, draft = NULL,
    skip_kind = '', skip_reason = ''
WHERE id = ANY(%(assignments)s)
"""


def keep_as_nobodys(seat: Seat, assignments: Collection[int]) -> None:
    """Cut these submitted assignments and their judgments from the person, in a transaction.

    The caller holds the seat's lock and takes what they were from its counts.
    """
    if not assignments:
        return
    nobody = seat_of_nobody(seat)
    names: dict[str, Any] = {
        "seat": nobody.pk,
        "annotator": nobody.annotator_id,
        "profile": nobody.profile_id,
        "consent": nobody.consent_id,
        "assignments": sorted(assignments),
    }
    with connection.cursor() as cursor:
        cursor.execute(UNLINK_JUDGMENTS, names)
        cursor.execute(UNLINK_ASSIGNMENTS, names)
    Seat.objects.filter(pk=nobody.pk).update(submitted=F("submitted") + len(assignments))


def seat_of_nobody(seat: Seat) -> Seat:
    """The seat that the person's judgments go to, made at the first of them.

    It takes no place yet: the person's own still does (`hand_over_place`).
    """
    if seat.kept_as is not None:
        return seat.kept_as
    since = seat.joined_at.replace(hour=0, minute=0, second=0, microsecond=0)
    profile, consent = create_nobody(words_of(seat), seat.profile, since)
    seat.kept_as = Seat.objects.create(
        campaign_id=seat.campaign_id,
        annotator_id=profile.annotator_id,
        stratum_id=seat.stratum_id,
        consent=consent,
        profile=profile,
        has_lapsed=True,
        held_since=since,
        joined_at=since,
    )
    seat.save(update_fields=["kept_as"])
    return seat.kept_as


def words_of(seat: Seat) -> list[Consent]:
    """What the person agreed to for the seat, and their last word where that is another one."""
    said = Consent.objects.filter(
        annotator=seat.annotator_id, document__series=seat.consent.document.series
    )
    return [seat.consent, *said.order_by("-pk").exclude(pk__lte=seat.consent_id)[:1]]


def hand_over_place(seat: Seat) -> None:
    """Let nobody's seat count in the stratum in place of the person's, in a transaction.

    Places in quotas across strata stay taken, too; which ones they were would be answers.
    """
    Seat.objects.filter(pk=seat.kept_as_id or 0).update(has_lapsed=seat.has_lapsed)
