"""How many requests one person may make in a minute, and the headers that say so.

Counted by the clock's minutes in the cache that all processes share. Judging is not counted: the
items that there are for a person are its limit.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import User

SECONDS = 60


class Standing(NamedTuple):
    """Where somebody stands under a limit: of `most` requests `left`, anew in `seconds`."""

    name: str
    most: int
    left: int
    seconds: int

    @property
    def policy(self) -> str:
        return f'"{self.name}";q={self.most};w={SECONDS}'

    @property
    def state(self) -> str:
        return f'"{self.name}";r={self.left};t={self.seconds}'


class Limit(BaseThrottle):
    """At most so many requests a minute of one person, or of one address without a person."""

    name = "requests"

    def most(self) -> int:
        return int(settings.API_LIMITS[self.name])

    def who(self, request: Request) -> str:
        user = request.user
        return str(user.pk) if isinstance(user, User) else str(self.get_ident(request))

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request, and note on it where its sender stands."""
        minute, second = divmod(int(time.time()), SECONDS)
        self.seconds, most = SECONDS - second, self.most()
        key = f"limit:{self.name}:{minute}:{self.who(request)}"
        counted = cast(Any, cache).count_up(key, SECONDS)
        standing = Standing(self.name, most, max(0, most - counted), self.seconds)
        noted: list[Standing] = getattr(request._request, "standings", [])
        request._request.standings = [*noted, standing]  # type: ignore[attr-defined]
        return bool(counted <= most)

    def wait(self) -> float:
        """Seconds until the next minute."""
        return self.seconds - 1


class Starts(Limit):
    """What workers then have to do, or what is worked out at once over a whole campaign."""

    name = "starts"

    def allow_request(self, request: Request, view: Any) -> bool:
        return request.method != "POST" or super().allow_request(request, view)


class LimitHeaders:
    """Says with each counted answer of REST where its sender stands.

    In the form of the IETF's draft "RateLimit header fields for HTTP".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        standings: list[Standing] = getattr(request, "standings", [])
        if standings:
            response["RateLimit-Policy"] = ", ".join(one.policy for one in standings)
            response["RateLimit"] = ", ".join(one.state for one in standings)
        return response
