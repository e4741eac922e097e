"""Validators of documents (RFC 9110, 13): `ETag`, `If-None-Match` and `If-Match`."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import Stale

JSON = "application/json"
Handler = Callable[..., Response]


def tag_of(document: Any) -> str:
    """The `ETag` of a document in the form in which it is sent: other bytes, another tag."""
    return quote_etag(hashlib.sha256(JSONRenderer().render(document)).hexdigest()[:32])


class DocumentTags(ConditionalGetMiddleware):
    """Gives every JSON document of REST an `ETag`, and answers `304` to who has it already.

    Files have tags of their own, and pages none.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_document = response.get("Content-Type", "") == JSON and not response.streaming
        if request.method != "GET" or not is_document or not request.path.startswith("/api/"):
            return response
        if response.status_code == 200 and not response.has_header("ETag"):
            content: bytes = response.content  # type: ignore[attr-defined]
            response["ETag"] = quote_etag(hashlib.sha256(content).hexdigest()[:32])
        return super().process_response(request, response)


def guarded(change: Handler) -> Handler:
    """Lets a change through only while the document is what the request's `If-Match` names.

    For a method of a view whose `get` gives the document. Changes that name a tag come one after
    the other for each address, so of two made from the same document the second is refused. A view
    with a `hold(request, …)` locks the document's row by it, against changes from elsewhere too.
    Raises `Stale`.
    """

    @wraps(change)
    def guarded_change(view: Any, request: Request, **names: Any) -> Response:
        expected = request.headers.get("If-Match")
        if expected is None:
            return change(view, request, **names)
        with transaction.atomic():
            hold_address(request.path)
            if hasattr(view, "hold"):
                view.hold(request, **names)
            refuse_stale(expected, tag_of(view.get(request, **names).data))
            return change(view, request, **names)

    guarded_change.is_guarded = True  # type: ignore[attr-defined]
    return guarded_change


def refuse_stale(expected: str, tag: str) -> None:
    # A proxy that compresses may have marked the tag as weak; it is the same document.
    named = [one.removeprefix("W/") for one in parse_etags(expected)]
    if "*" not in named and tag not in named:
        raise Stale(_("Nothing was changed"))


def hold_address(path: str) -> None:
    """Wait until no other transaction changes the document at this address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('document'), hashtext(%s))", [path])
