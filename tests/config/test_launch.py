"""The supervisor with everything it runs: one installation in a data folder for tests."""

import http.client
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.config.processes import alive, children_of, eventually, run, start

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]


class Installation:
    """A supervisor on a data folder and a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.log = folder.with_suffix(".log")
        self.values = {"VARIORUM_DATA_DIR": str(folder), "DJANGO_ENV": "development"}
        self.process = start(
            *("-m", "config.launch", "run", "--port", str(port)), log=self.log, **self.values
        )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.said
        return "Ctrl-C stops everything" in self.said

    def children(self, word: str) -> list[int]:
        """Its direct children whose command line holds a word."""
        return [
            pid
            for pid in children_of(self.process.pid)
            if word in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            and Path(f"/proc/{pid}/stat").read_text().split()[3] == str(self.process.pid)
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("launch") / "data"


@pytest.fixture
def installation(folder):
    installation = Installation(folder, free_port())
    try:
        assert eventually(installation.is_up, 60), installation.said
        yield installation
    finally:
        if installation.process.poll() is None:
            installation.process.send_signal(signal.SIGINT)
            try:
                installation.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(installation.process.pid, signal.SIGKILL)


def test_installation_serves_restarts_what_dies_and_stops_on_ctrl_c(installation, tmp_path):
    assert eventually(lambda: installation.status("/readyz") == 200, 30)
    everything = children_of(installation.process.pid)

    second = run("-m", "config.launch", "run", "--port", "1", **installation.values)
    assert second.returncode == 3
    assert f"an installation already runs on {installation.folder}: " in second.stderr

    (web,) = installation.children("gunicorn")
    os.kill(web, signal.SIGKILL)
    told = "The web server ended (killed by SIGKILL); its log is "
    assert eventually(lambda: told in installation.said)
    assert eventually(lambda: installation.status("/healthz") == 200)

    everything |= children_of(installation.process.pid)
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(30) == 0
    assert installation.said.endswith("Stopped.\n")
    assert not [pid for pid in everything if alive(pid)]


def test_killed_supervisor_takes_everything_with_it(installation):
    everything = children_of(installation.process.pid)
    os.killpg(installation.process.pid, signal.SIGKILL)
    installation.process.wait()
    assert eventually(lambda: not any(alive(pid) for pid in everything))


def test_taken_port_is_named_before_anything_starts(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("-m", "config.launch", "demo", PORT=str(port), VARIORUM_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr == (
        f"Variorum does not start: port {port} is taken by another program. "
        f"Choose another with PORT=…, for example: make demo PORT={port + 1}\n"
    )
    assert not (tmp_path / "postgres").exists()


def test_nonsense_port_is_refused():
    done = run("-m", "config.launch", "demo", PORT="eighty")
    assert done.returncode == 2
    assert "'eighty' is no port; give a number from 1 to 65535" in done.stderr
