"""Where workers write before anything is published, and how they say that they are alive."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
from django.conf import settings

SECONDS_BETWEEN_REPORTS = 0.5


def return_memory_early() -> None:
    """Let Arrow allocate by jemalloc where it can: the others keep a third more than is in use."""
    with suppress(NotImplementedError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())


@contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """An empty folder on this machine's disk, removed afterwards.

    The caller holds the lock of the job that it is named after: what lies there already is left
    of an attempt that was killed.
    """
    return_memory_early()
    folder = Path(settings.WORK_DIR) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Pace:
    """Counts rows and reports now and then, by the clock and not by the row."""

    def __init__(self, report: Callable[[int, int], None], total: int) -> None:
        self._report, self._total = report, total
        self._done = 0
        self._reported_at = time.monotonic()
        report(0, total)

    def step(self, rows: int = 0) -> None:
        """So many rows more are done. May raise to stop the work."""
        self._done = min(self._done + rows, self._total)
        now = time.monotonic()
        if now - self._reported_at >= SECONDS_BETWEEN_REPORTS:
            self._reported_at = now
            self._report(self._done, self._total)

    def finish(self) -> None:
        self._done = self._total
        self._report(self._done, self._total)
