"""Figures: what each is, and how a list of them is printed."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Latency:
    """One kind of operation in one setting: speed as its caller sees it, and CPU as it costs.

    Rates and CPU are medians over rounds; percentiles are over all operations.
    """

    what: str
    operations: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    web_cpu_ms: float
    database_cpu_ms: float
    notes: dict[str, Any] = field(default_factory=dict)

    def row(self) -> list[str]:
        numbers = (self.per_second, self.p50_ms, self.p95_ms, self.p99_ms)
        cpu = (self.web_cpu_ms, self.database_cpu_ms)
        return [
            self.what,
            str(self.operations),
            *(f"{number:.1f}" for number in numbers),
            *(f"{number:.2f}" for number in cpu),
        ]


LATENCY_HEAD = ["operation", "n", "per s", "p50 ms", "p95 ms", "p99 ms", "web CPU", "db CPU"]


@dataclass
class Ratio:
    """A figure against its limit, both of this run."""

    what: str
    value: float
    target: str
    is_met: bool

    def row(self) -> list[str]:
        return [self.what, f"{self.value:.2f}", self.target, "yes" if self.is_met else "no"]


RATIO_HEAD = ["ratio", "measured", "target", "met"]


@dataclass
class Rate:
    """Rows a second of one way of doing it, and the CPU that it took.

    `cpu_s` is that of the product's own processes, `database_cpu_s` that of PostgreSQL's.
    """

    what: str
    rows: int
    seconds: float
    peak_rss_mb: float = 0.0
    cpu_s: float = 0.0
    database_cpu_s: float = 0.0

    @property
    def per_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0

    def row(self) -> list[str]:
        peak = f"{self.peak_rss_mb:.0f}" if self.peak_rss_mb else ""
        return [
            self.what,
            f"{self.rows:,}",
            f"{self.seconds:.2f}",
            f"{self.per_second:,.0f}",
            f"{self.cpu_s:.2f}" if self.cpu_s else "",
            f"{self.database_cpu_s:.2f}",
            peak,
        ]


RATE_HEAD = ["what", "rows", "seconds", "rows/s", "CPU s", "db CPU s", "peak MB"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell, the first to the left, the others to the right."""
    widths = [max(len(line[index]) for line in [head, *rows]) for index in range(len(head))]
    lines = []
    for line in [head, *rows]:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * len(lines[0]))
    return "\n".join(lines)


def as_data(figure: Latency | Ratio | Rate) -> dict[str, Any]:
    data = asdict(figure)
    if isinstance(figure, Rate):
        data["per_second"] = figure.per_second
    return data
