"""Laying out coverage: one row per item × stratum, in set-based SQL.

Every draw is a hash of the campaign's seed and the item's id, so that the same items under the
same seed are planned the same way, wherever and however often planning is interrupted.
"""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Max, Min

from annotation.enums import Strategy
from annotation.models import Campaign, Item, Job, PlanningRun
from annotation.selectors.item_kinds import KIND_OF_ITEM, kind_names
from annotation.services.jobs import report_progress

# So many cells keep the campaign's row for about a second.
CELLS_AT_ONCE = 120_000
# After so many new items the plans of serving, which connections keep, are made anew at once and
# not in the minute until autovacuum comes by: they may be those of nearly empty tables.
WORTH_ANALYSING = 1_000

# What each kind of item wants of each stratum: a few rows, whatever the campaign's size.
# `before` and `upto` are running totals of what is wanted over the strata.
DESIGN = f"""
WITH kinds AS (
    SELECT '' AS kind
    UNION SELECT value ->> 'key' FROM jsonb_array_elements(%(item_strata)s::jsonb)
), wanted AS (
    SELECT kind, stratum.id AS stratum_id, stratum.key AS stratum_key, stratum.position,
           coalesce((stratum.targets ->> kind)::float, stratum.expected) AS wanted
    FROM annotation_stratum stratum CROSS JOIN kinds
    WHERE stratum.campaign_id = %(campaign)s
), totals AS (
    SELECT wanted.*, sum(wanted) OVER (PARTITION BY kind ORDER BY position, stratum_id) AS total
    FROM wanted
), design AS MATERIALIZED (
    SELECT kind, stratum_id, stratum_key, wanted,
           round((total - wanted)::numeric, 6)::float AS before,
           round(total::numeric, 6)::float AS upto
    FROM totals
), item AS (
    SELECT item.id AS item_id, item.external_id, coalesce(kind.key, '') AS kind
    FROM annotation_item item {KIND_OF_ITEM}
    WHERE item.campaign_id = %(campaign)s AND item.id BETWEEN %(first)s AND %(last)s
      AND item.check_answers IS NULL
)
"""  # noqa: S608 - put together from constants
# `u` is one uniform draw an item. Over its strata, running totals of what is wanted are cut at
# the whole numbers shifted by `u` (systematic sampling, Madow 1949): what is whole stays as it
# is, parts of a judgment are drawn with their size as probability, and the sum is exact.
#
# Rows come in the order of the permutation, stratum by stratum: it is that of both indexes of open
# cells, and of serving.
PLAN = f"""
{DESIGN}, missing AS (
    SELECT item_id, stratum_id, wanted, before, upto,
           hashtextextended(external_id || chr(31) || stratum_key, %(seed)s) AS draw,
           (hashtextextended(external_id, %(seed)s) & 1048575) / 1048576.0::float AS u
    FROM item JOIN design USING (kind)
    WHERE NOT EXISTS (
        SELECT 1 FROM annotation_coverage planned
        WHERE planned.item_id BETWEEN %(first)s AND %(last)s
          AND planned.item_id = item.item_id AND planned.stratum_id = design.stratum_id)
)
INSERT INTO annotation_coverage
    (stratum_id, item_id, target, inclusion, leased, submitted, served, order_offset, shuffle)
SELECT stratum_id, item_id, floor(upto + u) - floor(before + u), least(1.0, wanted), 0, 0, 0,
       row_number() OVER (PARTITION BY stratum_id ORDER BY draw), (draw >> 32)::int
FROM missing
"""  # noqa: S608 - put together from constants
# Never below what is leased or submitted, so that nobody's lease is stranded, nor below what an
# adaptive campaign has allotted. Cells are locked by id, as everywhere.
RETARGET = f"""
{DESIGN}, changing AS (
    SELECT cell.id, wanted
    FROM annotation_coverage cell JOIN item USING (item_id) JOIN design USING (kind, stratum_id)
    WHERE cell.item_id BETWEEN %(first)s AND %(last)s
      AND target <> greatest(wanted, leased + submitted, target * %(kept)s)
    ORDER BY cell.id FOR UPDATE OF cell
)
UPDATE annotation_coverage cell
SET target = greatest(wanted, leased + submitted, target * %(kept)s)
FROM changing WHERE cell.id = changing.id
"""  # noqa: S608 - put together from constants


def request_planning(campaign: Campaign) -> PlanningRun:
    """A job that will plan whatever of the campaign is not planned yet."""
    return PlanningRun.objects.create(campaign=campaign)


def plan_coverage(campaign: Campaign, job: Job | None = None) -> None:
    """Plan every item × stratum without coverage, and bring targets to what is wanted now.

    Safe to repeat and to interrupt, also while people are working.
    """
    span = Item.objects.filter(campaign=campaign).aggregate(first=Min("pk"), last=Max("pk"))
    if span["last"] is None:
        return
    for done, total in plan_span(campaign, span["first"], span["last"]):
        if isinstance(job, PlanningRun):
            report_progress(job, done, total)


def plan_span(campaign: Campaign, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Plan the campaign's items with ids from `first` to `last`, portion by portion.

    Yields, after each portion, how many of how many ids have been passed.
    """
    strata = max(1, campaign.strata.count())
    items_at_once = max(1, CELLS_AT_ONCE // strata)
    for start in range(first, last + 1, items_at_once):
        end = min(start + items_at_once - 1, last)
        plan_chunk(campaign.pk, start, end)
        yield end - first + 1, last - first + 1
    if last - first >= WORTH_ANALYSING:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE annotation_item, annotation_response, annotation_coverage")
    Campaign.objects.filter(pk=campaign.pk).update(
        planned_items=Item.objects.filter(campaign=campaign, check_answers__isnull=True).count()
    )


def plan_chunk(campaign_id: int, first: int, last: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # The design cannot change halfway, and no two jobs plan the same cells.
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        names: dict[str, str | int | bool | None] = {
            "campaign": campaign.pk,
            "seed": campaign.seed,
            **kind_names(campaign),
            "kept": int(campaign.strategy == Strategy.ADAPTIVE),
            "first": first,
            "last": last,
        }
        cursor.execute(PLAN, names)
        # An allocated overlap was drawn once; whole targets may have been changed since.
        if campaign.opened_at and not is_allocated(campaign):
            cursor.execute(RETARGET, names)


def is_allocated(campaign: Campaign) -> bool:
    """Whether the campaign's overlap was drawn for each item over strata."""
    return bool(campaign.overlap) and not campaign.strata.filter(is_implicit=True).exists()
