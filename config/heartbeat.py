"""A sign of life that workers leave in the broker, for the health endpoint to find."""

from contextlib import suppress
from typing import Any

import redis
from celery import bootsteps
from django.conf import settings

KEY = "variorum:worker-heartbeat"
EVERY = 5.0
# Two beats may be missed before a worker counts as dead. It is not taken back when a worker stops:
# there may be others.
LIFETIME = 16


def broker(timeout: float = 1.0) -> redis.Redis:
    """A client of the broker that would rather fail than keep its caller waiting."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout
    )


class Heartbeat(bootsteps.StartStopStep):
    """Renews the sign from the worker's own event loop, so that a stuck worker falls silent."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None

    def start(self, parent: Any) -> None:
        self.beat()
        self.timer = parent.timer.call_repeatedly(EVERY, self.beat, priority=10)

    def stop(self, parent: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    shutdown = stop

    def beat(self) -> None:
        # Without its broker the worker has other ways to say so.
        with suppress(redis.RedisError), broker() as client:
            client.set(KEY, 1, ex=LIFETIME)
