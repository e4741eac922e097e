"""Adaptive campaigns: once a stratum's answers on items are in, more are wanted where they vary.

The targets of the design are the floor that every item reaches. Beyond it a budget is allotted in
rounds: complete cells are drawn with probabilities that grow with their uncertainty, and a drawn
cell wants one judgment more. The probability is kept with the cell and with the assignment that
comes of it, so that weights can be computed later.
"""

import math
import random
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import F

from annotation.enums import CampaignStatus, Strategy, Uncertainty
from annotation.models import Campaign, Coverage, Judgment, Stratum
from annotation.services.jobs import advisory_lock
from annotation.task_types import task_type_of
from annotation.uncertainty import (
    entropy,
    inclusion_probabilities,
    interval_width,
    systematic_draw,
)

CELLS_LOOKED_AT = 2000
# A round allots to this part of the complete cells, so that later rounds know more.
PART_OF_A_ROUND = 0.1
# The graded answers from "a clearly" to "b clearly", and the two without a grade.
ANSWER_KINDS = 7


def adapt_open_campaigns() -> int:
    """One round for every open adaptive campaign; returns how many judgments were allotted."""
    campaigns = Campaign.objects.filter(status=CampaignStatus.OPEN, strategy=Strategy.ADAPTIVE)
    return sum(adapt(campaign) for campaign in campaigns)


def adapt(campaign: Campaign) -> int:
    """One round of allotting; returns how many judgments were allotted. One worker at a time."""
    with advisory_lock("adapting", campaign.pk) as held:
        if not held:
            return 0
        campaign.refresh_from_db()
        left = campaign.adaptive_budget - campaign.adaptive_granted
        strata = list(campaign.strata.filter(target__gt=0))
        granted = 0
        for stratum in strata:
            if left > granted:
                share = min(left - granted, math.ceil(left / len(strata)))
                granted += adapt_stratum(campaign, stratum, share)
        Campaign.objects.filter(pk=campaign.pk).update(
            adaptive_granted=F("adaptive_granted") + granted,
            adaptive_rounds=F("adaptive_rounds") + 1,
        )
    return granted


def adapt_stratum(campaign: Campaign, stratum: Stratum, most: int) -> int:
    """Draw complete cells of a stratum by their uncertainty; each drawn wants one more."""
    chance = random.Random(  # noqa: S311 - a design, not a secret
        f"{campaign.seed}:adapt:{stratum.key}:{campaign.adaptive_rounds}"
    )
    cells = complete_cells(campaign, stratum, chance)
    if not cells:
        return 0
    wanted = min(most, max(1, math.floor(len(cells) * PART_OF_A_ROUND)))
    probabilities = inclusion_probabilities(uncertainties(campaign, cells), wanted)
    granted = 0
    with transaction.atomic():
        # By id, as whoever locks several cells does.
        for cell in sorted(systematic_draw(probabilities, chance)):
            open_for_one_more = Coverage.objects.filter(
                pk=cell, submitted=F("target"), leased=0, target__lt=campaign.adaptive_most
            )
            granted += open_for_one_more.update(
                target=F("target") + 1, inclusion=probabilities[cell]
            )
    return granted


def complete_cells(campaign: Campaign, stratum: Stratum, chance: random.Random) -> list[int]:
    """Cells that have what was wanted so far and may want more: all, or an even sample."""
    complete = Coverage.objects.filter(
        stratum=stratum,
        target__gt=0,
        target__lt=campaign.adaptive_most,
        submitted=F("target"),
    ).order_by("pk")
    ids = list(complete.values_list("pk", flat=True))
    return ids if len(ids) <= CELLS_LOOKED_AT else sorted(chance.sample(ids, CELLS_LOOKED_AT))


def uncertainties(campaign: Campaign, cells: list[int]) -> dict[int, float]:
    """For each cell, how much its answers still vary, by the campaign's measure."""
    preferences: dict[int, list[float]] = defaultdict(list)
    kinds: dict[int, list[str]] = defaultdict(list)
    given = Judgment.objects.filter(assignment__coverage__in=cells, superseded_by=None)
    rows = given.values_list("assignment__coverage_id", "answers", "presented_order")
    for cell, answers, order in rows.iterator(chunk_size=2000):
        for kind, preference in readings(campaign.task_type, answers, sorted(order)):
            kinds[cell].append(kind)
            if preference is not None:
                preferences[cell].append(preference)
    if campaign.adaptive_measure == Uncertainty.ENTROPY:
        return {cell: entropy(kinds[cell], ANSWER_KINDS) for cell in cells}
    return {cell: interval_width(preferences[cell]) for cell in cells}


def readings(
    task_type: str, answers: dict[str, Any], response_ids: list[str]
) -> list[tuple[str, float | None]]:
    """Every comparison in a judgment: its kind, and its preference on [−1, 1] where graded."""
    found = []
    for answer in answers.values():
        for one in task_type_of(task_type).comparisons(answer, response_ids=response_ids):
            kind = f"{one.outcome}:{one.preference}"
            preference = None if one.preference is None else one.preference / 2
            found.append((kind, preference))
    return found
