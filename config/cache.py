"""The cache: Django's own for Redis, with a client that is made once and kept."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class KeptClient(RedisCacheClient):
    """Django makes a client for every call, which takes longer than the call; this keeps it.

    A client only leads to its pool of connections, and is safe to share.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client for reading or writing this key."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self._kept:
            self._kept[pool] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return self._kept[pool]


class KeptClientCache(RedisCache):
    """Django's cache on a server of the Redis protocol, by kept clients."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def count_up(self, key: str, seconds: int) -> int:
        """One more of `key`, which is forgotten after `seconds`; 0 where nobody can count now.

        One round trip, and right however many count at once.
        """
        name = self.make_and_validate_key(key)
        client: Any = self._cache.get_client(name, write=True)
        try:
            with client.pipeline() as steps:
                steps.incr(name)
                steps.expire(name, seconds)
                return int(steps.execute()[0])
        except RedisError:
            logger.exception("The cache cannot be reached: nothing is counted")
            return 0
