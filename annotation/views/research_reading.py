"""What a campaign has gathered: coverage, judgments, items."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import signed_in_user
from annotation.access import found, managed_campaign
from annotation.content import plain_text
from annotation.errors import NotFound
from annotation.models import Campaign
from annotation.rendering import item_html
from annotation.selectors.counting import counts_of
from annotation.selectors.research import (
    ItemPage,
    coverage_rows,
    coverage_stream,
    item_coverage,
    item_page,
    judgment_page,
    judgments_on,
    response_counts,
    response_names,
    stratum_totals,
)
from annotation.serializers.design_rows import csv_lines, json_lines
from annotation.views.research_access import research_page

JUDGMENTS_ON_ITEM = 200
LARGEST_ID = 2**63 - 1
COVERAGE_FILES = {
    "csv": (csv_lines, "text/csv; charset=utf-8"),
    "json": (json_lines, "application/json"),
}


@require_safe
@research_page
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """Submitted, leased and target by item × stratum, and by stratum."""
    campaign = managed_campaign(signed_in_user(request), slug)
    page = item_page_of(request, campaign)
    strata = list(campaign.strata.all())
    counted = counts_of(campaign, "cells", now=timezone.now())
    return render(
        request,
        "annotation/research/coverage.html",
        {
            "campaign": campaign,
            "page": page,
            "strata": strata,
            "start": request.GET.get("from", ""),
            "rows": coverage_rows(page.items, strata),
            "totals": stratum_totals(campaign, counted),
            "counted": counted,
        },
    )


@require_safe
@research_page
def coverage_file(request: HttpRequest, slug: str, extension: str) -> StreamingHttpResponse:
    """Every cell, as it is read: CSV, or a JSON array."""
    campaign = managed_campaign(signed_in_user(request), slug)
    if extension not in COVERAGE_FILES:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    write, media_type = COVERAGE_FILES[extension]
    name = f"{campaign.slug}-coverage.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines = write(coverage_stream(campaign))
    return StreamingHttpResponse(lines, content_type=media_type, headers=headers)


@require_safe
@research_page
def judgments(request: HttpRequest, slug: str) -> HttpResponse:
    """Every judgment with its whole context, newest first."""
    campaign = managed_campaign(signed_in_user(request), slug)
    page = judgment_page(campaign, before=id_in(request, "before"), after=id_in(request, "after"))
    context = {"campaign": campaign, "page": page}
    return render(request, "annotation/research/judgments.html", context)


@require_safe
@research_page
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaign's items."""
    campaign = managed_campaign(signed_in_user(request), slug)
    page = item_page_of(request, campaign)
    counts = response_counts(page.items)
    lines = [(one, plain_text(one.prompt), counts.get(one.pk, 0)) for one in page.items]
    context = {"campaign": campaign, "page": page, "lines": lines}
    context["start"] = request.GET.get("from", "")
    return render(request, "annotation/research/items.html", context)


@require_safe
@research_page
def item(request: HttpRequest, slug: str, external_id: str) -> HttpResponse:
    """One item as annotators see it, with what they do not see: models and all judgments."""
    campaign = managed_campaign(signed_in_user(request), slug)
    shown = found(campaign.items.select_related("campaign").filter(external_id=external_id).first())
    responses = list(shown.responses.all())
    prompt_html, responses_html = item_html(shown, responses)
    names = response_names([shown.pk])[shown.pk]
    return render(
        request,
        "annotation/research/item.html",
        {
            "campaign": campaign,
            "item": shown,
            "prompt_html": prompt_html,
            "responses": [
                (names[one.external_id], one, responses_html[one.external_id]) for one in responses
            ],
            "coverage": item_coverage(shown),
            "lines": judgments_on(shown, most=JUDGMENTS_ON_ITEM),
        },
    )


def item_page_of(request: HttpRequest, campaign: Campaign) -> ItemPage:
    """The page of items that the address asks for."""
    given = request.GET
    return item_page(
        campaign,
        after=sound_id(given.get("after", "")),
        before=sound_id(given.get("before", "")),
        start=sound_id(given.get("from", "")),
    )


def sound_id(text: str) -> str:
    """An item's id out of an address; PostgreSQL takes no NUL."""
    return text.strip().replace("\0", "")


def id_in(request: HttpRequest, name: str) -> int | None:
    """A judgment's id in the address, where there is a sound one."""
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and int(raw) <= LARGEST_ID else None
