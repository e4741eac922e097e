"""Planning a campaign and watching it fill: designs, forecasts, effects of position."""

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import managed_campaign
from annotation.design.plan import MOST_COMPARED, Plan, plan_of
from annotation.design.precision import Assumptions, spread_of_means
from annotation.enums import Right
from annotation.errors import NotFound, Unfit
from annotation.forms.design import THE_REST, DesignForm
from annotation.models import Campaign
from annotation.selectors.counting import counts_of, counts_or_conflict
from annotation.selectors.design import planned_parts
from annotation.selectors.forecast import FORECAST_PARTS, CampaignForecast, campaign_forecast
from annotation.selectors.positions import PositionGroup, position_groups
from annotation.selectors.small_groups import least_people
from annotation.serializers import design as bodies
from annotation.serializers import design_rows
from annotation.views import research_charts as charts
from annotation.views.research_access import research_page

Body = dict[str, Any]
HOURS_WITHIN_DAYS = 3


@require_safe
@research_page
@vary_on_headers("HX-Request")
def design(request: HttpRequest, slug: str) -> HttpResponse:
    """Assumptions and what they come to; htmx asks for the results alone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    parts = planned_parts(campaign, now=timezone.now())
    form = DesignForm(request.GET.dict(), parts)
    plan = plan_of(form.design()) if form.is_valid() else None
    context = {
        "campaign": campaign,
        "form": form,
        "parts": parts,
        "strata": stratum_rows(form, plan),
        "plan": plan,
        "scopes": scope_lines(plan) if plan else [],
        "unplayed": plan
        and any(not pair.simulated for scope in plan.scopes for pair in scope.pairs),
        "left_out": plan and any(scope.left_out for scope in plan.scopes),
        "spreads": plan and spreads(plan.design.assumptions),
        "most_compared": MOST_COMPARED,
        "query": request.GET.urlencode(),
    }
    if getattr(request, "htmx", None):
        # To a half-written form this is an answer like another, not an error in the console.
        return render(request, "annotation/research/design.html#results", context)
    template = "annotation/research/design.html"
    return render(request, template, context, status=200 if plan else 422)


def stratum_rows(form: DesignForm, plan: Plan | None) -> list[Body]:
    """Each stratum with its two fields, and its effort where the form is valid."""
    efforts = {effort.key: effort for effort in plan.strata} if plan else {}
    return [
        {
            "key": one.key,
            "quota": one.quota,
            "fields": fields,
            "effort": efforts.get(one.key),
        }
        for one, fields in form.stratum_fields
    ]


def spreads(supposed: Assumptions) -> dict[str, float]:
    """What the spreads supposed come to, in shares or grades."""
    return {
        "people": spread_of_means(supposed, supposed.person_sd),
        "items": spread_of_means(supposed, supposed.item_sd),
    }


def scope_lines(plan: Plan) -> list[Body]:
    """Pairs over all items and by kind of item, each with its whisker, all on one scale."""
    pairs = [pair for scope in plan.scopes for pair in scope.pairs]
    whiskers = iter(charts.difference_whiskers(pairs, plan.design.assumptions.difference))
    return [
        {
            "scope": scope,
            "is_rest": scope.kind == THE_REST,
            "lines": [{"pair": pair, "whisker": next(whiskers)} for pair in scope.pairs],
        }
        for scope in plan.scopes
        if scope.pairs
    ]


@require_safe
@research_page
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """Arrivals, dates of completion, whom to recruit next, and how far items are."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    counted = counts_of(campaign, *FORECAST_PARTS, now=timezone.now())
    if counted is None:
        return not_counted_yet(request, campaign, _("Forecast"))
    seen = campaign_forecast(campaign, counted)
    context = {
        "campaign": campaign,
        "forecast": seen,
        "lines": forecast_lines(seen),
        "whom_next": seen.whom_next,
        "levels": any(one.spread.items for one in seen.strata),
    }
    return render(request, "annotation/research/forecast.html", context)


def not_counted_yet(request: HttpRequest, campaign: Campaign, title: str) -> HttpResponse:
    """A page that looks again by itself until a worker has counted the campaign."""
    context = {"campaign": campaign, "title": title}
    return render(request, "annotation/research/not_counted.html", context)


def forecast_lines(seen: CampaignForecast) -> list[Body]:
    most = max((count for one in seen.strata for count in one.by_day), default=0)
    whiskers = charts.finish_whiskers(seen.strata)
    return [
        {
            "stratum": one,
            "columns": charts.day_columns(one, most),
            "whisker": whisker,
            "segments": charts.spread_segments(one.spread),
            "levels": [
                {"submitted": level.submitted, "percent": percent(level.share)}
                for level in one.spread.levels
            ],
            "days": one.by_day[::-1],
            # Within days, the hour tells something.
            "format": "j M Y" if one.finish.days > HOURS_WITHIN_DAYS else "j M Y, H:i",
            "at": seen.moment(one.finish.days),
            "low": seen.moment(one.finish.low),
            "high": seen.moment(one.finish.high),
            "at_last_day": seen.moment(one.finish_at_last_day.days),
        }
        for one, whisker in zip(seen.strata, whiskers, strict=True)
    ]


def percent(share: float) -> str:
    """Whole percents; what there is but little of is not called nothing, nor most of it all."""
    rounded = round(100 * share)
    if rounded == 0 and share > 0:
        return "< 1"
    return "> 99" if rounded == 100 and share < 1 else str(rounded)


@require_safe
@research_page
def positions(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether what is shown first is preferred, by criterion and stratum."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    counted = counts_of(campaign, "positions", now=timezone.now())
    if counted is None:
        return not_counted_yet(request, campaign, _("Positions"))
    least = least_people(campaign)
    groups = position_groups(counted.parts["positions"], least)
    labels = {criterion["key"]: criterion["label"] for criterion in campaign.criteria}
    lines = [position_line(group, labels) for group in groups]
    context = {
        "campaign": campaign,
        "shares": [line for line in lines if line["group"].first_shown],
        "ranks": [line for line in lines if line["group"].mean_ranks],
        "suppressed": [line for line in lines if line["group"].is_suppressed],
        "least": least,
        "counted": counted,
    }
    return render(request, "annotation/research/positions.html", context)


def position_line(group: PositionGroup, labels: dict[str, str]) -> Body:
    return {
        "group": group,
        "label": labels.get(group.criterion, group.criterion),
        "share": group.first_shown and charts.share_whisker(group.first_shown),
        "ranks": [(rank, charts.rank_whisker(rank, group.responses)) for rank in group.mean_ranks],
    }


@require_safe
@research_page
def download(request: HttpRequest, slug: str, table: str, extension: str) -> HttpResponse:
    """A table as CSV, or the whole of which it is part as JSON."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    if table not in TABLES or extension not in ("csv", "json"):
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    read, rows = TABLES[table]
    body = read(request, campaign)
    if extension == "csv":
        content, media_type = design_rows.csv_text(rows(body)), "text/csv; charset=utf-8"
    else:
        content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        media_type = "application/json"
    name = f"{campaign.slug}-{table}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def design_of(request: HttpRequest, campaign: Campaign) -> Body:
    """The design of the address. Raises `Unfit` where its numbers are out of range."""
    form = DesignForm(request.GET.dict(), planned_parts(campaign, now=timezone.now()))
    if not form.is_valid():
        fields = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
        raise Unfit(_("The assumptions are not valid."), fields=fields)
    return bodies.design_body(plan_of(form.design()))


def forecast_of(_request: HttpRequest, campaign: Campaign) -> Body:
    counted = counts_or_conflict(campaign, *FORECAST_PARTS, now=timezone.now())
    return bodies.forecast_body(campaign_forecast(campaign, counted))


def positions_of(_request: HttpRequest, campaign: Campaign) -> Body:
    counted = counts_or_conflict(campaign, "positions", now=timezone.now())
    least = least_people(campaign)
    groups = position_groups(counted.parts["positions"], least)
    return bodies.positions_body(groups, counted, least)


# By name: what is read, and its rows in CSV.
TABLES: dict[
    str, tuple[Callable[[HttpRequest, Campaign], Body], Callable[[Body], list[design_rows.Row]]]
] = {
    "design": (design_of, design_rows.effort_rows),
    "pairs": (design_of, design_rows.pair_rows),
    "forecast": (forecast_of, design_rows.forecast_rows),
    "positions": (positions_of, design_rows.position_rows),
}
