"""A whole installation for tests: real processes, its own data folder, its own port."""

import os
import random
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.config.processes import eventually, start

PASSWORD = "demo"


@dataclass
class Installation:
    """A supervisor with its children; `stop` and `kill` end it, `begin` starts it (again)."""

    folder: Path
    port: int
    mode: str = "demo"
    process: subprocess.Popen[str] | None = None
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self, seconds: float = 90) -> None:
        self.process = start(
            *("-m", "config.launch", self.mode, "--port", str(self.port)),
            log=self.folder / "launch.log",
            VARIORUM_DATA_DIR=str(self.folder / "data"),
            # A machine with an empty environment of ours: nothing of the test session's.
            DJANGO_ALLOW_ASYNC_UNSAFE="",
        )
        assert eventually(self.is_ready, seconds), self.log()

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log()
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def log(self) -> str:
        return (self.folder / "launch.log").read_text()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)

    def kill_everything(self) -> None:
        """kill -9 of the whole process group, as a lost machine would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def client(self, email: str, password: str = PASSWORD) -> "Client":
        """Somebody over REST. Signing in is throttled, so everybody does it once."""
        if (email, password) not in self.tokens:
            self.tokens[email, password] = self.token(email, password)
        return Client(self.url, self.tokens[email, password])

    def token(self, email: str, password: str) -> str:
        answer = requests.post(
            f"{self.url}/api/v1/auth/token/",
            json={"email": email, "password": password},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token


class Client:
    """REST as an outside program uses it."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api/v1/{path}", timeout=60, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.call("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self.call("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> requests.Response:
        return self.call("PATCH", path, **options)

    def wait_for(self, path: str, state: str = "done", seconds: float = 60) -> dict[str, Any]:
        """The job at `path` once it has ended; it must have ended in `state`."""
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(self.get(path).json())
            return found["state"] in ("done", "failed", "cancelled")

        assert eventually(ended, seconds), found
        assert found["state"] == state, found
        return found


def free_port() -> int:
    """A port below those that the system gives to outgoing connections, so that it stays free."""
    while True:
        port = random.randint(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(folder: Path, mode: str = "demo") -> Iterator[Installation]:
    """An installation that runs for the block, and whatever happens is gone after it."""
    installation = Installation(folder, free_port(), mode)
    installation.begin()
    try:
        yield installation
    finally:
        if installation.process is not None and installation.process.poll() is None:
            installation.stop()
