"""One view of a run as a page and as files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.renderers import JSONRenderer

from accounts.access import signed_in_user
from analysis.access import analysed_campaign
from analysis.enums import View
from analysis.errors import NotFound
from analysis.models import AnalysisRun
from analysis.selectors.runs import may_be_shown, newest_shown, people_have_left
from analysis.serializers.shown import Shown, shown, view_body, view_named, view_rows
from analysis.views.kind_map import kind_map
from analysis.views.lines import shown_tables
from analysis.views.words import NOTICES, WHAT_FOR, view_words
from annotation.access import found
from annotation.enums import Right
from annotation.models import Campaign
from annotation.selectors.small_groups import least_people
from annotation.serializers.design_rows import csv_text
from annotation.views.research_access import research_page

LARGEST_ID = 2**63 - 1


@research_page
@require_safe
@never_cache
def view_page(request: HttpRequest, slug: str, view: str) -> HttpResponse:
    """A view's tables with charts; of the newest run, or of the one that the address names."""
    campaign = analysed_campaign(signed_in_user(request), slug, Right.VIEW)
    wanted = view_named(view)
    run = run_asked_for(request, campaign, wanted.value)
    context = {
        "campaign": campaign,
        "view": wanted,
        "what_for": WHAT_FOR[wanted],
        "notice": NOTICES.get(wanted),
        "run": run,
    }
    if run is not None:
        one = shown(campaign, run, wanted, request.GET.get("criterion", ""))
        labels = {each["key"]: each["label"] for each in campaign.criteria}
        context |= {
            "one": one,
            "criteria": [(key, labels.get(key, key)) for key in one.criteria if key],
            "tables": shown_tables(one),
            "kind_map": kind_map(one.tables) if wanted == View.CLUSTERS else None,
            "least": run.parameters["least_annotators"],
            "has_left": people_have_left(run),
            "views": view_words(run.parameters["views"]),
        }
    return render(request, "analysis/view.html", context)


@research_page
@require_safe
def view_file(request: HttpRequest, slug: str, view: str, extension: str) -> HttpResponse:
    """The same view as CSV or JSON, method and parameters with it."""
    campaign = analysed_campaign(signed_in_user(request), slug, Right.VIEW)
    wanted = view_named(view)
    run = found(run_asked_for(request, campaign, wanted.value))
    one = shown(campaign, run, wanted, request.GET.get("criterion", ""))
    name = f"{campaign.slug}-{wanted.value}-{one.criterion or 'all'}-{run.pk}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content, media_type = written(one, extension)
    return HttpResponse(content, content_type=media_type, headers=headers)


def written(one: Shown, extension: str) -> tuple[str | bytes, str]:
    if extension == "csv":
        return csv_text(view_rows(one)), "text/csv; charset=utf-8"
    if extension == "json":
        return JSONRenderer().render(view_body(one)), "application/json"
    raise NotFound(_("There is nothing here, or it is not yours to see."))


def run_asked_for(request: HttpRequest, campaign: Campaign, view: str) -> AnalysisRun | None:
    """The run of the address, or else the newest that may be shown; None where there is none yet.

    Raises `NotFound` for a run that is not the campaign's, or may not be shown.
    """
    least = least_people(campaign)
    raw = request.GET.get("run", "")
    if not raw:
        return newest_shown(campaign, view, least)
    number = int(raw) if raw.isascii() and raw.isdigit() and int(raw) <= LARGEST_ID else 0
    run = found(campaign.analysis_runs.select_related("population").filter(pk=number).first())
    return found(run if may_be_shown(run, least) else None)
