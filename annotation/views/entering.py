"""The door of an entry link, and the way back to the platform."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.throttling import SimpleRateThrottle

from accounts.access import signed_in_user
from annotation.access import shown_campaign
from annotation.enums import Outcome, PlatformKey
from annotation.errors import Conflict, NotFound
from annotation.flow import flow_of
from annotation.models import Arrival, EntryLink
from annotation.platforms import CameBy
from annotation.platforms.mturk import FRAMES, LIVE, SANDBOX
from annotation.services.arriving import (
    arrive,
    entry_link,
    finish,
    own_arrival,
    read_visitor,
    way_back,
)
from annotation.views.joining import own_annotator

BACKEND = "accounts.backends.AccountBackend"


class EntryThrottle(SimpleRateThrottle):
    """Arrivals from one address: a laboratory's worth, not a robot's."""

    scope = "entry"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What the study is, and the button that lets somebody in; looking alone changes nothing."""
    link = entry_link(token)
    try:
        came = read_visitor(link, request.GET.dict())
        if request.method == "POST" and not came.is_preview:
            return let_in(request, link, came)
    except Conflict as error:
        return framed(link, turned_back(request, link, error))
    flow = flow_of(link.campaign)
    context = {
        "link": link,
        "campaign": link.campaign,
        "flow": flow,
        "platform": platform_name(link),
        "is_preview": came.is_preview,
        # Cookies of a page within another site's frame are not sent back to us.
        "is_framed": request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame"),
    }
    return framed(link, render(request, "annotation/entry/door.html", context))


def platform_name(link: EntryLink) -> str:
    """What people call where they come from, "" where only they know: a panel has its own name."""
    return "" if link.platform == PlatformKey.PANEL else link.get_platform_display()


def framed(link: EntryLink, response: HttpResponse) -> HttpResponse:
    """Mechanical Turk shows doors of its links in frames; anything else is framed by nobody."""
    if link.platform == PlatformKey.MTURK:
        # What the decorators of both middlewares note, here for some responses of a view only.
        response.xframe_options_exempt = True
        response._csp_replace = {"frame-ancestors": list(FRAMES)}  # type: ignore[attr-defined]
    return response


def let_in(request: HttpRequest, link: EntryLink, came: CameBy) -> HttpResponse:
    throttle: Any = EntryThrottle()  # it reads what Django's requests have as well
    if not throttle.allow_request(request, None):
        error = Conflict(_("Too many people came from your address just now. Try again soon."))
        return turned_back(request, link, error, status=429)
    arrival = arrive(link, came)
    login(request, arrival.annotator.user, backend=BACKEND)
    where = "start" if arrival.outcome == Outcome.UNDER_WAY else "finish"
    return redirect(f"annotation:campaign-{where}", slug=link.campaign.slug)


def turned_back(
    request: HttpRequest, link: EntryLink, error: Conflict, *, status: int = 409
) -> HttpResponse:
    """Say kindly why nobody comes in, and where else to go."""
    context: dict[str, Any] = {"campaign": link.campaign, "message": error.message}
    if error.code == "link-full":
        context["back"] = way_back(Arrival(link=link, outcome=Outcome.SCREENED_OUT))
        context["platform"] = platform_name(link)
    return render(request, "annotation/entry/turned_back.html", context, status=status)


@never_cache
@login_required
@require_safe
def campaign_finish(request: HttpRequest, slug: str) -> HttpResponse:
    """The way back to the platform, once it is over; before that, on with what comes next."""
    annotator = own_annotator(request)
    campaign = shown_campaign(signed_in_user(request), slug)
    arrival = own_arrival(annotator, campaign.pk)
    if arrival is None:
        raise NotFound(_("Nobody sent this person here."))
    arrival = finish(arrival)
    if arrival.outcome == Outcome.UNDER_WAY:
        return redirect("annotation:campaign-start", slug=slug)
    context = {
        "campaign": campaign,
        "outcome": arrival.outcome,
        "platform": platform_name(arrival.link),
        "back": way_back(arrival),
    }
    response = render(request, "annotation/entry/finish.html", context)
    # Mechanical Turk takes work back by a form that is sent to it.
    response._csp_update = {"form-action": [LIVE, SANDBOX]}  # type: ignore[attr-defined]
    return response
