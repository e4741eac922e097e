"""What an address answers that is none, and one at which something broke."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy
from django.views import defaults

from accounts.api.problems import MEDIA_TYPE, NOT_FOUND, problem_body

REST = "/api/"
BROKEN = gettext_lazy(
    "The error has been logged. Whatever you had already sent in is safe; what you were sending "
    "just now may have to be sent again."
)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """A page for people, problem details for programs."""
    if not request.path.startswith(REST):
        return defaults.page_not_found(request, exception)
    return told(404, "not-found", str(NOT_FOUND))


def broken(request: HttpRequest) -> HttpResponse:
    """The same for errors of ours."""
    if not request.path.startswith(REST):
        return defaults.server_error(request)
    return told(500, "error", str(BROKEN))


def told(status: int, code: str, detail: str) -> JsonResponse:
    body = problem_body(status, code, detail)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
