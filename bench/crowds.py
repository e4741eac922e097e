"""A finished campaign in bulk SQL, its judgments as different from each other as people's are."""

from typing import Any

from django.db import connection, transaction

from annotation.models import Campaign
from annotation.services.campaigns import open_campaign
from annotation.services.planning import plan_coverage
from bench.fixtures import STRATA, TARGET, add_items, add_seats, analyze, new_campaign

CRITERIA = [
    {"key": "overall", "label": "Which is better?", "scale": None},
    {"key": "tone", "label": "Which has the better tone?", "scale": None},
]
PEOPLE_EACH = 50
ITEMS_AT_ONCE = 4_000

# Every cell is filled; of the people of a stratum each item meets others.
FILL = """
WITH seats AS (
    SELECT id, stratum_id, annotator_id, consent_id, profile_id,
           row_number() OVER (PARTITION BY stratum_id ORDER BY id) - 1 AS place,
           count(*) OVER (PARTITION BY stratum_id) AS seats
    FROM annotation_seat WHERE campaign_id = %(campaign)s
), drawn AS (
    SELECT cell.id AS coverage_id, cell.item_id, cell.stratum_id, turn,
           seats.id AS seat_id, seats.annotator_id,
           hashint8extended(cell.id * 8 + turn, 1) AS draw,
           now() - random() * interval '30 days' AS moment
    FROM annotation_coverage cell CROSS JOIN generate_series(0, %(last)s) turn
    JOIN seats ON seats.stratum_id = cell.stratum_id
        AND seats.place = (cell.item_id * %(target)s + turn) %% seats.seats
    WHERE cell.item_id = ANY(%(items)s)
), assigned AS (
    INSERT INTO annotation_assignment (campaign_id, seat_id, annotator_id, item_id, stratum_id,
        coverage_id, guideline_id, status, is_repeat, strategy, propensity, presented_order,
        skip_reason, served_at, lease_expires_at, ended_at)
    SELECT %(campaign)s, seat_id, annotator_id, item_id, stratum_id, coverage_id, %(guideline)s,
        'submitted', false, 'balanced', 1.0,
        CASE WHEN draw & 1 = 0 THEN '["r1", "r2"]' ELSE '["r2", "r1"]' END::jsonb,
        '', moment, moment + interval '30 minutes', moment + (draw & 127) * interval '1 second'
    FROM drawn ORDER BY moment
    RETURNING id, campaign_id, seat_id, annotator_id, item_id, stratum_id, guideline_id,
        strategy, propensity, presented_order, served_at, ended_at
)
INSERT INTO annotation_judgment (assignment_id, campaign_id, item_id, annotator_id, stratum_id,
    profile_id, consent_id, guideline_id, task_type, answers, reason, confidence, presented_order,
    content_hashes, strategy, propensity, is_repeat, after_lease, language, active_ms, elapsed_ms,
    idempotency_key, request_sha256, software_version, submitted_at)
SELECT assigned.id, assigned.campaign_id, item_id, assigned.annotator_id, assigned.stratum_id,
    seat.profile_id, seat.consent_id, guideline_id, 'pairwise',
    jsonb_build_object('overall', pick.overall, 'tone', pick.tone),
    CASE WHEN draw %% 4 = 0 THEN repeat('Because of "this" and that. ', 1 + (draw %% 7)::int)
         ELSE '' END,
    CASE WHEN draw %% 3 = 0 THEN NULL ELSE draw %% 101 END, presented_order, item.content_hashes,
    strategy, propensity, false, false, 'en', 1000 + draw %% 60000, 2000 + draw %% 60000,
    'bench-' || assigned.id, encode(sha256(assigned.id::text::bytea), 'hex'), '0.1.0', ended_at
FROM assigned JOIN annotation_item item ON item.id = item_id
JOIN annotation_seat seat ON seat.id = seat_id
CROSS JOIN LATERAL (SELECT abs(hashint8extended(assigned.id, 2)) >> 1 AS draw) draws
CROSS JOIN LATERAL (SELECT
    CASE draw %% 7 WHEN 0 THEN '{"outcome": "tie"}' WHEN 1 THEN '{"outcome": "depends"}'
        WHEN 2 THEN '{"preferred": "r1", "strength": 1}'
        WHEN 3 THEN '{"preferred": "r2", "strength": 1}'
        WHEN 4 THEN '{"preferred": "r1", "strength": 2}'
        ELSE '{"preferred": "r2", "strength": 2}' END::jsonb AS overall,
    CASE draw / 7 %% 5 WHEN 0 THEN '{"outcome": "both_bad"}'
        WHEN 1 THEN '{"preferred": "r1", "strength": 1}'
        WHEN 2 THEN '{"preferred": "r1", "strength": 2}'
        ELSE '{"preferred": "r2", "strength": 1}' END::jsonb AS tone) pick
ORDER BY assigned.id
"""
COUNT = """
UPDATE annotation_coverage SET submitted = %(target)s, served = %(target)s
WHERE item_id = ANY(%(items)s)
"""


def judged_campaign(judgments: int, slug: str = "") -> Campaign:
    """A campaign of six strata, two criteria and about so many judgments, none missing."""
    campaign = new_campaign(slug or f"judged-{judgments}", criteria=CRITERIA)
    add_items(campaign, -(-judgments // (STRATA * TARGET)))
    plan_coverage(campaign)
    campaign = open_campaign(campaign)
    add_seats(campaign, PEOPLE_EACH)
    analyze()
    items = list(campaign.items.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(items), ITEMS_AT_ONCE):
        names: dict[str, Any] = {
            "campaign": campaign.pk,
            "guideline": campaign.guideline_id,
            "items": items[first : first + ITEMS_AT_ONCE],
            "target": TARGET,
            "last": TARGET - 1,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FILL, names)
            cursor.execute(COUNT, names)
    analyze()
    return campaign
