"""Refusals of the domain as pages; REST has its own shape for them (accounts.api.problems)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import Conflict, DomainError


class DomainErrorMiddleware:
    """Turns a `DomainError` that a page lets through into 404, 409 or 400 with its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if error.code == "not-found":
            return render(request, "404.html", status=404)
        status = 409 if isinstance(error, Conflict) else 400
        return render(request, "refused.html", {"message": error.message}, status=status)
