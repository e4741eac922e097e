"""Withdrawing: at once nothing more is taken from the person, then a job erases what they gave.

The request closes the person's seats under their locks, so that whatever they send from another
tab is stored before it or refused after it. The job goes assignment by assignment, in portions that
each leave all counters true; killed anywhere, it goes on where it was. What the person's consent
lets stay is cut from them instead (`annotation.services.unlinking`).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Annotator
from accounts.services.withdrawing import close_account, erase_account, erase_profiles
from annotation.enums import AssignmentStatus, JobState
from annotation.models import (
    Assignment,
    Campaign,
    ComprehensionTry,
    Erasure,
    JudgmentFlag,
    MessageCopy,
    Report,
    Seat,
)
from annotation.services.arriving import forget_person
from annotation.services.jobs import report_progress
from annotation.services.seats import give_back
from annotation.services.unlinking import hand_over_place, keep_as_nobodys

ASSIGNMENTS_AT_ONCE = 500

OWN = """
SELECT id, coverage_id, status FROM annotation_assignment
WHERE seat_id = %(seat)s AND status <> 'withdrawn'
ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE
"""
# What the trigger on judgments lets through: all of this, once, and nothing else.
BLANK_JUDGMENTS = """
UPDATE annotation_judgment
SET answers = '{}', acceptable = NULL, spans = NULL, reason = '', confidence = NULL,
    active_ms = NULL, elapsed_ms = 0, language = '', idempotency_key = '', request_sha256 = '',
    stratum_id = NULL, erased_at = %(now)s
WHERE assignment_id = ANY(%(assignments)s) AND erased_at IS NULL
"""
BLANK_ASSIGNMENTS = """
UPDATE annotation_assignment
SET status = 'withdrawn', draft = NULL, skip_kind = '', skip_reason = '',
    stratum_id = NULL, coverage_id = NULL, ended_at = COALESCE(ended_at, %(now)s)
WHERE id = ANY(%(assignments)s)
"""
# The turn of the next order shown is served + order_offset, so it stays where it was.
REOPEN_CELLS = """
WITH gone AS (
    SELECT * FROM unnest(%(cells)s::bigint[], %(leased)s::int[], %(submitted)s::int[])
        AS one(id, leased, submitted)
), locked AS (
    SELECT cell.id, gone.leased, gone.submitted FROM annotation_coverage cell
    JOIN gone ON gone.id = cell.id
    ORDER BY cell.id FOR UPDATE OF cell
)
UPDATE annotation_coverage cell
SET leased = cell.leased - locked.leased, submitted = cell.submitted - locked.submitted,
    served = cell.served - 1, order_offset = cell.order_offset + 1
FROM locked WHERE locked.id = cell.id
"""


def withdraw(annotator: Annotator, campaign: Campaign | None = None) -> Erasure:
    """Take nothing more from the person, and note that what they gave is to be erased.

    From one campaign, or altogether: then nobody signs in with their account any more. Asking again
    gives the same erasure.
    """
    with transaction.atomic():
        Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
        seats = Seat.objects.filter(annotator=annotator, withdrawn_at=None)
        if campaign is not None:
            seats = seats.filter(campaign=campaign)
        # Whoever serves or judges at this moment holds the seat, and is waited for.
        held = list(seats.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        if held:
            seats.update(withdrawn_at=timezone.now())
        if campaign is None:
            close_account(annotator)
        erasure, _new = Erasure.objects.get_or_create(annotator=annotator, campaign=campaign)
    return erasure


def erase(job: Erasure) -> None:
    """The work of an erasure, from wherever an earlier attempt left it."""
    annotator = job.annotator
    left = Assignment.objects.filter(seat__in=seats_of(job))
    left = left.exclude(status=AssignmentStatus.WITHDRAWN)
    report_progress(job, job.steps_done, job.steps_done + left.count())
    for seat in seats_of(job):
        while erased := erase_portion(job, seat):
            report_progress(job, job.steps_done + erased)
        empty_seat(seat)
    forget_person(annotator, job.campaign_id)
    if job.campaign is not None:
        erase_profiles(annotator, job.campaign.questionnaire.series)
    else:
        erase_profiles(annotator)
        erase_account(annotator)
    # Steps counted what stays as nobody's, too, and its number would tell whose it was.
    erased = Erasure.objects.values_list("assignments", flat=True).get(pk=job.pk)
    report_progress(job, erased, erased)


def seats_of(job: Erasure) -> QuerySet[Seat]:
    seats = Seat.objects.filter(annotator=job.annotator_id).order_by("pk")
    return seats if job.campaign_id is None else seats.filter(campaign=job.campaign_id)


def erase_portion(job: Erasure, seat: Seat) -> int:
    """Erase some of a seat's assignments with their judgments; returns how many, 0 at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        seat = locked_seat(seat)
        cursor.execute(OWN, {"seat": seat.pk, "most": ASSIGNMENTS_AT_ONCE})
        found: list[tuple[int, int | None, str]] = cursor.fetchall()
        if not found:
            return 0
        Report.objects.filter(assignment__in=[one[0] for one in found]).delete()
        staying = what_stays(seat, found)
        keep_as_nobodys(seat, staying)
        own = [one for one in found if one[0] not in staying]
        names: dict[str, Any] = {"assignments": [one[0] for one in own], "now": timezone.now()}
        JudgmentFlag.objects.filter(judgment__assignment__in=names["assignments"]).delete()
        cursor.execute(BLANK_JUDGMENTS, names)
        judgments = cursor.rowcount
        cursor.execute(BLANK_ASSIGNMENTS, names)
        cursor.execute(REOPEN_CELLS, cells_of(own))
        submitted = [pk for pk, _cell, status in found if status == AssignmentStatus.SUBMITTED]
        Seat.objects.filter(pk=seat.pk).update(submitted=F("submitted") - len(submitted))
        Erasure.objects.filter(pk=job.pk).update(
            judgments=F("judgments") + judgments, assignments=F("assignments") + len(own)
        )
    return len(found)


def locked_seat(seat: Seat) -> Seat:
    seats = Seat.objects.select_related("consent__document")
    return seats.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)


def what_stays(seat: Seat, found: Sequence[tuple[int, int | None, str]]) -> set[int]:
    """Of these assignments, those whose judgments stay by the consent that the person gave."""
    if not seat.consent.document.keeps_judgments:
        return set()
    return {pk for pk, _cell, status in found if status == AssignmentStatus.SUBMITTED}


def cells_of(own: Sequence[tuple[int, int | None, str]]) -> dict[str, list[int]]:
    """What each cell has to give back; a person has at most one assignment in a cell."""
    in_cells = [(cell, status) for _pk, cell, status in own if cell is not None]
    return {
        "cells": [cell for cell, _status in in_cells],
        "leased": [int(status == AssignmentStatus.LEASED) for _cell, status in in_cells],
        "submitted": [int(status == AssignmentStatus.SUBMITTED) for _cell, status in in_cells],
    }


def empty_seat(seat: Seat) -> None:
    """Return the seat to its stratum and quotas, and leave nothing in it that tells of a person.

    Where judgments of theirs stay, so does their place: then nothing leads to those any more.
    """
    with transaction.atomic():
        seat = Seat.objects.select_for_update(no_key=True).get(pk=seat.pk)
        if seat.stratum_id is None and seat.kept_as_id is None:
            return
        if seat.kept_as_id is not None:
            hand_over_place(seat)
        elif not seat.has_lapsed:
            give_back(seat)
        seat.quotas.clear()
        ComprehensionTry.objects.filter(seat=seat).delete()
        MessageCopy.objects.filter(
            annotator=seat.annotator_id, message__campaign=seat.campaign_id
        ).delete()
        Seat.objects.filter(pk=seat.pk).update(
            stratum=None,
            kept_as=None,
            has_lapsed=True,
            submitted=0,
            day=None,
            submitted_on_day=0,
            submitted_in_session=0,
            last_submitted_at=None,
            guideline_seen=0,
            comprehension_done=0,
            practice_done=0,
            stopped_at=None,
        )


def take_up_failed() -> list[int]:
    """Erasures that failed, queued once more: what was promised is not given up. Their ids."""
    failed = Erasure.objects.filter(state=JobState.FAILED).order_by("pk")
    ids = list(failed.values_list("pk", flat=True))
    Erasure.objects.filter(pk__in=ids, state=JobState.FAILED).update(
        state=JobState.QUEUED, attempts=0, error="", finished_at=None
    )
    return ids
