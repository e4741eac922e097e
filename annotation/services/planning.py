"""Laying out coverage: one row per item × stratum, in set-based SQL.

Every draw is a hash of the campaign's seed and the item's id, so that the same items under the
same seed are planned the same way, wherever and however often planning is interrupted.
"""

import json

from django.db import connection, transaction
from django.db.models import Max, Min

from annotation.enums import Strategy
from annotation.models import Campaign, Item, Job, PlanningRun
from annotation.services.jobs import report_progress

ITEMS_AT_ONCE = 20_000

# An item's stratum is the first of the campaign's item strata whose every `where` it fits.
WANTED = """
SELECT item.id AS item_id, item.external_id, stratum.id AS stratum_id, stratum.position,
       stratum.expected, stratum.key AS stratum_key,
       coalesce((stratum.targets ->> kind.key)::float, stratum.expected) AS wanted
FROM annotation_item item
CROSS JOIN annotation_stratum stratum
LEFT JOIN LATERAL (
    SELECT rule.value ->> 'key' AS key
    FROM jsonb_array_elements(%(item_strata)s::jsonb) WITH ORDINALITY AS rule
    WHERE NOT EXISTS (
        SELECT 1 FROM jsonb_each(rule.value -> 'where') AS part
        WHERE NOT part.value ? coalesce(
            CASE part.key WHEN 'language' THEN item.language ELSE item.metadata ->> part.key END,
            ''))
    ORDER BY rule.ordinality LIMIT 1
) kind ON %(has_item_strata)s
WHERE item.campaign_id = %(campaign)s AND stratum.campaign_id = %(campaign)s
  AND item.id BETWEEN %(first)s AND %(last)s
"""
# `u` is one uniform draw an item. Over its strata, running totals of what is wanted are cut at
# the whole numbers shifted by `u` (systematic sampling, Madow 1949): what is whole stays as it
# is, parts of a judgment are drawn with their size as probability, and the sum is exact.
PLAN = f"""
WITH wanted AS ({WANTED}), missing AS (
    SELECT wanted.*,
           hashtextextended(external_id || chr(31) || stratum_key, %(seed)s) AS draw,
           (hashtextextended(external_id, %(seed)s) & 1048575) / 1048576.0 AS u,
           sum(wanted) OVER (PARTITION BY item_id ORDER BY position) AS upto
    FROM wanted
    WHERE NOT EXISTS (
        SELECT 1 FROM annotation_coverage planned
        WHERE planned.item_id = wanted.item_id AND planned.stratum_id = wanted.stratum_id)
)
INSERT INTO annotation_coverage
    (stratum_id, item_id, target, inclusion, leased, submitted, served, order_offset, shuffle)
SELECT stratum_id, item_id,
       floor(round(upto::numeric, 6) + u) - floor(round((upto - wanted)::numeric, 6) + u),
       least(1.0, wanted), 0, 0, 0,
       row_number() OVER (PARTITION BY stratum_id ORDER BY draw),
       (draw >> 32)::int
FROM missing ORDER BY item_id, position
ON CONFLICT (item_id, stratum_id) DO NOTHING
"""  # noqa: S608 - put together from constants
# Never below what is leased or submitted, so that nobody's lease is stranded, nor below what an
# adaptive campaign has allotted.
RETARGET = f"""
WITH wanted AS ({WANTED})
UPDATE annotation_coverage cell
SET target = greatest(wanted.wanted, cell.leased + cell.submitted, cell.target * %(kept)s)
FROM wanted
WHERE cell.item_id = wanted.item_id AND cell.stratum_id = wanted.stratum_id
  AND cell.target
      <> greatest(wanted.wanted, cell.leased + cell.submitted, cell.target * %(kept)s)
"""  # noqa: S608 - put together from constants


def request_planning(campaign: Campaign) -> PlanningRun:
    """A job that will plan whatever of the campaign is not planned yet."""
    return PlanningRun.objects.create(campaign=campaign)


def plan_coverage(campaign: Campaign, job: Job | None = None) -> None:
    """Plan every item × stratum without coverage, and bring targets to what is wanted now.

    Safe to repeat and to interrupt, also while people are working.
    """
    campaign.refresh_from_db()
    span = Item.objects.filter(campaign=campaign).aggregate(first=Min("pk"), last=Max("pk"))
    if span["last"] is not None:
        for first in range(span["first"], span["last"] + 1, ITEMS_AT_ONCE):
            last = min(first + ITEMS_AT_ONCE - 1, span["last"])
            plan_chunk(campaign, first, last)
            if isinstance(job, PlanningRun):
                report_progress(job, last - span["first"] + 1, span["last"] - span["first"] + 1)
    Campaign.objects.filter(pk=campaign.pk).update(
        planned_items=Item.objects.filter(campaign=campaign).count()
    )


def plan_chunk(campaign: Campaign, first: int, last: int) -> None:
    names: dict[str, str | int | bool | None] = {
        "campaign": campaign.pk,
        "seed": campaign.seed,
        "item_strata": json.dumps(campaign.item_strata),
        "has_item_strata": bool(campaign.item_strata),
        "kept": int(campaign.strategy == Strategy.ADAPTIVE),
        "first": first,
        "last": last,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAN, names)
        # An allocated overlap was drawn once; whole targets may have been changed since.
        if campaign.opened_at and not is_allocated(campaign):
            cursor.execute(RETARGET, names)


def is_allocated(campaign: Campaign) -> bool:
    """Whether the campaign's overlap was drawn for each item over strata."""
    return bool(campaign.overlap) and not campaign.strata.filter(is_implicit=True).exists()
