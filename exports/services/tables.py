"""Filling the table files from the database."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from exports.selectors.frame import Frame
from exports.selectors.streams import streams_of
from exports.writers import WRITERS
from exports.writers.written import WrittenFile, written_file

# Told how many rows are done, and of how many; may raise to stop the work.
Report = Callable[[int, int], None]

ROWS_BETWEEN_LOOKS = 200
SECONDS_BETWEEN_REPORTS = 0.5


def write_tables(frame: Frame, format: str, folder: Path, report: Report) -> list[WrittenFile]:
    """Write every table of the snapshot into `folder`: equal rows make equal bytes."""
    streams = streams_of(frame)
    pace = Pace(report, total=sum(stream.count for stream in streams))
    with ExitStack() as stack:
        writers = {
            table.name: stack.enter_context(WRITERS[format](table, folder))
            for table in frame.tables
        }
        for stream in streams:
            for source in stream.sources:
                for table, row in stream.rows_of(source):
                    writers[table].write(row)
                pace.step()
    pace.finish()
    return [
        written_file(writer.path, table=table, rows=writer.rows)
        for table, writer in writers.items()
    ]


class Pace:
    """Counts rows and reports now and then, by the clock and not by the row."""

    def __init__(self, report: Report, *, total: int) -> None:
        self._report = report
        self._total = total
        self._done = 0
        self._reported_at = time.monotonic()
        report(0, total)

    def step(self) -> None:
        self._done += 1
        if self._done % ROWS_BETWEEN_LOOKS == 0:
            now = time.monotonic()
            if now - self._reported_at >= SECONDS_BETWEEN_REPORTS:
                self._reported_at = now
                self._report(self._done, self._total)

    def finish(self) -> None:
        self._report(self._done, self._total)
