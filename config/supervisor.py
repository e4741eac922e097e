"""Starts the processes of an installation in order, watches them, and stops them in order."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from signal import Signals
from types import FrameType

from config.children import MOST_DEATHS, Child, Deaths, TooManyDeathsError
from config.embedded.keeper import Keeper
from config.embedded.process import last_line, spawn, wait_until
from config.embedded.services import missing_services, service_urls
from config.environment import BASE_DIR, Environment
from config.orphans import SUPERVISOR

TICK = 0.25
# How long the web server and the worker may take to finish what they do.
LONGEST_STOP = 15.0
LONGEST_HURRY = 3.0
LONGEST_WAIT_FOR_WEB = 60.0
DEMO_ACCOUNTS = (
    "admin@demo.test",
    "researcher@demo.test",
    "annotator1@demo.test … annotator9@demo.test",
)


class StopRequested(Exception):
    """Somebody wants the installation to stop."""


class PreparationError(Exception):
    """Database, static files or demo data could not be brought up to date."""


class Supervisor:
    """One installation on one machine. Its children die with it, whatever happens to it."""

    def __init__(
        self, environment: Environment, folder: Path, host: str, port: int, mode: str
    ) -> None:
        self.folder, self.host, self.port, self.mode = folder, host, port, mode
        services = [] if environment.is_production else missing_services(os.environ, folder)
        self.keepers = {Keeper(service): Deaths() for service in services}
        self.env = {
            **os.environ,
            **service_urls(services),
            "PYTHONUNBUFFERED": "1",
            SUPERVISOR: str(os.getpid()),
        }
        self.children = [self._web(), self._worker(), self._beat()]
        self.preparation: subprocess.Popen[bytes] | None = None
        self.stop_requests = 0
        self.is_stopping = False

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Bring everything up, in the order in which it depends on each other."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self.say("Starting Variorum …")
        for keeper in self.keepers:
            keeper.ensure()
        self._prepare()
        for child in self.children:
            child.start()
        self._wait_for_web()
        print(self.welcome(), flush=True)

    def watch(self) -> None:
        """Start again what dies, until somebody wants everything to stop."""
        while True:
            self._tick()
            time.sleep(TICK)

    def stop(self) -> None:
        """Stop everything that was started here: first what writes, then what it writes to."""
        self.is_stopping = True
        if any(child.is_running for child in self.children):
            self.say("Stopping …")
        if self.preparation is not None:
            self.preparation.kill()
            self.preparation.wait()
        self._stop_children()
        for keeper in reversed(self.keepers):
            keeper.stop()
        self.say("Stopped.")

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def welcome(self) -> str:
        """Everything a person needs to know now."""
        lines = ["", f"Variorum runs at {self.address}", ""]
        if self.mode == "demo":
            lines += ["  Accounts, all with the password “demo”:"]
            lines += [f"    {account}" for account in DEMO_ACCOUNTS]
        lines += [f"  Data: {self.folder}", f"  Logs: {self.folder / 'log'}"]
        return "\n".join([*lines, "", "Ctrl-C stops everything; the data stays.", ""])

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1
        if not self.is_stopping:
            # Not again: what follows must not be interrupted half-way.
            self.is_stopping = True
            raise StopRequested

    def _stop_children(self) -> None:
        """Who asks a second time does not want to wait; nor is anything waited for without end."""
        for at_once, patience in ((False, LONGEST_STOP), (True, LONGEST_HURRY)):
            for child in self.children:
                child.ask_to_stop(at_once=at_once)
            self._wait_for_children(patience)
        for child in self.children:
            child.end()

    def _wait_for_children(self, patience: float) -> None:
        asked = self.stop_requests
        wait_until(
            lambda: (
                self.stop_requests > asked or not any(child.is_running for child in self.children)
            ),
            patience,
        )

    def _tick(self) -> None:
        for keeper, deaths in self.keepers.items():
            how = keeper.tend()
            if how is None:
                continue
            told = f"{keeper.service.title} ended ({how}); its log is {keeper.service.log}."
            try:
                time.sleep(deaths.count())
            except TooManyDeathsError:
                raise TooManyDeathsError(
                    f"{told} That was the {MOST_DEATHS}th time within a minute: giving up."
                ) from None
            self.say(f"{told} Starting it again.")
            keeper.ensure()
        for child in self.children:
            child.tend()

    def _prepare(self) -> None:
        log = self.folder / "log" / "prepare.log"
        command = [sys.executable, "-m", "config.prepare", self.mode]
        self.preparation = spawn(
            command,
            log=log,
            death_signal=signal.SIGKILL,
            env=self.env,
            cwd=BASE_DIR,
            speaks=True,
        )
        code = self.preparation.wait()
        self.preparation = None
        if code:
            raise PreparationError(
                f"Preparing the installation failed: {last_line(log)}\nThe whole story is in {log}."
            )

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + LONGEST_WAIT_FOR_WEB
        while not self._web_answers():
            self._tick()
            if time.monotonic() > deadline:
                raise PreparationError(
                    f"The web server does not answer at {self.address}; "
                    f"its log is {self.children[0].log}."
                )
            time.sleep(0.1)

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _child(
        self, name: str, log: str, arguments: list[str], stop: Signals, death: Signals
    ) -> Child:
        command = [sys.executable, "-m", *arguments]
        path = self.folder / "log" / f"{log}.log"
        return Child(name, command, path, stop, death, self.env, self.say)

    def _web(self) -> Child:
        arguments = ["gunicorn", "config.wsgi:application", "--bind", f"{self.host}:{self.port}"]
        arguments += ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
        arguments += ["--timeout", "60", "--graceful-timeout", "10", "--no-control-socket"]
        # People think for longer than the two seconds that connections are kept by default.
        arguments += ["--keep-alive", "15"]
        # Without its supervisor it frees the port at once (SIGQUIT) instead of finishing requests.
        return self._child("web server", "web", arguments, signal.SIGTERM, signal.SIGQUIT)

    def _worker(self) -> Child:
        arguments = ["celery", "-A", "config.celery", "worker", "--hostname", "variorum@%h"]
        arguments += ["--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO"]
        arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self._child("worker", "worker", arguments, signal.SIGTERM, signal.SIGQUIT)

    def _beat(self) -> Child:
        arguments = ["celery", "-A", "config.celery", "beat", "--loglevel", "INFO", "--pidfile="]
        arguments += ["--schedule", str(self.folder / "run" / "celerybeat-schedule")]
        return self._child("scheduler", "beat", arguments, signal.SIGTERM, signal.SIGTERM)
