"""Laying out coverage: one row per item × stratum, in set-based SQL."""

from django.db import connection, transaction
from django.db.models import Max, Min

from annotation.models import Campaign, Item, Job, PlanningRun
from annotation.services.jobs import report_progress

ITEMS_AT_ONCE = 20_000

# The random rank within the chunk gives each cell its first order to show: over the cells of a
# stratum every order comes equally often, and independently of the order of the file.
PLAN = """
INSERT INTO annotation_coverage
    (stratum_id, item_id, target, leased, submitted, served, order_offset, shuffle)
SELECT stratum.id, item.id, stratum.target, 0, 0, 0,
       row_number() OVER (PARTITION BY stratum.id ORDER BY random()),
       floor(random() * 4294967296) - 2147483648
FROM annotation_item item CROSS JOIN annotation_stratum stratum
WHERE item.campaign_id = %(campaign)s AND stratum.campaign_id = %(campaign)s
  AND item.id BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (
      SELECT 1 FROM annotation_coverage planned
      WHERE planned.item_id = item.id AND planned.stratum_id = stratum.id)
ORDER BY item.id, stratum.position
ON CONFLICT (item_id, stratum_id) DO NOTHING
"""


def request_planning(campaign: Campaign) -> PlanningRun:
    """A job that will plan whatever of the campaign is not planned yet."""
    return PlanningRun.objects.create(campaign=campaign)


def plan_coverage(campaign: Campaign, job: Job | None = None) -> None:
    """Plan every item × stratum that has no coverage yet; safe to repeat and to interrupt."""
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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAN, {"campaign": campaign.pk, "first": first, "last": last})
