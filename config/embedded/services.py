"""The embedded services as everybody else uses them."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.embedded import places
from config.embedded.keeper import Keeper
from config.embedded.locks import FileLock
from config.embedded.postgres import Postgres
from config.embedded.process import EmbeddedServiceError
from config.embedded.service import Service
from config.embedded.valkey import Valkey

__all__ = ["EmbeddedServiceError", "embedded_services", "missing_services", "service_urls"]


def missing_services(
    environ: Mapping[str, str], data_dir: Path, *, durable: bool = True
) -> list[Service]:
    """The embedded services that an environment asks for by not naming servers of its own."""
    services: list[Service] = [Postgres(data_dir, durable), Valkey(data_dir, durable)]
    return [service for service in services if not environ.get(service.setting, "").strip()]


def service_urls(services: list[Service]) -> dict[str, str]:
    """The settings that lead to these services, for the environment of other processes."""
    urls = {"DATABASE_URL": places.database_url, "REDIS_URL": places.redis_url}
    return {service.setting: urls[service.setting](service.data_dir) for service in services}


@contextmanager
def embedded_services(
    data_dir: Path, services: list[Service] | None = None
) -> Iterator[dict[str, str]]:
    """Run the embedded services for the length of the block; yields the settings that lead to them.

    What already answers is used and left running. What was started here is stopped at the end,
    after the blocks of other processes that came to use it in the meantime.
    """
    services = missing_services({}, data_dir) if services is None else services
    users = FileLock(data_dir / "run" / "users.lock")
    keepers = [Keeper(service) for service in services]
    with ExitStack() as stack:
        users.acquire(shared=True, wait=True)
        stack.callback(users.release)
        for keeper in keepers:
            stack.callback(keeper.stop)
            keeper.ensure()
        interrupted = False
        try:
            yield service_urls(services)
        except KeyboardInterrupt:
            interrupted = True
            raise
        finally:
            if not interrupted and any(keeper.owns_process for keeper in keepers):
                _wait_for_others(users)


def _wait_for_others(users: FileLock) -> None:
    """Return once no other process is inside its block."""
    told = False
    while not users.acquire():
        if not told:
            told = True
            print("Done; waiting for other commands that use the same database.", file=sys.stderr)
        time.sleep(0.2)
