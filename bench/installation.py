"""An installation to measure: its own data folder, its own services, the product's own commands."""

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.children import Child
from config.embedded.keeper import Keeper
from config.embedded.postgres import Postgres
from config.embedded.process import spawn, stop, wait_until
from config.embedded.services import service_urls
from config.embedded.valkey import Valkey
from config.environment import BASE_DIR, Environment
from config.supervisor import Supervisor

HOST = "127.0.0.1"
SETTINGS = "config.settings"
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EXPORT_STORAGE_URL", "STATIC_ROOT")


def environment_for(folder: Path) -> dict[str, str]:
    """The environment of a production installation in a folder; what others have set stays out."""
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
    return {
        **kept,
        "VARIORUM_DATA_DIR": str(folder),
        "DJANGO_ENV": "production",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": HOST,
        "PLAIN_HTTP": "1",
    }


@dataclass
class Services:
    """PostgreSQL and Valkey as running; the processes whose CPU is counted."""

    folder: Path
    environment: dict[str, str]
    database: Keeper
    cache: Keeper

    @property
    def database_pid(self) -> int:
        assert self.database.process is not None
        return self.database.process.pid

    @property
    def cache_pid(self) -> int:
        assert self.cache.process is not None
        return self.cache.process.pid


@contextmanager
def services(folder: Path) -> Iterator[Services]:
    """A fresh database and cache, durable as in production, for the length of the block.

    Other processes of this installation inherit its environment.
    """
    for name in ("postgres", "valkey", "storage"):
        shutil.rmtree(folder / name, ignore_errors=True)
    wanted = [Postgres(folder), Valkey(folder)]
    keepers = [Keeper(service) for service in wanted]
    os.environ.update(environment_for(folder))
    os.environ.update(service_urls(list(wanted)))
    try:
        for keeper in keepers:
            keeper.ensure()
        prepare(folder)
        yield Services(folder, dict(os.environ), *keepers)
    finally:
        for keeper in reversed(keepers):
            keeper.stop()


def prepare(folder: Path) -> None:
    """Migrate and collect static files, as the supervisor does before it starts."""
    with (folder / "log" / "prepare.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "config.prepare", "run"],
            check=True,
            cwd=BASE_DIR,
            stdout=log,
            stderr=log,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def children_of_supervisor(folder: Path, port: int) -> list[Child]:
    """The web server, worker and scheduler that `make run` would start, not started."""
    return Supervisor(Environment(os.environ), folder, HOST, port, "run").children


@contextmanager
def running(
    folder: Path, command: Sequence[str], name: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the length of the block."""
    process = spawn(
        command,
        log=folder / "log" / f"{name}.log",
        death_signal=signal.SIGKILL,
        env={**os.environ, **environment},
        cwd=BASE_DIR,
    )
    try:
        yield process
    finally:
        stop(process, signal.SIGTERM, 20.0)


@dataclass(frozen=True)
class Web:
    """A web server that answers."""

    port: int
    pid: int


@contextmanager
def web_server(folder: Path, path: str = "/healthz", **environment: str) -> Iterator[Web]:
    """The supervisor's own gunicorn command, on a free port; other settings serve the limits."""
    port = free_port()
    web = children_of_supervisor(folder, port)[0]
    with running(folder, web.command, "web", **environment) as process:
        if not wait_until(lambda: answers(port, path) or process.poll() is not None, 60.0):
            raise RuntimeError(f"The web server does not answer; its log is {folder}/log/web.log.")
        if process.poll() is not None:
            raise RuntimeError(f"The web server ended; its log is {folder}/log/web.log.")
        yield Web(port, process.pid)


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
