"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LARGEST_LOG = 5 * 1024 * 1024
UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


class EmbeddedServiceError(Exception):
    """An embedded service cannot run here; the message is for the person at the terminal."""


def unprivileged(command: Sequence[str]) -> list[str]:
    """The same command for a program that refuses root, such as PostgreSQL.

    Root steps into a user namespace in which it is an ordinary user; the signal of `spawn` for the
    parent's death survives that, as no rights are gained on the way.
    """
    return [*UNPRIVILEGED, *command] if os.geteuid() == 0 else list(command)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    speaks: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process in its own group, so that Ctrl-C reaches only the one who stops it in order.

    Its output goes to the log; of one that `speaks` only standard error does.

    When this process dies, however that happens, the kernel sends `death_signal` to the new one.
    Must be called from the main thread: for the kernel the parent is the thread, not the process.
    """
    with open_log(log) as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=None if speaks else output,
            stderr=output,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_bound_to_parent(death_signal),
        )


def end_with_parent(death_signal: signal.Signals) -> None:
    """Let this process, too, end when the one that started it dies."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def _bound_to_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def bind() -> None:
        end_with_parent(death_signal)
        # The parent may have died between fork and prctl: then no signal will come.
        if os.getppid() != parent:
            os._exit(1)

    return bind


def open_log(path: Path) -> IO[bytes]:
    """The log opened for appending; a long one is set aside, and the one before it dropped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(path.suffix + ".1"))
    return path.open("ab")


def last_line(log: Path) -> str:
    """What the log says at its end, for a message that points to it."""
    with suppress(OSError):
        lines = log.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""
    return ""


def stop(process: subprocess.Popen[bytes], first: signal.Signals, patience: float) -> None:
    """Ask a process to end; when `patience` seconds did not suffice, end its whole group."""
    if process.poll() is None:
        process.send_signal(first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and its own children, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ending(returncode: int) -> str:
    """How a process ended, in words."""
    if returncode >= 0:
        return f"exit code {returncode}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-returncode).name}"
    return f"killed by signal {-returncode}"


def is_alive(pid: int, name: str) -> bool:
    """Whether `pid` is a living process of that name, and no zombie or unrelated successor.

    Where there is no /proc the answer is yes: the caller may not clear away what it cannot judge.
    """
    if not Path("/proc/self/stat").exists():
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    command, state = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2]
    return command == name and state not in "ZX"


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Poll until the condition holds; False when it did not in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
