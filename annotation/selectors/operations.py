"""How a campaign that people work in goes: pace, times, what became of assignments, flags, people.

Each of these looks at every row of a campaign, so large ones are counted by a worker
(`annotation.selectors.counting`): plain lists and dicts, as JSON has them, one query each.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncHour

from annotation.enums import IMPORTED
from annotation.models import Assignment, Campaign, Judgment, JudgmentFlag

HOUR = timedelta(hours=1)
PACE_DAYS = 30
# Whoever was not seen for so long and has not finished counts as having left; they may come back.
LEFT_AFTER = timedelta(days=1)

# Times are whole milliseconds: nobody judges to a fraction of one.
TIMES = """
SELECT stratum_id, count(*),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY active_ms)
FROM annotation_judgment
WHERE campaign_id = %(campaign)s AND active_ms IS NOT NULL AND supersedes_id IS NULL
  AND erased_at IS NULL AND strategy <> 'imported' AND stratum_id IS NOT NULL
GROUP BY GROUPING SETS ((stratum_id), ())
ORDER BY stratum_id NULLS FIRST
"""
# Everybody who is known to have come: by a link, by consenting, or by a seat. How far somebody got
# is the last step they are known to have taken; what became of them is told by the first that fits.
FUNNEL = """
WITH met AS (
    SELECT annotator_id, false AS has_consented, arrived_at AS seen_at
    FROM annotation_arrival WHERE campaign_id = %(campaign)s
    UNION ALL
    SELECT annotator_id, true, greatest(joined_at, last_submitted_at)
    FROM annotation_seat WHERE campaign_id = %(campaign)s
    UNION ALL
    SELECT consent.annotator_id, true, consent.given_at FROM accounts_consent consent
    JOIN accounts_consentdocument document ON document.id = consent.document_id
    WHERE document.series = %(series)s
), person AS (
    SELECT annotator_id, bool_or(has_consented) AS has_consented, max(seen_at) AS seen_at
    FROM met GROUP BY annotator_id
), standing AS (
    SELECT CASE WHEN seat.submitted > 0 THEN 'judged'
                WHEN seat.practice_done > 0 THEN 'practised'
                WHEN seat.comprehension_done > 0 THEN 'understood'
                WHEN seat.id IS NOT NULL THEN 'seated'
                WHEN person.has_consented THEN 'consented'
                ELSE 'arrived' END AS reached,
           CASE WHEN seat.withdrawn_at IS NOT NULL OR annotator.withdrawn_at IS NOT NULL
                     THEN 'withdrawn'
                WHEN arrival.outcome = 'completed' OR seat.submitted >= %(enough)s THEN 'finished'
                WHEN arrival.outcome = 'screened-out' OR seat.stopped_at IS NOT NULL
                     THEN 'screened-out'
                WHEN arrival.outcome = 'timed-out' OR (seat.has_lapsed AND seat.submitted = 0)
                     THEN 'timed-out'
                WHEN person.seen_at > %(lately)s THEN 'under-way'
                ELSE 'left' END AS fate,
           seat.last_submitted_at
    FROM person
    JOIN accounts_annotator annotator ON annotator.id = person.annotator_id
    LEFT JOIN annotation_seat seat
           ON seat.annotator_id = person.annotator_id AND seat.campaign_id = %(campaign)s
    LEFT JOIN annotation_arrival arrival
           ON arrival.annotator_id = person.annotator_id AND arrival.campaign_id = %(campaign)s
    WHERE NOT EXISTS (SELECT 1 FROM annotation_importedannotator imported
                      WHERE imported.annotator_id = person.annotator_id)
)
SELECT reached, fate, count(*),
       count(*) FILTER (WHERE last_submitted_at > %(hour_ago)s),
       count(*) FILTER (WHERE last_submitted_at > %(day_ago)s),
       count(*) FILTER (WHERE last_submitted_at > %(week_ago)s)
FROM standing GROUP BY reached, fate ORDER BY reached, fate
"""


def pace(campaign: Campaign, now: datetime) -> list[list[int]]:
    """[hours since 1970, judgments sent in that hour] of the last thirty days; no empty hours.

    Revisions and imported judgments are not work of these days; repeats are.
    """
    hours = (
        Judgment.objects.filter(
            campaign=campaign,
            submitted_at__gt=now - timedelta(days=PACE_DAYS),
            submitted_at__lte=now,
            supersedes__isnull=True,
            erased_at=None,
        )
        .exclude(strategy=IMPORTED)
        .order_by()
        .annotate(hour=TruncHour("submitted_at", tzinfo=UTC))
        .values_list("hour")
        .annotate(count=Count("pk"))
        .order_by("hour")
    )
    return [[hour_number(hour), count] for hour, count in hours]


def hour_number(moment: datetime) -> int:
    """Whole hours since 1970: a name for an hour that JSON has."""
    return int(moment.timestamp()) // 3600


def times(campaign: Campaign, _now: datetime) -> list[list[Any]]:
    """[stratum id, n, quartiles of active milliseconds]; of all together first, id null.

    Of judgments whose time was measured; quartiles interpolate between two values.
    """
    with connection.cursor() as cursor:
        cursor.execute(TIMES, {"campaign": campaign.pk})
        return [
            [stratum, count, *(round(one) for one in quartiles)]
            for stratum, count, quartiles in cursor.fetchall()
            if count
        ]


def outcomes(campaign: Campaign, _now: datetime) -> list[list[Any]]:
    """[stratum id, status, reason of a skip, assignments]; of what was served here."""
    rows = (
        Assignment.objects.filter(campaign=campaign)
        .exclude(strategy=IMPORTED)
        .order_by("stratum_id", "status", "skip_kind")
        .values_list("stratum_id", "status", "skip_kind")
        .annotate(count=Count("pk"))
    )
    return [list(row) for row in rows]


def flags(campaign: Campaign, _now: datetime) -> list[list[Any]]:
    """[flag, judgments, people]; a later revision's own flags replace those of the earlier."""
    rows = (
        JudgmentFlag.objects.filter(
            judgment__campaign=campaign, judgment__superseded_by__isnull=True
        )
        .order_by("flag")
        .values_list("flag")
        .annotate(count=Count("pk"), people=Count("judgment__annotator", distinct=True))
    )
    return [list(row) for row in rows]


def funnel(campaign: Campaign, now: datetime) -> list[list[Any]]:
    """[step reached, what became of them, people, of these active in the hour, day and week]."""
    enough = campaign.planned_items
    if campaign.max_per_annotator:
        enough = min(enough, campaign.max_per_annotator)
    with connection.cursor() as cursor:
        cursor.execute(
            FUNNEL,
            {
                "campaign": campaign.pk,
                "series": campaign.consent_document.series,
                "enough": max(1, enough),
                "lately": now - LEFT_AFTER,
                "hour_ago": now - HOUR,
                "day_ago": now - 24 * HOUR,
                "week_ago": now - 168 * HOUR,
            },
        )
        return [list(row) for row in cursor.fetchall()]
