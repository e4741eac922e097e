"""Who acts at present: whoever sent the request under way.

Services record what they change without being told of requests; in workers and commands nobody
acts, and the installation does it by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from accounts.models import ApiToken, User

_under_way: ContextVar[HttpRequest | None] = ContextVar("request_under_way", default=None)


class ActingMiddleware:
    """Remembers the request while it is answered, for `acting_user`.

    Its person is asked for only where something is recorded: reading who is signed in costs a
    query, and authentication over REST comes later than this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with under_way(request):
            return self.get_response(request)


@contextmanager
def under_way(request: HttpRequest) -> Iterator[None]:
    """Within it, the request's person is who acts."""
    before = _under_way.set(request)
    try:
        yield
    finally:
        _under_way.reset(before)


def acting_user() -> User | None:
    """The person of the request under way, None where there is none or nobody is signed in."""
    user = getattr(_under_way.get(), "user", None)
    return user if isinstance(user, User) and user.is_authenticated else None


def acting_token() -> ApiToken | None:
    """The personal token that the request under way came with."""
    token = getattr(_under_way.get(), "auth", None)
    return token if isinstance(token, ApiToken) else None
