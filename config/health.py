"""Whether this process lives (/healthz), and whether the installation can work (/readyz)."""

from collections.abc import Callable

import redis
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.heartbeat import KEY, broker
from config.probes import ALIVE, READY

OK = "ok"


def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return JsonResponse({"status": OK})


def readyz(_request: HttpRequest) -> HttpResponse:
    """What the installation needs to work, each part with `ok` or a short reason."""
    states = {"database": _database(), **_broker_and_worker()}
    ready = all(state == OK for state in states.values())
    status = {"status": OK if ready else "unavailable"}
    return JsonResponse({**status, **states}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return OK


def _broker_and_worker() -> dict[str, str]:
    try:
        with broker() as client:
            seen = client.exists(KEY)
    except redis.RedisError:
        return {"broker": "does not answer", "worker": "unknown without the broker"}
    return {"broker": OK, "worker": OK if seen else "no sign of life from any worker"}


ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    ALIVE: healthz,
    READY: readyz,
}


class HealthMiddleware:
    """Answers before every other layer: a probe knows no host name, no session and no HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path_info)
        if answer and request.method in ("GET", "HEAD"):
            return answer(request)
        return self.get_response(request)
