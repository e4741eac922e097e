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

    What ended and was waited for stands in its parent's own account.
    """
    ticks = 0
    for pid in tree_of(root):
        fields = stat_fields(pid)
        # utime, stime, cutime, cstime
        ticks += sum(int(field) for field in fields[11:15])
    return ticks * 1000 / TICKS


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
