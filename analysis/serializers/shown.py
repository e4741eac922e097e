"""One view of a run: what its page, its REST route and its files all show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analysis.enums import View
from analysis.errors import NotFound
from analysis.models import AnalysisRun
from analysis.serializers.run import run_body
from analysis.services.tables import FIGURES, Row, Table
from annotation.models import Campaign


@dataclass(frozen=True)
class Shown:
    """A view's tables for one criterion; `criteria` are those that the run has."""

    campaign: Campaign
    run: AnalysisRun
    view: View
    criterion: str
    criteria: list[str]
    tables: list[Table]


def view_named(key: str) -> View:
    """Raises `NotFound` for what is no view."""
    if key not in View.values:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return View(key)


def shown(campaign: Campaign, run: AnalysisRun, view: View, criterion: str = "") -> Shown:
    """What the run found for the view; without a criterion, its first one.

    Raises `NotFound` where the run has neither.
    """
    found = run.result.get(view.value)
    if found is None or (criterion and criterion not in found):
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    criteria = in_order(campaign, list(found))
    chosen = criterion or (criteria[0] if criteria else "")
    return Shown(campaign, run, view, chosen, criteria, found.get(chosen, []))


def in_order(campaign: Campaign, keys: list[str]) -> list[str]:
    """In the campaign's order: what is stored as JSON has another one."""
    known = campaign.criterion_keys
    return sorted(keys, key=lambda key: known.index(key) if key in known else len(known))


def view_body(one: Shown) -> dict[str, Any]:
    return {
        "view": one.view.value,
        "criterion": one.criterion,
        "criteria": one.criteria,
        "run": run_body(one.run, one.campaign.slug),
        "tables": one.tables,
    }


def view_rows(one: Shown) -> Iterator[Row]:
    """Every figure of the view with its method and parameters on its row, for spreadsheets."""
    for table in one.tables:
        for figure in table["rows"]:
            more = {
                name: value
                for name, value in figure.items()
                if name not in (*FIGURES, "group", "withheld")
                and not isinstance(value, list | dict)
            }
            yield {
                "campaign": one.campaign.slug,
                "view": one.view.value,
                "criterion": one.criterion,
                "table": table["key"],
                **{name: figure["group"].get(name, "") for name in table["groups"]},
                "measure": table["measure"],
                **{name: figure[name] for name in FIGURES},
                "withheld": figure["withheld"],
                **more,
                "method": table["method"],
                "source": table["source"],
                **{f"parameter_{name}": value for name, value in table["parameters"].items()},
                "run": one.run.pk,
                "as_of": one.run.as_of.isoformat() if one.run.as_of else None,
                "digest": one.run.digest,
            }
