"""Adaptive campaigns: once strata's answers on items are in, more are wanted where they vary.

The targets of the design are the floor that every item reaches. Beyond it a budget is allotted in
rounds: complete cells are drawn with probabilities that grow with their uncertainty, and a drawn
cell wants one judgment more. The probability is kept with the cell and with the assignment that
comes of it, so that weights can be computed later.

A round looks at one slice of the items, so that it costs the same in any campaign: every n-th id,
which goes evenly through the file. A pass over the n slices meets each item once.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Max, Min

from annotation.design.variances import expected_variances
from annotation.enums import IMPORTED, CampaignStatus, Strategy, Uncertainty
from annotation.models import Campaign, Coverage, Item, Judgment
from annotation.services.jobs import advisory_lock
from annotation.task_types import task_type_of
from annotation.task_types.base import Comparison
from annotation.uncertainty import (
    difference_scores,
    entropy,
    inclusion_probabilities,
    systematic_draw,
)

ITEMS_AT_ONCE = 1000
# One call looks at slices until it has allotted so much, or has looked at so many.
PLACES_AT_ONCE = 2000
SLICES_AT_ONCE = 20
# A round allots to at most this part of the complete cells, so that later rounds know more.
PART_OF_A_ROUND = 0.1
# The graded answers from "a clearly" to "b clearly", and the two without a grade.
ANSWER_KINDS = 7
# Preferences for the second response, on [−1, 1].
GRADES = (-1.0, -0.5, 0.0, 0.5, 1.0)

# By id, as whoever locks several cells does; the conditions are looked at again under the lock.
WANT_ONE_MORE = """
WITH drawn AS (
    SELECT cell.id, given.inclusion
    FROM annotation_coverage cell
    JOIN unnest(%(cells)s::bigint[], %(inclusions)s::float[]) AS given (id, inclusion)
      ON given.id = cell.id
    WHERE cell.submitted = cell.target AND cell.leased = 0 AND cell.target < %(most)s
    ORDER BY cell.id FOR UPDATE OF cell)
UPDATE annotation_coverage cell SET target = cell.target + 1, inclusion = drawn.inclusion
FROM drawn WHERE cell.id = drawn.id
"""


@dataclass(frozen=True)
class Cell:
    """A coverage row: `stratum` is a position in the slice's strata."""

    pk: int
    item_id: int
    stratum: int
    target: int
    submitted: int


@dataclass(frozen=True)
class Slice:
    """The items of one round, and their cells; `left` slices are to come in the pass, with it."""

    campaign: Campaign
    strata: Sequence[int]
    item_ids: Sequence[int]
    slices: int
    left: int
    cells: list[Cell] = field(default_factory=list)

    @property
    def complete(self) -> list[Cell]:
        """Cells that have what was wanted so far and may want more."""
        most = self.campaign.adaptive_most
        return [cell for cell in self.cells if cell.submitted == cell.target < most]


def adapt_open_campaigns() -> int:
    """Rounds for every open adaptive campaign; returns how many judgments were allotted."""
    campaigns = Campaign.objects.filter(
        status=CampaignStatus.OPEN,
        strategy=Strategy.ADAPTIVE,
        adaptive_granted__lt=F("adaptive_budget"),
    )
    return sum(adapt(campaign) for campaign in campaigns)


def adapt(campaign: Campaign) -> int:
    """One round, or several where the campaign is large; returns how many judgments were allotted.

    One worker at a time: another finds the lock taken and allots nothing.
    """
    granted = 0
    with advisory_lock("adapting", campaign.pk) as held:
        if not held:
            return 0
        span = Item.objects.filter(campaign=campaign).aggregate(first=Min("pk"), last=Max("pk"))
        for _round in range(SLICES_AT_ONCE if span["last"] else 0):
            campaign.refresh_from_db()
            if campaign.adaptive_granted >= campaign.adaptive_budget:
                break
            part = next_slice(campaign, span["first"], span["last"])
            granted += adapt_slice(part)
            if granted >= PLACES_AT_ONCE or part.left == 1:
                break
    return granted


def next_slice(campaign: Campaign, first: int, last: int) -> Slice:
    """What the next round looks at; all items have ids from `first` to `last`."""
    strata = list(campaign.strata.filter(target__gt=0).values_list("pk", flat=True))
    slices = math.ceil((last - first + 1) / ITEMS_AT_ONCE)
    done = campaign.adaptive_rounds % slices
    item_ids = range(first + done, last + 1, slices)
    cells = Coverage.objects.filter(item__in=item_ids, stratum__in=strata, target__gt=0)
    position = {stratum: number for number, stratum in enumerate(strata)}
    ordered = cells.order_by("item_id", "stratum__position")
    rows = ordered.values_list("pk", "item_id", "stratum_id", "target", "submitted")
    found = [Cell(pk, item, position[stratum], *counts) for pk, item, stratum, *counts in rows]
    return Slice(campaign, strata, item_ids, slices, slices - done, found)


def adapt_slice(part: Slice) -> int:
    """One round: draw complete cells by their uncertainty; each drawn wants one more."""
    drawn = draw(part) if part.complete else {}
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=part.campaign.pk)
        granted = want_one_more(campaign, drawn) if drawn and campaign.is_open else 0
        campaign.adaptive_granted += granted
        campaign.adaptive_rounds += 1
        campaign.save(update_fields=["adaptive_granted", "adaptive_rounds"])
    return granted


def draw(part: Slice) -> dict[int, float]:
    """Cells drawn, and the probabilities with which they were."""
    campaign = part.campaign
    chance = random.Random(  # noqa: S311 - a design, not a secret
        f"{campaign.seed}:adapt:{campaign.adaptive_rounds}"
    )
    probabilities = inclusion_probabilities(scores(part), wanted(part))
    left = campaign.adaptive_budget - campaign.adaptive_granted
    return {cell: probabilities[cell] for cell in systematic_draw(probabilities, chance)[:left]}


def wanted(part: Slice) -> float:
    """How many judgments a round allots on average.

    A tenth of the slice's complete cells; less where the budget would not reach the end of the
    pass, so that no part of the items is favoured. A pass allots at least one.
    """
    campaign = part.campaign
    left = campaign.adaptive_budget - campaign.adaptive_granted
    cells_to_come = max(len(part.cells), campaign.planned_items * len(part.strata) / part.slices)
    rate = min(PART_OF_A_ROUND, left / (cells_to_come * part.left))
    return max(rate * len(part.complete), 1 / part.slices)


def want_one_more(campaign: Campaign, drawn: dict[int, float]) -> int:
    """Raise the targets of drawn cells that are still complete, and keep their probabilities."""
    names: dict[str, Any] = {
        "cells": list(drawn),
        "inclusions": list(drawn.values()),
        "most": campaign.adaptive_most,
    }
    with connection.cursor() as cursor:
        cursor.execute(WANT_ONE_MORE, names)
        return int(cursor.rowcount)


def scores(part: Slice) -> dict[int, float]:
    """For each complete cell, how much more is wanted there, by the campaign's measure."""
    if part.campaign.adaptive_measure == Uncertainty.ENTROPY:
        return entropy_scores(part)
    return width_scores(part)


def width_scores(part: Slice) -> dict[int, float]:
    """By the widest difference between strata that one more judgment would narrow.

    A question is a criterion about two responses; what several of an item have is summed.
    """
    strata = len(part.strata)
    wanting: dict[int, list[float]] = defaultdict(lambda: [math.inf] * strata)
    for cell in part.cells:
        wanting[cell.item_id][cell.stratum] = cell.target - cell.submitted
    rows: dict[tuple[int, str, str, str], list[list[int]]] = {}
    for item, stratum, criterion, one in comparisons(part):
        question = (item, criterion, one.response_a, one.response_b)
        counts = rows.setdefault(question, [[0] * len(GRADES) for _ in part.strata])
        if one.preference is not None:
            counts[stratum][GRADES.index(one.preference / 2)] += 1
    found: dict[int, list[float]] = defaultdict(lambda: [0.0] * strata)
    if rows:
        # In a fixed order, so that the same answers under the same seed allot the same.
        questions = sorted(rows)
        counted = np.array([rows[question] for question in questions])
        to_come = np.array([wanting[question[0]] for question in questions])
        answers = np.maximum(counted.sum(axis=2) + to_come, 1.0)
        by_question = difference_scores(expected_variances(counted, GRADES), answers)
        for question, gains in zip(questions, by_question.tolist(), strict=True):
            of_item = found[question[0]]
            found[question[0]] = [sum(both) for both in zip(of_item, gains, strict=True)]
    return {cell.pk: found[cell.item_id][cell.stratum] for cell in part.complete}


def entropy_scores(part: Slice) -> dict[int, float]:
    """By the entropy of a cell's answers."""
    kinds: dict[tuple[int, int], list[str]] = defaultdict(list)
    for item, stratum, _criterion, one in comparisons(part):
        kinds[item, stratum].append(f"{one.outcome}:{one.preference}")
    return {
        cell.pk: entropy(kinds[cell.item_id, cell.stratum], ANSWER_KINDS) for cell in part.complete
    }


def comparisons(part: Slice) -> Iterator[tuple[int, int, str, Comparison]]:
    """Every comparison in a slice's judgments: item, stratum's position, criterion, and itself."""
    position = {stratum: number for number, stratum in enumerate(part.strata)}
    task_type = task_type_of(part.campaign.task_type)
    given = (
        Judgment.objects.filter(
            item__in=part.item_ids, stratum__in=part.strata, is_repeat=False, superseded_by=None
        )
        .filter(item__check_answers__isnull=True)
        .exclude(strategy=IMPORTED)
    )
    rows = given.values_list("item_id", "stratum_id", "answers", "presented_order")
    for item, stratum, answers, order in rows.iterator(chunk_size=2000):
        for criterion, answer in answers.items():
            for one in task_type.comparisons(answer, response_ids=sorted(order)):
                yield item, position[stratum], criterion, one
