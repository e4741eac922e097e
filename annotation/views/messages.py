"""What researchers wrote to an annotator, on the pages of their campaign."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from annotation.access import own_seat, standing_seat
from annotation.selectors.messages import unread_of
from annotation.services.messaging import mark_read
from annotation.views.queued import signed_in

PART = "annotation/annotator/messages.html"


@signed_in
@require_safe
def campaign_messages(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of a page that tells what is unread; none to who has left."""
    seat = own_seat(signed_in_user(request), slug)
    unread = unread_of(seat.annotator).get(seat.campaign_id, [])
    if not unread or seat.withdrawn_at:
        return HttpResponse(status=204)
    return render(request, PART, {"campaign": seat.campaign, "unread": unread})


@signed_in
@require_POST
def campaign_messages_read(request: HttpRequest, slug: str) -> HttpResponse:
    """The person has read them."""
    seat = standing_seat(signed_in_user(request), slug)
    mark_read(seat.annotator, seat.campaign)
    if getattr(request, "htmx", None):
        return HttpResponse("")
    return redirect("annotation:campaign-list")
