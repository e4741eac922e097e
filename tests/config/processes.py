"""Real processes for tests: started in a clean environment, watched by number."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.environment import BASE_DIR

OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_ENV", "SECRET_KEY", "EXPORT_STORAGE_URL", "PORT")


def clean_environment(**values: str) -> dict[str, str]:
    """This process's environment without what the test session put there."""
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
    return {**kept, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings", **values}


def run(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=clean_environment(**values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def start(*arguments: str, log: Path, **values: str) -> subprocess.Popen[str]:
    """Start Python with these arguments, in a process group of its own."""
    with log.open("w") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=clean_environment(**values),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    """Whether a process lives; a zombie that nobody collects does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat[stat.rindex(")") + 2] not in "ZX"


def children_of(pid: int) -> set[int]:
    """Numbers of the living processes that a process started, and of theirs."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent = stat[stat.rindex(")") + 2 :].split()[:2]
        if state not in "ZX":
            parents[int(entry.name)] = int(parent)
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return found
