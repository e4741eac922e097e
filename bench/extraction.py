"""Reading a campaign's judgments out of the database into arrays, as an analysis does."""

import time
from tempfile import TemporaryFile

from django.db import connection

from analysis.arrays.reading import JUDGMENTS
from annotation.models import Campaign
from bench.crowds import judged_campaign
from bench.estimators import SYSTEMS
from bench.figures import Rate
from bench.fixtures import analyze
from bench.installation import Services
from bench.jobs import in_own_process, middle

# Each item compares two of the systems, and each two of them meet.
DEAL = """
UPDATE annotation_response response
SET model = 'system-' || (response.item_id + response.position * (1 + response.item_id / %(systems)s
    %% (%(systems)s - 1))) %% %(systems)s
FROM annotation_item item
WHERE item.id = response.item_id AND item.campaign_id = %(campaign)s
"""


def measure_extraction(services: Services, judgments: int, repeats: int) -> dict[str, Rate]:
    """Judgments a second, of the reader in a process of its own and of COPY of its own SELECT.

    Every judgment is a comparison by each of two criteria. Medians, in turn.
    """
    campaign = judged_campaign(judgments, f"modelled-{judgments}")
    deal_systems(campaign)
    count = campaign.judgments.count()
    found: dict[str, list[Rate]] = {"copy": [], "read": []}
    for _round in range(repeats):
        found["copy"].append(copied(campaign, count))
        what = f"read into arrays, {count:,} judgments"
        rate = in_own_process(services, what, "extract", campaign.slug)
        found["read"].append(rate)
    return {name: middle(rates) for name, rates in found.items()}


def deal_systems(campaign: Campaign) -> None:
    """Have the responses come from so many systems."""
    with connection.cursor() as cursor:
        cursor.execute(DEAL, {"campaign": campaign.pk, "systems": SYSTEMS})
    analyze()


def copied(campaign: Campaign, count: int) -> Rate:
    highest = campaign.judgments.order_by("-pk").values_list("pk", flat=True)[0]
    names = {"campaign": campaign.pk, "highest": highest}
    begun = time.perf_counter()
    with connection.cursor() as cursor, TemporaryFile() as file:
        statement = cursor.mogrify(JUDGMENTS, names).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT", file)
    return Rate("COPY of the same rows", count, time.perf_counter() - begun)
