"""A campaign's items as a researcher looks for them: by id, or sought, sorted and filtered.

By id, items are read by keyset, whatever their number. To seek and to sort, all of a campaign's
cells are added up, so that is for campaigns that may be counted in a request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)
from django.db.models.functions import Cast, Coalesce

from annotation.content import plain_text
from annotation.enums import AssignmentStatus, ItemOrder, ItemsWith
from annotation.models import Assignment, Campaign, Coverage, Item, Judgment, Report, Response
from annotation.selectors.counting import is_large
from annotation.selectors.research import item_page

FOUND_A_PAGE = 50
LONGEST_TEXT = 200
ORDERS: dict[str, tuple[Any, ...]] = {
    ItemOrder.ID: ("external_id",),
    ItemOrder.MOST: ("-submitted", "external_id"),
    ItemOrder.LEAST: ("submitted", "external_id"),
    ItemOrder.OPEN: ("-open", "external_id"),
}


@dataclass(frozen=True)
class ItemSearch:
    """What is looked for; nothing at all are all items by id.

    `text` stands somewhere in the id or the prompt, `language` is the item's. With a `stratum`,
    counts are those of its cells. `page` counts from 1.
    """

    text: str = ""
    language: str = ""
    stratum: str = ""
    only: str = ""
    order: str = ItemOrder.ID.value
    page: int = 1

    @property
    def is_plain(self) -> bool:
        sought = self.text or self.language or self.stratum or self.only
        return not sought and self.order == ItemOrder.ID


@dataclass(frozen=True)
class ItemLine:
    """An item in the list; counts are over the strata looked at."""

    item: Item
    prompt: str
    responses: int
    submitted: int
    leased: int
    wanted: int


@dataclass(frozen=True)
class ItemList:
    """A page of items: by keyset with `before` and `after`, or numbered with `number` and `found`.

    `is_too_large` where a large campaign was to be sought through.
    """

    lines: list[ItemLine] = field(default_factory=list)
    before: str = ""
    after: str = ""
    number: int = 0
    found: int = 0
    is_too_large: bool = False

    @property
    def pages(self) -> int:
        return -(-self.found // FOUND_A_PAGE)


def items_by_id(campaign: Campaign, *, after: str, before: str, start: str) -> ItemList:
    """A page of items by id; see `item_page`."""
    items = with_counts(Item.objects.filter(campaign=campaign))
    page = item_page(items, after=after, before=before, start=start)
    return ItemList([item_line(one) for one in page.items], page.before, page.after)


def items_found(campaign: Campaign, search: ItemSearch) -> ItemList:
    """A numbered page of the items that a search finds."""
    if is_large(campaign):
        return ItemList(is_too_large=True)
    items = sought(campaign, search)
    found = items.count()
    last = max(1, -(-found // FOUND_A_PAGE))
    number = min(search.page, last)
    first = (number - 1) * FOUND_A_PAGE
    ordered = items.order_by(*ORDERS[search.order])
    ids = [row["pk"] for row in ordered[first : first + FOUND_A_PAGE]]
    return ItemList(lines_of(ids, search.stratum), number=number, found=found)


def sought(campaign: Campaign, search: ItemSearch) -> QuerySet[Any, Any]:
    """Ids of the items with the sums of their cells."""
    items = Item.objects.filter(campaign=campaign)
    if search.text:
        items = items.annotate(words=Cast("prompt", TextField())).filter(
            Q(external_id__icontains=search.text) | Q(words__icontains=in_json(search.text))
        )
    if search.language:
        items = items.filter(language=search.language)
    if search.stratum:
        items = items.filter(coverage__stratum__key=search.stratum)
    counted = items.values("pk", "external_id").annotate(
        submitted=Coalesce(Sum("coverage__submitted"), 0),
        open=Coalesce(Sum(F("coverage__target") - F("coverage__taken")), 0),
        wanted=Coalesce(Sum("coverage__target"), 0),
    )
    return counted.filter(only(search.only)) if search.only else counted


def in_json(text: str) -> str:
    """A text as it stands in a prompt's JSON, where quotes and line feeds are escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def only(wanted: str) -> Q | Exists:
    """The condition behind each choice."""
    item = OuterRef("pk")
    judgments = Judgment.objects.filter(item=item, erased_at=None)
    skipped = Assignment.objects.filter(item=item, status=AssignmentStatus.SKIPPED)
    conditions: dict[str, Q | Exists] = {
        ItemsWith.OPEN: Q(open__gt=0),
        ItemsWith.FULL: Q(wanted__gt=0, submitted__gte=F("wanted")),
        ItemsWith.NOTHING: Q(submitted=0),
        ItemsWith.REASONS: Exists(judgments.exclude(reason="")),
        ItemsWith.REPORTS: Exists(Report.objects.filter(item=item)),
        ItemsWith.SKIPS: Exists(skipped),
    }
    return conditions[wanted]


def lines_of(ids: Sequence[int], stratum: str = "") -> list[ItemLine]:
    """Items with counts, in the order of their ids as given; one query."""
    items = with_counts(Item.objects.filter(pk__in=ids), stratum)
    found = {item.pk: item for item in items}
    return [item_line(found[pk]) for pk in ids]


def with_counts(items: QuerySet[Item], stratum: str = "") -> QuerySet[Any]:
    """Items with their responses and the sums of their cells, looked up for those that are read."""
    cells = Coverage.objects.filter(item=OuterRef("pk")).order_by().values("item")
    if stratum:
        cells = cells.filter(stratum__key=stratum)
    responses = Response.objects.filter(item=OuterRef("pk")).order_by().values("item")
    return items.annotate(
        responses_there=added(responses.annotate(n=Count("pk")).values("n")),
        submitted=added(cells.annotate(n=Sum("submitted")).values("n")),
        leased=added(cells.annotate(n=Sum("leased")).values("n")),
        wanted=added(cells.annotate(n=Sum("target")).values("n")),
    )


def added(sums: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)


def item_line(item: Any) -> ItemLine:
    return ItemLine(
        item,
        plain_text(item.prompt),
        item.responses_there,
        item.submitted,
        item.leased,
        item.wanted,
    )
