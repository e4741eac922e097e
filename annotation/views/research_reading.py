"""What a campaign has gathered: coverage, judgments, items."""

from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import found, managed_campaign
from annotation.enums import ItemOrder, Right
from annotation.errors import NotFound
from annotation.forms.answer_filter import AnswerFilterForm
from annotation.forms.item_search import ItemSearchForm
from annotation.models import Campaign
from annotation.rendering import item_html
from annotation.selectors.answers import AnswerFilter, answers_on, distributions_on
from annotation.selectors.counting import counts_of
from annotation.selectors.items import ItemSearch, items_by_id, items_found
from annotation.selectors.model_judgments import model_answers_on, with_models_told
from annotation.selectors.research import (
    ItemPage,
    coverage_rows,
    coverage_stream,
    item_coverage,
    item_page,
    judgment_page,
    stratum_totals,
)
from annotation.serializers.design_rows import csv_lines, json_lines
from annotation.task_types import letter
from annotation.views.research_access import research_page

LARGEST_ID = 2**63 - 1
MODEL_ANSWERS_ON_ITEM = 200
COVERAGE_FILES = {
    "csv": (csv_lines, "text/csv; charset=utf-8"),
    "json": (json_lines, "application/json"),
}


@require_safe
@research_page
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """Submitted, leased and target by item × stratum, and by stratum."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    counted = counts_of(campaign, "cells", now=timezone.now())
    page = item_page_of(request, campaign)
    strata = list(campaign.strata.all())
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
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
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
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    page = judgment_page(campaign, before=id_in(request, "before"), after=id_in(request, "after"))
    context = {"campaign": campaign, "page": page}
    return render(request, "annotation/research/judgments.html", context)


@require_safe
@research_page
@vary_on_headers("HX-Request")
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaign's items, by id or as they are sought; htmx asks for those found alone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    form = ItemSearchForm(request.GET, strata=[one.key for one in campaign.strata.all()])
    search = form.search()
    given = request.GET
    page = (
        items_by_id(
            campaign,
            after=sound_id(given.get("after", "")),
            before=sound_id(given.get("before", "")),
            start=sound_id(given.get("from", "")),
        )
        if search.is_plain
        else items_found(campaign, search)
    )
    context = {
        "campaign": campaign,
        "form": form,
        "search": search,
        "page": page,
        "sort": addresses(search, page.number),
        "start": given.get("from", ""),
    }
    part = "#found" if getattr(request, "htmx", None) else ""
    return render(request, f"annotation/research/items.html{part}", context)


def addresses(search: ItemSearch, number: int) -> dict[str, str]:
    """What the links beside the list ask for: other orders from the first page on, other pages."""
    fewest = search.order == ItemOrder.MOST
    return {
        "id": address_of(replace(search, order=ItemOrder.ID, page=1)),
        "judgments": address_of(
            replace(search, order=ItemOrder.LEAST if fewest else ItemOrder.MOST, page=1)
        ),
        "previous": address_of(replace(search, page=number - 1)),
        "next": address_of(replace(search, page=number + 1)),
    }


def address_of(search: ItemSearch | AnswerFilter) -> str:
    """What is chosen, as the part of an address behind its question mark."""
    return urlencode({key: value for key, value in asdict(search).items() if value})


@require_safe
@research_page
@vary_on_headers("HX-Request")
def item(request: HttpRequest, slug: str, external_id: str) -> HttpResponse:
    """One item as annotators see it, with what they do not see: models and everybody's answers."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    items = with_models_told(campaign.items.select_related("campaign"))
    shown = found(items.filter(external_id=external_id).first())
    responses = list(shown.responses.all())
    coverage = item_coverage(shown)
    form = AnswerFilterForm(request.GET, strata=[key for key, _cell in coverage])
    chosen = form.chosen()
    context = {
        "campaign": campaign,
        "item": shown,
        "form": form,
        "chosen": chosen,
        "page": answers_on(shown, responses, chosen, before=id_in(request, "before")),
        "chosen_address": address_of(chosen),
    }
    if getattr(request, "htmx", None):
        return render(request, "annotation/research/item.html#answers", context)
    prompt_html, responses_html = item_html(shown, responses)
    return render(
        request,
        "annotation/research/item.html",
        {
            **context,
            "prompt_html": prompt_html,
            "responses": [
                (letter(place), one, responses_html[one.external_id])
                for place, one in enumerate(responses)
            ],
            "coverage": coverage,
            "distributions": distributions_on(shown, responses),
            "model_answers": model_answers_on(shown, responses, most=MODEL_ANSWERS_ON_ITEM),
        },
    )


def item_page_of(request: HttpRequest, campaign: Campaign) -> ItemPage:
    """The page of items that the address asks for."""
    given = request.GET
    return item_page(
        campaign.items.all(),
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
