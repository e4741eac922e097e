"""CPU and memory of processes, read from /proc; none of it where there is no /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
STATUS = Path("/proc")


def stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; empty for a process that is gone."""
    try:
        text = (STATUS / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text[text.rindex(")") + 2 :].split()


def tree_of(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in STATUS.iterdir():
        if entry.name.isdigit() and (fields := stat_fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, level = [], [root]
    while level:
        found += level
        level = [child for parent in level for child in children.get(parent, [])]
    return found


def cpu_ms(root: int) -> float:
    """CPU milliseconds that a process and its descendants have used, ended ones included.

    What ended and was waited for stands in its parent's account, in ticks; what lives is read from
    the scheduler, in nanoseconds.
    """
    total = 0.0
    for pid in tree_of(root):
        ended = sum(int(field) for field in stat_fields(pid)[13:15])  # cutime, cstime
        total += ended * 1000 / TICKS + running_ms(pid)
    return total


def running_ms(pid: int) -> float:
    """CPU milliseconds of a living process, over its threads.

    Threads that have ended are in the process's own account only, in ticks.
    """
    total = 0
    try:
        for thread in (STATUS / str(pid) / "task").iterdir():
            total += int((thread / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        total = 0
    ticks = sum(int(field) for field in stat_fields(pid)[11:13])  # utime, stime
    return max(total / 1e6, ticks * 1000 / TICKS)


def peak_rss_mb(root: int) -> float:
    """The largest resident set that one process of a tree has had so far."""
    peaks = [0]
    for pid in tree_of(root):
        try:
            lines = (STATUS / str(pid) / "status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        peaks += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(peaks) / 1024
