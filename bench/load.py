"""Rounds of operations at a chosen concurrency, with CPU read around each of them."""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.annotators import Line
from bench.figures import Latency, median, percentile
from bench.installation import Services, Web
from bench.processes import cpu_ms

Operation = Callable[[Line], None]
# Measures a round between any two yields; what was found is its value at the end.
Rounds = Generator[None, None, list[Latency]]


@dataclass
class Round:
    """What one round took: each operation's time, the whole time, and CPU of web and database."""

    times: list[float]
    seconds: float
    web_ms: float
    database_ms: float


@dataclass
class Recorder:
    """Collects the rounds of one kind of operation."""

    what: str
    rounds: list[Round] = field(default_factory=list)

    def figure(self) -> Latency:
        times = [1000 * one for single in self.rounds for one in single.times]
        return Latency(
            what=self.what,
            operations=len(times),
            per_second=median([len(one.times) / one.seconds for one in self.rounds]),
            p50_ms=median(times),
            p95_ms=percentile(times, 0.95),
            p99_ms=percentile(times, 0.99),
            web_cpu_ms=median([one.web_ms / len(one.times) for one in self.rounds]),
            database_cpu_ms=median([one.database_ms / len(one.times) for one in self.rounds]),
        )


class Load:
    """So many callers at once, each with one persistent connection."""

    def __init__(self, services: Services, web: Web, concurrency: int) -> None:
        self.services, self.web, self.concurrency = services, web, concurrency
        self.lines = [Line(web.port) for _ in range(concurrency)]

    def run(self, operations: Sequence[Operation]) -> Round:
        """Do every operation once, dealt out over the callers."""
        shares = [operations[number :: self.concurrency] for number in range(self.concurrency)]
        web, database = cpu_ms(self.web.pid), cpu_ms(self.services.database_pid)
        begun = time.perf_counter()
        with ThreadPoolExecutor(self.concurrency) as pool:
            times = pool.map(timed, self.lines, shares)
        seconds = time.perf_counter() - begun
        return Round(
            times=[one for share in times for one in share],
            seconds=seconds,
            web_ms=cpu_ms(self.web.pid) - web,
            database_ms=cpu_ms(self.services.database_pid) - database,
        )


def timed(line: Line, operations: Sequence[Operation]) -> list[float]:
    times = []
    for operation in operations:
        begun = time.perf_counter()
        operation(line)
        times.append(time.perf_counter() - begun)
    return times
