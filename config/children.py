"""Processes of the installation that are started again when they die."""

import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from config.embedded.process import ending, kill_group, spawn
from config.environment import BASE_DIR

MOST_DEATHS = 5
DEATHS_WITHIN = 60.0
LONGEST_PAUSE = 8.0


class TooManyDeathsError(Exception):
    """Something died again and again; starting it once more would help nobody."""


@dataclass
class Deaths:
    """How often one process died of late, and how long to wait before its next start."""

    clock: Callable[[], float] = time.monotonic
    times: deque[float] = field(default_factory=deque)

    def count(self) -> float:
        """Record a death; returns the pause before the next start."""
        now = self.clock()
        self.times.append(now)
        while self.times[0] < now - DEATHS_WITHIN:
            self.times.popleft()
        if len(self.times) >= MOST_DEATHS:
            raise TooManyDeathsError
        pause: float = 0.25 * 4 ** (len(self.times) - 1)
        return min(pause, LONGEST_PAUSE)


@dataclass
class Child:
    """One process of the installation: the web server, a worker, the scheduler."""

    name: str
    command: Sequence[str]
    log: Path
    # What lets it finish its work, and what ends it when its supervisor is gone.
    stop_signal: Signals
    death_signal: Signals
    env: Mapping[str, str]
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    deaths: Deaths = field(default_factory=Deaths)
    next_start: float = 0.0

    def start(self) -> None:
        self.process = spawn(
            self.command,
            log=self.log,
            death_signal=self.death_signal,
            env=self.env,
            cwd=BASE_DIR,
        )

    def tend(self) -> None:
        """Notice a death and say so; start again when its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.next_start:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        # Its own children may still hold the port or a task.
        kill_group(self.process)
        self.process = None
        told = f"The {self.name} ended ({ending(code)}); its log is {self.log}."
        try:
            pause = self.deaths.count()
        except TooManyDeathsError:
            raise TooManyDeathsError(
                f"{told} That was the {MOST_DEATHS}th time within a minute: giving up."
            ) from None
        self.next_start = time.monotonic() + pause
        self.say(f"{told} Starting it again.")

    def ask_to_stop(self, *, at_once: bool = False) -> None:
        """Let it finish what it does, or hand back what it holds and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.death_signal if at_once else self.stop_signal)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """End what is left of it, its own children included."""
        if self.process is not None:
            kill_group(self.process)
            self.process = None
