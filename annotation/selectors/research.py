"""What the researcher's pages read: each function a fixed number of queries, whatever the size."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from annotation.asking import Asking
from annotation.enums import JobState
from annotation.models import (
    Campaign,
    Coverage,
    Item,
    Judgment,
    PlanningRun,
    Reconciliation,
    Response,
    Stratum,
)
from annotation.models.job import ENDED
from annotation.selectors.campaigns import latest_judgments
from annotation.selectors.counting import (
    LIVE_CELLS,
    Counted,
    counts_of,
    finished_summaries,
    sums,
)
from annotation.task_types import PLAINLY, Asked, task_type_of

CAMPAIGNS_A_PAGE = 25
ITEMS_A_PAGE = 50
ITEMS_AT_ONCE = 1000
JUDGMENTS_A_PAGE = 30
# Up to this target a cell is drawn as one mark for each judgment wanted.
MOST_MARKS = 12


@dataclass(frozen=True)
class Cell:
    """Coverage of one item by one stratum, as a table shows it."""

    submitted: int
    leased: int
    target: int

    @property
    def marks(self) -> list[str]:
        """A mark for each judgment wanted, where there are few enough to be drawn."""
        if self.target > MOST_MARKS:
            return []
        open_places = max(0, self.target - self.submitted - self.leased)
        return ["submitted"] * self.submitted + ["leased"] * self.leased + ["open"] * open_places

    @property
    def is_full(self) -> bool:
        return self.submitted >= self.target


@dataclass(frozen=True)
class JudgmentLine:
    """A judgment with its answers in words by criterion; A, B, … go by the item's own order."""

    judgment: Judgment
    answers: list[tuple[str, str]]
    shown: str

    @property
    def active_seconds(self) -> float:
        return (self.judgment.active_ms or 0) / 1000

    @property
    def stored(self) -> dict[str, str]:
        """The parts that are JSON in the database, as JSON."""
        names = ("answers", "acceptable", "spans")
        values = {name: getattr(self.judgment, name) for name in names}
        return {
            name: json.dumps(value, ensure_ascii=False) for name, value in values.items() if value
        }


@dataclass(frozen=True)
class JudgmentPage:
    """Judgments newest first, with the ids from which the pages beside this one begin."""

    lines: list[JudgmentLine] = field(default_factory=list)
    newer: int | None = None
    older: int | None = None


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in the list; `wanted` and `submitted` are None before they were counted."""

    campaign: Campaign
    wanted: int | None
    submitted: int | None


def campaign_page(campaigns: QuerySet[Campaign], number: str | None) -> Page[Any]:
    """A page of campaigns as lines, with the judgments wanted and submitted over their coverage.

    Small campaigns are added up; of large ones the newest summary tells.
    """
    pages = Paginator(campaigns.select_related("owner"), CAMPAIGNS_A_PAGE)
    page: Page[Any] = pages.get_page(number)
    shown = list(page.object_list)
    totals = {
        one.campaign_id: (one.wanted, one.submitted)
        for one in finished_summaries()
        .filter(campaign__in=shown)
        .defer("body")
        .order_by("campaign_id", "-pk")
        .distinct("campaign_id")
    }
    totals |= small_totals([one for one in shown if one.pk not in totals])
    page.object_list = [
        CampaignLine(campaign, *totals.get(campaign.pk, (None, None))) for campaign in shown
    ]
    return page


def small_totals(campaigns: Sequence[Campaign]) -> dict[int, tuple[int, int]]:
    """(wanted, submitted) by campaign, for those small enough to be added up here."""
    strata: dict[int, list[int]] = defaultdict(list)
    for pk, campaign_id in Stratum.objects.filter(campaign__in=campaigns).values_list(
        "pk", "campaign_id"
    ):
        strata[campaign_id].append(pk)
    small = {
        pk: one.pk
        for one in campaigns
        for pk in strata[one.pk]
        if one.planned_items * len(strata[one.pk]) <= LIVE_CELLS
    }
    added: dict[int, list[int]] = {campaign: [0, 0] for campaign in small.values()}
    sums_by_stratum = (
        Coverage.objects.filter(stratum__in=list(small))
        .order_by()
        .values_list("stratum_id")
        .annotate(wanted=Sum("target"), submitted=Sum("submitted"))
    )
    for stratum_id, wanted, submitted in sums_by_stratum:
        added[small[stratum_id]][0] += wanted
        added[small[stratum_id]][1] += submitted
    return {pk: (wanted, submitted) for pk, (wanted, submitted) in added.items()}


def stratum_totals(campaign: Campaign, counted: Counted | None) -> list[dict[str, Any]]:
    """By stratum: seats taken now, and planned cells with the sums of target, leased, submitted.

    Sums are None where they have not been counted yet.
    """
    totals = sums(counted.parts["cells"]) if counted else {}
    nothing = dict.fromkeys(("items", "wanted", "leased", "submitted"), 0 if counted else None)
    return [
        {
            "key": one.key,
            "quota": one.quota,
            "seats_taken": one.seats_taken,
            "target": one.target,
            **totals.get(one.pk, nothing),
        }
        for one in campaign.strata.all()
    ]


def campaign_numbers(campaign: Campaign) -> dict[str, Any]:
    """The numbers of a campaign page; those that are counted are None before they were."""
    counted = counts_of(campaign, "cells", now=timezone.now())
    strata = stratum_totals(campaign, counted)
    under_way = PlanningRun.objects.filter(campaign=campaign).exclude(state__in=ENDED)
    added = {
        name: sum(stratum[name] for stratum in strata) if counted else None
        for name in ("wanted", "submitted", "leased")
    }
    return {
        "items": counted.items if counted else campaign.planned_items,
        "judgments": counted.judgments if counted else None,
        "seats": sum(stratum["seats_taken"] for stratum in strata),
        **added,
        "strata": strata,
        "planning": under_way.exists(),
        "counted": counted,
    }


def recent_drift(campaign: Campaign) -> Reconciliation | None:
    """The last recount of a week, where it found counters that had drifted."""
    since = timezone.now() - timedelta(days=7)
    recounts = campaign.reconciliations.filter(state=JobState.DONE, created_at__gt=since)
    latest = recounts.order_by("-pk").first()
    return latest if latest and latest.drifted else None


@dataclass(frozen=True)
class ItemPage:
    """Items by their ids, with the ids between which the pages beside this one lie."""

    items: list[Item]
    before: str = ""
    after: str = ""


def item_page(
    items: QuerySet[Item], *, after: str = "", before: str = "", start: str = ""
) -> ItemPage:
    """A page of a campaign's items by id: behind `after`, in front of `before`, or from `start` on.

    By keyset on the index of ids, so that the last page costs what the first does.
    """
    if before:
        nearest = items.filter(external_id__lt=before).order_by("-external_id")
        found = list(nearest[: ITEMS_A_PAGE + 1])
        more_before, more_after = len(found) > ITEMS_A_PAGE, True
        found = found[:ITEMS_A_PAGE][::-1]
    else:
        behind = Q(external_id__gt=after) if after else Q(external_id__gte=start)
        found = list(items.filter(behind).order_by("external_id")[: ITEMS_A_PAGE + 1])
        more_before, more_after = bool(after or start), len(found) > ITEMS_A_PAGE
        found = found[:ITEMS_A_PAGE]
    return ItemPage(
        items=found,
        before=found[0].external_id if found and more_before else "",
        after=found[-1].external_id if found and more_after else "",
    )


def coverage_stream(campaign: Campaign) -> Iterator[dict[str, Any]]:
    """Every cell by item id and the strata's order, read in portions: memory stays flat."""
    strata = list(campaign.strata.all())
    items = Item.objects.filter(campaign=campaign).order_by("external_id")
    after = ""
    while portion := list(
        items.filter(external_id__gt=after).only("pk", "external_id")[:ITEMS_AT_ONCE]
    ):
        for item, cells in coverage_rows(portion, strata):
            for stratum, cell in zip(strata, cells, strict=True):
                if cell:
                    key = {"item": item.external_id, "stratum": stratum.key}
                    yield {**key, **asdict(cell)}
        after = portion[-1].external_id


def coverage_rows(
    items: Iterable[Item], strata: Sequence[Stratum]
) -> list[tuple[Item, list[Cell | None]]]:
    """The items' coverage, one cell for each stratum; None where it is not planned yet."""
    items = list(items)
    cells: dict[tuple[int, int], Cell] = {
        (cell.item_id, cell.stratum_id): Cell(cell.submitted, cell.leased, cell.target)
        for cell in Coverage.objects.filter(item__in=items)
    }
    return [(item, [cells.get((item.pk, one.pk)) for one in strata]) for item in items]


def judgment_page(
    campaign: Campaign, *, before: int | None = None, after: int | None = None
) -> JudgmentPage:
    """Judgments by keyset: older than `before`, or newer than `after`, or the newest."""
    judgments = light(latest_judgments(campaign))
    if after is not None:
        nearest = judgments.filter(pk__gt=after).order_by("pk")[: JUDGMENTS_A_PAGE + 1]
        found = list(nearest)
        more_newer, more_older = len(found) > JUDGMENTS_A_PAGE, True
        found = found[:JUDGMENTS_A_PAGE][::-1]
    else:
        if before is not None:
            judgments = judgments.filter(pk__lt=before)
        found = list(judgments[: JUDGMENTS_A_PAGE + 1])
        more_newer, more_older = before is not None, len(found) > JUDGMENTS_A_PAGE
        found = found[:JUDGMENTS_A_PAGE]
    return JudgmentPage(
        lines=judgment_lines(campaign, found),
        newer=found[0].pk if found and more_newer else None,
        older=found[-1].pk if found and more_older else None,
    )


def newest_judgments(campaign: Campaign, *, most: int) -> list[JudgmentLine]:
    return judgment_lines(campaign, list(light(latest_judgments(campaign))[:most]))


def light(judgments: QuerySet[Judgment]) -> QuerySet[Judgment]:
    """Without the long texts that are the same on every row."""
    return judgments.select_related("supersedes").defer(
        *("item__prompt", "item__metadata", "consent__document__text"),
        *("guideline__text", "guideline__html"),
    )


def judgment_lines(campaign: Campaign, judgments: Sequence[Judgment]) -> list[JudgmentLine]:
    """Judgments with their answers in words; one query for the responses of all their items."""
    names = response_names({judgment.item_id for judgment in judgments})
    asked = asked_in(campaign)
    return [judgment_line(one, names[one.item_id], asked) for one in judgments]


def asked_in(campaign: Campaign) -> dict[str, Asked]:
    """How each criterion is asked, by its key."""
    asking = Asking.of(campaign.asking)
    return {one["key"]: asking.asked(one) for one in campaign.criteria}


def judgment_line(
    judgment: Judgment, names: dict[str, str], asked: dict[str, Asked]
) -> JudgmentLine:
    return JudgmentLine(
        judgment=judgment,
        answers=answers_in_words(judgment, names, asked),
        shown=" ".join(names[response_id] for response_id in judgment.presented_order),
    )


def answers_in_words(
    judgment: Judgment, names: dict[str, str], asked: dict[str, Asked]
) -> list[tuple[str, str]]:
    """(criterion, answer in words), responses called by `names`."""
    task_type = task_type_of(judgment.task_type)
    return [
        (
            criterion,
            task_type.summarise(answer, names=names, asked=asked.get(criterion, PLAINLY)),
        )
        for criterion, answer in judgment.answers.items()
    ]


def response_names(item_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """For each item: its responses' ids → A, B, … by their position in the item."""
    names: dict[int, dict[str, str]] = defaultdict(dict)
    responses = Response.objects.filter(item__in=list(item_ids)).order_by("item", "position")
    for item_id, external_id in responses.values_list("item_id", "external_id"):
        names[item_id][external_id] = chr(ord("A") + len(names[item_id]))
    return names


def item_coverage(item: Item) -> list[tuple[str, Cell]]:
    """One item's coverage by stratum."""
    cells = Coverage.objects.filter(item=item).order_by("stratum__position")
    return [
        (cell["key"], Cell(cell["submitted"], cell["leased"], cell["target"]))
        for cell in cells.values("submitted", "leased", "target", key=F("stratum__key"))
    ]
