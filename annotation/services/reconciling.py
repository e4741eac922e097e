"""Recounting a campaign's counters from its assignments, and repairing what has drifted.

Counters move in the transactions that give them reason to, so drift means a bug or a hand in the
database. A cell is recounted while its row is locked: whoever changes it waits, and whoever has
changed it has committed, so that what is counted and the counter belong to one moment.
"""

import logging
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from annotation.models import Campaign, Coverage, Reconciliation
from annotation.services.jobs import report_progress

logger = logging.getLogger(__name__)

CELLS_AT_ONCE = 5_000
MOST_REPORTED = 200

LOCK_CELLS = """
SELECT cell.id FROM annotation_coverage cell
JOIN annotation_stratum stratum ON stratum.id = cell.stratum_id
WHERE stratum.campaign_id = %(campaign)s AND cell.id > %(after)s
ORDER BY cell.id LIMIT %(most)s FOR UPDATE OF cell
"""
REPAIR_CELLS = """
WITH recounted AS (
    SELECT cell.id, cell.leased, cell.submitted,
           count(assignment.id) FILTER (WHERE assignment.status = 'leased') AS real_leased,
           count(assignment.id) FILTER (WHERE assignment.status = 'submitted') AS real_submitted
    FROM annotation_coverage cell
    LEFT JOIN annotation_assignment assignment ON assignment.coverage_id = cell.id
    WHERE cell.id = ANY(%(cells)s)
    GROUP BY cell.id
), drifted AS (
    SELECT * FROM recounted WHERE (leased, submitted) <> (real_leased, real_submitted)
), repaired AS (
    UPDATE annotation_coverage cell
    SET leased = real_leased, submitted = real_submitted,
        target = greatest(target, real_leased + real_submitted)
    FROM drifted WHERE cell.id = drifted.id
)
SELECT id, leased, submitted, real_leased, real_submitted FROM drifted ORDER BY id
"""
# The seat is locked by serving and judging alike, so its counts belong to one moment too.
REPAIR_SEATS = """
WITH locked AS (
    SELECT id, submitted FROM annotation_seat WHERE campaign_id = %(campaign)s
    ORDER BY id FOR NO KEY UPDATE
), recounted AS (
    SELECT locked.id, locked.submitted,
           count(assignment.id) FILTER (WHERE assignment.status = 'submitted') AS real_submitted
    FROM locked LEFT JOIN annotation_assignment assignment ON assignment.seat_id = locked.id
    GROUP BY locked.id, locked.submitted
), repaired AS (
    UPDATE annotation_seat seat SET submitted = real_submitted
    FROM recounted WHERE seat.id = recounted.id AND recounted.submitted <> real_submitted
    RETURNING seat.id, recounted.submitted, real_submitted
)
SELECT id, submitted, real_submitted FROM repaired ORDER BY id
"""
REPAIR_STRATA = """
WITH locked AS (
    SELECT id, seats_taken FROM annotation_stratum WHERE campaign_id = %(campaign)s
    ORDER BY id FOR NO KEY UPDATE
), recounted AS (
    SELECT locked.id, locked.seats_taken,
           count(seat.id) FILTER (WHERE NOT seat.has_lapsed) AS real_taken
    FROM locked LEFT JOIN annotation_seat seat ON seat.stratum_id = locked.id
    GROUP BY locked.id, locked.seats_taken
), repaired AS (
    UPDATE annotation_stratum stratum
    SET seats_taken = real_taken, quota = greatest(quota, real_taken)
    FROM recounted WHERE stratum.id = recounted.id AND recounted.seats_taken <> real_taken
    RETURNING stratum.id, recounted.seats_taken, real_taken
)
SELECT id, seats_taken, real_taken FROM repaired ORDER BY id
"""


def request_reconciliation(campaign: Campaign) -> Reconciliation:
    """A job that will recount the campaign."""
    return Reconciliation.objects.create(campaign=campaign)


def reconcile(job: Reconciliation) -> None:
    """The work of a reconciliation: recount, repair, report; drift is logged as an error."""
    campaign = job.campaign
    found: list[dict[str, Any]] = []
    total = Coverage.objects.filter(stratum__campaign=campaign).count()
    done = 0
    for cells, drifted in reconcile_cells(campaign):
        found += drifted
        done += cells
        report_progress(job, done, total)
    found += reconcile_rows(campaign, "seat", REPAIR_SEATS)
    found += reconcile_rows(campaign, "stratum", REPAIR_STRATA)
    job.drift, job.drifted = found[:MOST_REPORTED], len(found)
    job.save(update_fields=["drift", "drifted"])
    if found:
        logger.error(
            "Campaign %s: %s counters had drifted and were repaired", campaign.slug, len(found)
        )


def reconcile_cells(campaign: Campaign) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Recount coverage cell by cell in portions; yields how many, and what had drifted."""
    after = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            names = {"campaign": campaign.pk, "after": after, "most": CELLS_AT_ONCE}
            cursor.execute(LOCK_CELLS, names)
            cells = [row[0] for row in cursor.fetchall()]
            if not cells:
                return
            cursor.execute(REPAIR_CELLS, {"cells": cells})
            drifted = [
                {
                    "what": "coverage",
                    "id": row[0],
                    "was": {"leased": row[1], "submitted": row[2]},
                    "is": {"leased": row[3], "submitted": row[4]},
                }
                for row in cursor.fetchall()
            ]
        after = cells[-1]
        yield len(cells), drifted


def reconcile_rows(campaign: Campaign, what: str, statement: str) -> list[dict[str, Any]]:
    """Recount seats or strata, each in one statement under their locks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"campaign": campaign.pk})
        return [
            {"what": what, "id": row[0], "was": row[1], "is": row[2]} for row in cursor.fetchall()
        ]
