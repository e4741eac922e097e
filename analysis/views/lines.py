"""Tables of figures as lines of a page, with a small chart for each interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

from analysis.enums import View
from analysis.serializers.shown import Shown
from analysis.services.tables import Row, Table
from analysis.views.words import GROUPS, MEASURES, TABLES, group_word, said
from annotation.views.research_charts import Whisker, at

# What lies between 0 and 1 is drawn on that scale; everything else on that of its table.
SHARES = ("share",)


@dataclass(frozen=True)
class Line:
    """One figure; `behind` is where the answers it comes from are shown."""

    cells: list[str]
    figure: Row
    whisker: Whisker | None
    anchor: str
    behind: str


@dataclass(frozen=True)
class ShownTable:
    key: str
    title: str
    measure: str
    columns: list[str]
    lines: list[Line]
    table: Table

    @property
    def withholds(self) -> bool:
        return any(line.figure["withheld"] for line in self.lines)


def shown_tables(one: Shown) -> list[ShownTable]:
    return [shown_table(one, table) for table in one.tables if table["rows"]]


def shown_table(one: Shown, table: Table) -> ShownTable:
    low, high = scale_of(table)
    return ShownTable(
        key=table["key"],
        title=said(TABLES, table["key"]),
        measure=said(MEASURES, table["measure"]),
        columns=[said(GROUPS, name) for name in table["groups"]],
        lines=list(lines_of(one, table, low, high)),
        table=table,
    )


def lines_of(one: Shown, table: Table, low: float, high: float) -> Iterator[Line]:
    """A line for each figure; of those with one anchor only the first has it."""
    seen: set[str] = set()
    for row in table["rows"]:
        anchor = anchor_of(table["key"], row["group"])
        names = table["groups"]
        yield Line(
            cells=[group_word(name, str(row["group"].get(name, ""))) for name in names],
            figure=row,
            whisker=whisker_of(row, low, high),
            anchor="" if anchor in seen else anchor,
            behind=behind(one, row["group"]),
        )
        seen.add(anchor)


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

    def place(value: float | None) -> str:
        return at(100 * ((row["estimate"] if value is None else value) - low) / (high - low))

    return Whisker(place(row["lower"]), place(row["estimate"]), place(row["upper"]), place(0.0))


def anchor_of(key: str, group: Mapping[str, Any]) -> str:
    """The same for all answers of a group: the first of them is jumped to."""
    parts = [str(value) or "all" for name, value in group.items() if name != "answer"]
    return slugify("-".join([key, *parts]), allow_unicode=True)


def behind(one: Shown, group: Mapping[str, Any]) -> str:
    """The address of the answers that a figure of another view comes from."""
    if one.view in (View.DISTRIBUTION, View.CONSISTENCY):
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
