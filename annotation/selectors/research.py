"""What the researcher's pages read: each function a fixed number of queries, whatever the size."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

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
from annotation.selectors.campaigns import latest_judgments, stratum_totals
from annotation.task_types import task_type_of

ITEMS_A_PAGE = 50
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


def with_coverage(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns with the judgments wanted and submitted over all their coverage."""
    return campaigns.select_related("owner").annotate(
        wanted=Sum("strata__coverage__target", default=0),
        submitted=Sum("strata__coverage__submitted", default=0),
    )


def campaign_numbers(campaign: Campaign) -> dict[str, Any]:
    """The numbers of a campaign page."""
    strata = list(stratum_totals(campaign))
    under_way = PlanningRun.objects.filter(campaign=campaign).exclude(state__in=ENDED)
    return {
        "items": Item.objects.filter(campaign=campaign).count(),
        "judgments": Judgment.objects.filter(campaign=campaign).count(),
        "seats": sum(stratum["seats_taken"] for stratum in strata),
        "wanted": sum(stratum["wanted"] for stratum in strata),
        "submitted": sum(stratum["submitted"] for stratum in strata),
        "leased": sum(stratum["leased"] for stratum in strata),
        "strata": strata,
        "planning": under_way.exists(),
    }


def recent_drift(campaign: Campaign) -> Reconciliation | None:
    """The last recount of a week, where it found counters that had drifted."""
    since = timezone.now() - timedelta(days=7)
    recounts = campaign.reconciliations.filter(state=JobState.DONE, created_at__gt=since)
    latest = recounts.order_by("-pk").first()
    return latest if latest and latest.drifted else None


def item_page(campaign: Campaign, number: str | None) -> Page[Any]:
    """A page of the campaign's items in the order they came, with their responses counted."""
    items = Item.objects.filter(campaign=campaign).order_by("pk")
    paginator = Paginator(items.annotate(response_count=Count("responses")), ITEMS_A_PAGE)
    return paginator.get_page(number)


def coverage_page(campaign: Campaign, number: str | None) -> Page[Item]:
    items = Item.objects.filter(campaign=campaign).order_by("pk").only("pk", "external_id")
    return Paginator(items, ITEMS_A_PAGE).get_page(number)


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
        lines=judgment_lines(found),
        newer=found[0].pk if found and more_newer else None,
        older=found[-1].pk if found and more_older else None,
    )


def newest_judgments(campaign: Campaign, *, most: int) -> list[JudgmentLine]:
    return judgment_lines(list(light(latest_judgments(campaign))[:most]))


def judgments_on(item: Item, *, most: int) -> list[JudgmentLine]:
    """The newest judgments on one item."""
    judgments = light(latest_judgments(item.campaign)).filter(item=item)
    return judgment_lines(list(judgments[:most]))


def light(judgments: QuerySet[Judgment]) -> QuerySet[Judgment]:
    """Without the long texts that are the same on every row."""
    return judgments.select_related("supersedes").defer(
        *("item__prompt", "item__metadata", "consent__document__text"),
        *("guideline__text", "guideline__html"),
    )


def judgment_lines(judgments: Sequence[Judgment]) -> list[JudgmentLine]:
    """Judgments with their answers in words; one query for the responses of all their items."""
    names = response_names({judgment.item_id for judgment in judgments})
    return [judgment_line(judgment, names[judgment.item_id]) for judgment in judgments]


def judgment_line(judgment: Judgment, names: dict[str, str]) -> JudgmentLine:
    task_type = task_type_of(judgment.task_type)
    return JudgmentLine(
        judgment=judgment,
        answers=[
            (criterion, task_type.summarise(answer, names=names))
            for criterion, answer in judgment.answers.items()
        ],
        shown=" ".join(names[response_id] for response_id in judgment.presented_order),
    )


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
