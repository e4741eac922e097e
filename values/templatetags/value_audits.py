"""Numbers of an audit as its report shows them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()
NONE = "–"
Body = Mapping[str, Any]


@register.filter
def values_of(results: Body) -> list[Body]:
    """Every value of the taxonomy; a template would take `results.values` for a method."""
    return list(results["values"])


@register.filter
def share(number: float | None) -> str:
    """0.1234 as 12.3 %."""
    return NONE if number is None else f"{number_format(100 * number, 1)} %"


@register.filter
def decimal(number: float | None) -> str:
    """Two places."""
    return NONE if number is None else number_format(number, 2)


@register.filter
def estimate(found: Body | None) -> str:
    """A share with its interval."""
    if found is None:
        return NONE
    low_high = found["interval"]
    return share(found["share"]) + (
        f" ({share(low_high[0])} – {share(low_high[1])})" if low_high else ""
    )


@register.filter
def difference(found: Body | None) -> str:
    """A difference of shares in percentage points, with its sign and its interval."""
    if found is None:
        return NONE
    low_high = found["interval"]
    return points(found["share"]) + (
        f" ({points(low_high[0])} – {points(low_high[1])})" if low_high else ""
    )


def points(number: float) -> str:
    tenths = round(100 * number, 1) + 0.0
    return ("+" if tenths > 0 else "−" if tenths < 0 else "") + number_format(abs(tenths), 1)


@register.filter
def slices(results: Body) -> list[dict[str, Any]]:
    """Rows of shares put together by stratum, the whole corpus first."""
    found: dict[str | None, dict[str, Any]] = {}
    for row in with_labels(results, results["shares"]):
        stratum = row["stratum"]
        blank = {"stratum": stratum, "people": row["people"], "rows": []}
        found.setdefault(stratum, blank)["rows"].append(row)
    return list(found.values())


@register.filter
def people_rows(results: Body) -> list[dict[str, Any]]:
    return with_labels(results, results["people"]["rows"])


def with_labels(results: Body, rows: list[Body]) -> list[dict[str, Any]]:
    labels = {one["key"]: one["label"] for one in results["values"]}
    return [{**row, "label": labels[row["value"]]} for row in rows]
