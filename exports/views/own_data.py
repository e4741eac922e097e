"""What is held about a person, and taking it back: pages for the person alone."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import annotator_of, signed_in_user
from accounts.errors import Unfit
from accounts.models import Annotator
from accounts.services.withdrawing import confirm_withdrawal
from annotation.access import found, standing_seat
from annotation.models import Campaign
from annotation.selectors.journey import progress_of
from annotation.selectors.own_data import own_seats, seats_kept
from annotation.services.erasing import withdraw
from annotation.tasks import start_erasure
from exports.selectors.own_data import own_data_stream, versions_with


@login_required
@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything held about the person, in short, with the ways to change or erase it."""
    annotator = own_annotator(request)
    context = {
        "annotator": annotator,
        "rows": [(seat, progress_of(seat, seat.campaign)) for seat in own_seats(annotator)],
        "versions": versions_with(annotator),
    }
    return render(request, "exports/own_data.html", context)


@login_required
@never_cache
@require_safe
def own_data_download(request: HttpRequest) -> StreamingHttpResponse:
    """Everything held about the person as one JSON file."""
    return own_data_answer(own_annotator(request))


def own_data_answer(annotator: Annotator) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        own_data_stream(annotator),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_from_campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what withdrawing from one campaign erases and what stays, then do it."""
    campaign = standing_seat(signed_in_user(request), slug).campaign
    return withdrawing(request, own_annotator(request), campaign)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_altogether(request: HttpRequest) -> HttpResponse:
    """The same for everything, the account too."""
    return withdrawing(request, own_annotator(request), None)


def withdrawing(
    request: HttpRequest, annotator: Annotator, campaign: Campaign | None
) -> HttpResponse:
    kept = seats_kept(annotator, campaign)
    context: dict[str, Any] = {
        "annotator": annotator,
        "campaign": campaign,
        "versions": versions_with(annotator, campaign),
        "kept": kept,
        "has_groups": any(one.stratum and not one.stratum.is_implicit for one in kept),
        "by_password": annotator.user.has_usable_password(),
    }
    if request.method == "POST":
        try:
            confirm_withdrawal(request, annotator, request.POST.get("confirm", ""))
        except Unfit as problem:
            context["problem"] = problem
            return render(request, "exports/withdraw.html", context, status=422)
        start_erasure(withdraw(annotator, campaign))
        if campaign is None:
            logout(request)
        return render(request, "exports/withdrawn.html", context)
    return render(request, "exports/withdraw.html", context)


def own_annotator(request: HttpRequest) -> Annotator:
    """The annotator behind the request; these pages do not exist for other roles."""
    return found(annotator_of(signed_in_user(request)))
