"""Tables of figures as lines of a page, with a small chart for each interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.text import slugify

from analysis.enums import View
from analysis.selectors.reasons import Reason, reasons_on
from analysis.serializers.shown import Shown
from analysis.services.tables import Row, Table
from analysis.views.words import GROUPS, MEASURES, MORE, TABLES, group_word, said
from annotation.views.research_charts import Whisker, at

# What lies between 0 and 1 is drawn on that scale; everything else on that of its table.
SHARES = ("share",)
# Reasons are shown for so many items, those listed first.
WITH_REASONS = 20


@dataclass(frozen=True)
class Line:
    """One figure; `behind` is where the answers it comes from are shown."""

    cells: list[str]
    figure: Row
    whisker: Whisker | None
    anchor: str
    behind: str
    more: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True)
class ShownTable:
    key: str
    title: str
    measure: str
    columns: list[str]
    more: list[str]
    lines: list[Line]
    table: Table

    @property
    def parameters(self) -> list[tuple[str, Any]]:
        """Pairs: a template would take a parameter called `items` for the method."""
        return list(self.table["parameters"].items())

    @property
    def width(self) -> int:
        """Columns beside those that say what a line is about."""
        return 5 + len(self.more)


def shown_tables(one: Shown) -> list[ShownTable]:
    return [shown_table(one, table) for table in one.tables if table["rows"]]


def shown_table(one: Shown, table: Table) -> ShownTable:
    low, high = scale_of(table)
    return ShownTable(
        key=table["key"],
        title=said(TABLES, table["key"]),
        measure=said(MEASURES, table["measure"]),
        columns=[said(GROUPS, name) for name in table["groups"]],
        more=[said(MORE, name) for name in more_of(table)],
        lines=list(lines_of(one, table, low, high)),
        table=table,
    )


def lines_of(one: Shown, table: Table, low: float, high: float) -> Iterator[Line]:
    """A line for each figure; of those with one anchor only the first has it."""
    seen: set[str] = set()
    reasons = reasons_behind(one, table)
    for row in table["rows"]:
        anchor = anchor_of(table["key"], row["group"])
        names = table["groups"]
        yield Line(
            cells=[group_word(name, str(row["group"].get(name, ""))) for name in names],
            figure=row,
            whisker=whisker_of(row, low, high),
            anchor="" if anchor in seen else anchor,
            behind=behind(one, row["group"]),
            more=[number_text(row.get(name)) for name in more_of(table)],
            reasons=reasons.get(row["group"].get("item", ""), []),
        )
        seen.add(anchor)


def reasons_behind(one: Shown, table: Table) -> dict[str, list[Reason]]:
    """For items, what people of the strata that are told of said; the first items only."""
    told = [row for row in table["rows"] if row.get("means")][:WITH_REASONS]
    if not told:
        return {}
    found = reasons_on(
        one.run,
        [row["group"]["item"] for row in told],
        list({stratum for row in told for stratum in row["means"]}),
    )
    strata = {row["group"]["item"]: set(row["means"]) for row in told}
    return {
        item: [reason for reason in reasons if reason.stratum in strata[item]]
        for item, reasons in found.items()
    }


def more_of(table: Table) -> list[str]:
    """What a table tells besides the figures that every table has."""
    return [name for name in MORE if any(name in row for row in table["rows"])]


def number_text(value: Any) -> str:
    """A number, or a number for each name, in the reader's way of writing them."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {number_text(one)}" for name, one in value.items())
    return "–" if value is None else str(floatformat(value, 3))


def scale_of(table: Table) -> tuple[float, float]:
    if table["measure"] in SHARES:
        return 0.0, 1.0
    ends = [
        row[name]
        for row in table["rows"]
        for name in ("estimate", "lower", "upper")
        if row[name] is not None
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return (low, high) if high > low else (low, low + 1.0)


def whisker_of(row: Row, low: float, high: float) -> Whisker | None:
    if row["estimate"] is None:
        return None

    middle = row["estimate"]
    lower = middle if row["lower"] is None else row["lower"]
    upper = middle if row["upper"] is None else row["upper"]
    places = [at(100 * (value - low) / (high - low)) for value in (lower, middle, upper, 0.0)]
    return Whisker(places[0], places[1], places[2], places[3])


def anchor_of(key: str, group: Mapping[str, Any]) -> str:
    """The same for all answers of a group: the first of them is jumped to."""
    parts = [str(value) or "all" for name, value in group.items() if name != "answer"]
    return slugify("-".join([key, *parts]), allow_unicode=True)


def behind(one: Shown, group: Mapping[str, Any]) -> str:
    """The address of the answers that a figure of another view comes from."""
    if one.view in (View.DISTRIBUTION, View.CONSISTENCY, View.REPRESENTATION):
        return ""
    if not one.run.result.get(View.DISTRIBUTION.value, {}).get(one.criterion):
        return ""
    tables = one.run.result[View.DISTRIBUTION.value][one.criterion]
    wanted = {name: group[name] for name in ("stratum", "system") if name in group}
    anchor = next(
        (
            anchor_of(table["key"], wanted)
            for table in tables
            if set(wanted) == set(table["groups"]) - {"answer"}
        ),
        "",
    )
    address = reverse("analysis:view", args=[one.campaign.slug, View.DISTRIBUTION.value])
    return f"{address}?criterion={one.criterion}&run={one.run.pk}#{anchor}"
