"""What somebody sees whose sign-in was guessed at too often."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.api.problems import MEDIA_TYPE, problem_body

TOO_MANY_REQUESTS = 429


def locked_out(request: HttpRequest, *_from_axes: Any) -> HttpResponse:
    """A page for people, problem details for programs; both say how long to wait."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    if request.path.startswith("/api/"):
        body = problem_body(
            TOO_MANY_REQUESTS,
            "locked-out",
            _("Too many wrong passwords; wait before the next try."),
        )
        response: HttpResponse = JsonResponse(
            body, status=TOO_MANY_REQUESTS, content_type=MEDIA_TYPE
        )
    else:
        response = render(request, "accounts/locked_out.html", status=TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response
