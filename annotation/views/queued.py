"""Requests of the judging page that ask for a receipt rather than for a page.

A page that lost its network keeps answers and sends them later, one after the other. It must be
able to tell an acknowledged answer from a page that says to sign in.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse

from annotation.errors import Conflict, Unfit

View = Callable[..., HttpResponse]


def is_queued(request: HttpRequest) -> bool:
    """Whether the page's own script asks, which reads JSON."""
    return request.headers.get("Variorum-Queue") == "1"


def signed_in(view: View) -> View:
    """Sends people without a session to sign in; scripts are told so and keep what they have."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_queued(request) or getattr(request, "htmx", False):
            return JsonResponse({"code": "signed-out"}, status=401)
        return redirect_to_login(request.get_full_path())

    return guarded


def refusal(error: Unfit | Conflict) -> JsonResponse:
    """A refusal that the page shows beside what it keeps of the answer."""
    status = 422 if isinstance(error, Unfit) else 409
    return JsonResponse({"code": error.code, "message": error.message}, status=status)
