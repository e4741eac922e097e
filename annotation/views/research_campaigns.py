"""A researcher's campaigns: the list, one campaign, and its way from draft to closed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import campaigns_run_by, managed_campaign
from annotation.enums import Right
from annotation.forms.item_import import ItemImportForm
from annotation.models import Campaign
from annotation.selectors.readiness import readiness_of
from annotation.selectors.research import (
    campaign_numbers,
    campaign_page,
    newest_judgments,
    recent_drift,
)
from annotation.services.campaigns import close_campaign, open_campaign, pause_campaign
from annotation.tasks import start_planning
from annotation.views.research_access import research_page

LATEST_SHOWN = 5


@require_safe
@research_page
def campaign_list(request: HttpRequest) -> HttpResponse:
    """All campaigns that this person runs and has not put aside; or those that they have."""
    archived = bool(request.GET.get("archived"))
    campaigns = campaigns_run_by(signed_in_user(request), Right.VIEW).filter(
        archived_at__isnull=not archived
    )
    page = campaign_page(campaigns, request.GET.get("page"))
    context = {"page": page, "archived": archived}
    return render(request, "annotation/research/campaign_list.html", context)


@require_safe
@research_page
@vary_on_headers("HX-Request")
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign; htmx asks for its numbers alone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    context = {"campaign": campaign, "numbers": campaign_numbers(campaign)}
    if getattr(request, "htmx", None):
        return render(request, "annotation/research/campaign_detail.html#numbers", context)
    return render(
        request,
        "annotation/research/campaign_detail.html",
        {
            **context,
            "drift": recent_drift(campaign),
            "strata": list(campaign.strata.all()),
            "imports": list(campaign.imports.all()[:LATEST_SHOWN]),
            "latest": newest_judgments(campaign, most=LATEST_SHOWN),
            "import_form": ItemImportForm(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Let annotators in. What is not planned yet is planned."""

    def open_and_plan(campaign: Campaign) -> None:
        start_planning(open_campaign(campaign))

    return move(request, slug, "open", Right.EDIT, open_and_plan, _("The campaign is open."))


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop serving for now."""
    return move(request, slug, "pause", Right.EDIT, pause_campaign, _("The campaign is paused."))


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_close(request: HttpRequest, slug: str) -> HttpResponse:
    """End the campaign for good."""
    return move(request, slug, "close", Right.OWN, close_campaign, _("The campaign is closed."))


def move(
    request: HttpRequest,
    slug: str,
    step: str,
    right: Right,
    service: Callable[[Campaign], object],
    message: str,
) -> HttpResponse:
    """Ask on GET, do it on POST."""
    campaign = managed_campaign(signed_in_user(request), slug, right)
    if request.method == "POST":
        service(campaign)
        messages.success(request, message)
        return redirect("annotation:research-campaign-detail", slug)
    context = {"campaign": campaign, "step": step, "has_items": campaign.items.exists()}
    if step == "open" and not campaign.opened_at:
        context["readiness"] = readiness_of(campaign)
    return render(request, "annotation/research/campaign_move.html", context)
