"""What the judging page does by itself: signs of life, items kept ahead, and giving them back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from accounts.access import signed_in_user
from annotation.access import own_assignment, own_seat
from annotation.enums import AssignmentStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Seat
from annotation.services.ahead import keep_ahead
from annotation.services.leases import extend_leases, release_kept_ahead
from annotation.views.judging import STAGE, assignment_context, stage_context
from annotation.views.queued import signed_in
from annotation.views.warnings import warnings_before

MOST_NAMED = 50


@signed_in
@require_POST
def assignment_heartbeat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page is still open: its leases start anew. Tells a page whose item is over."""
    response = HttpResponse(status=204)
    assignment = own_assignment(signed_in_user(request), pk)
    try:
        extend_leases(assignment)
    except Conflict:
        lapsed = assignment.status == AssignmentStatus.EXPIRED
        response["Variorum-Assignment"] = "lapsed" if lapsed else "ended"
    return response


@signed_in
@require_POST
def campaign_ahead(request: HttpRequest, slug: str) -> HttpResponse:
    """Items for the time without a network, each as the page would show it.

    `have` names what the browser keeps already: that is not sent again, only named as kept.
    """
    kept = keep_ahead(own_seat(signed_in_user(request), slug).pk)
    have = set(request.POST.get("have", "").split(",")[:MOST_NAMED])
    return JsonResponse(
        {
            "kept": [one.pk for one in kept.assignments],
            "items": [
                kept_body(request, kept.seat, one)
                for one in kept.assignments
                if str(one.pk) not in have
            ],
        }
    )


def kept_body(request: HttpRequest, seat: Seat, assignment: Assignment) -> dict[str, Any]:
    """The item's part of the page, and what to show before it where there is a warning."""
    around = stage_context(seat)
    warnings = warnings_before(request, assignment)
    body: dict[str, Any] = {"assignment": assignment.pk, "gate": ""}
    context = {**around, **assignment_context(assignment, {})}
    body["html"] = render_to_string(STAGE, context, request)
    if warnings:
        gate = {**around, "assignment": assignment, "warnings": warnings}
        body["gate"] = render_to_string(STAGE, gate, request)
    return body


@signed_in
@require_POST
def campaign_leave(request: HttpRequest, slug: str) -> HttpResponse:
    """The person stops for now: what their browser kept ahead goes back at once."""
    release_kept_ahead(own_seat(signed_in_user(request), slug).pk)
    return HttpResponse(status=204)
