"""What people without an account see of a snapshot that was shared with them by a link."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exports.access import published_file
from exports.archive import archive_response
from exports.downloads import Taker, download
from exports.services.sharing import count_visit, shared_by


def by_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pages whose address is a secret: it is neither passed on nor found by search engines."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@by_link
@require_safe
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The files, and what they are."""
    link = shared_by(token)
    count_visit(link)
    context = {
        "link": link,
        "token": token,
        "snapshot": link.snapshot,
        "files": link.snapshot.files.all(),
    }
    return render(request, "exports/shared.html", context)


@by_link
@require_safe
def shared_file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """One file, whole or a range of it."""
    link = shared_by(token)
    return download(request, published_file(link.snapshot, name), Taker(link=link))


@by_link
@require_safe
def shared_archive(request: HttpRequest, token: str) -> HttpResponseBase:
    """All files as one archive."""
    link = shared_by(token)
    return archive_response(request, link.snapshot, Taker(link=link))
