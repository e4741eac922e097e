"""The parts of a run in order, its tables, and its JSON."""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from annotation.models import Seat
from bench.adaptive import measure_adaptive
from bench.audits import measure_audit
from bench.busy import measure_busy
from bench.dashboard import measure_dashboard
from bench.estimators import LIBRARIES, REPLICATES, measure_estimators, missing_libraries
from bench.exports import FORMATS, measure_exports
from bench.extraction import measure_extraction
from bench.figures import (
    LATENCY_HEAD,
    RATE_HEAD,
    RATIO_HEAD,
    Latency,
    Rate,
    Ratio,
    as_data,
    median,
    table,
)
from bench.fixtures import add_seats, open_campaign_of
from bench.installation import Services, web_server
from bench.jobs import measure_import, measure_planning
from bench.longrun import measure_long_run
from bench.serving import measure_serving

LARGEST_COPY = 100_000
LARGEST_PLAN = 20_000
LARGEST_RUN = 30_000


@dataclass
class Report:
    """What a run found; printed as it comes, written at the end."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    ratios: list[Ratio] = field(default_factory=list)

    def latencies(self, title: str, figures: list[Latency]) -> None:
        self.show(title, table(LATENCY_HEAD, [figure.row() for figure in figures]))
        self.keep(title, [as_data(figure) for figure in figures])

    def rates(self, title: str, figures: list[Rate]) -> None:
        self.show(title, table(RATE_HEAD, [figure.row() for figure in figures]))
        self.keep(title, [as_data(figure) for figure in figures])

    def ratio(self, what: str, value: float, limit: float, *, least: bool = False) -> None:
        target = f"{'≥' if least else '≤'} {limit:g}"
        is_met = value >= limit if least else value <= limit
        self.ratios.append(Ratio(what, value, target, is_met))

    def keep(self, title: str, data: Any) -> None:
        self.data[title] = data
        self.write()

    def show(self, title: str, text: str) -> None:
        print(f"\n{title}\n\n{text}", flush=True)

    def finish(self) -> None:
        if self.ratios:
            rows = [ratio.row() for ratio in self.ratios]
            self.show("Against the limits of this run", table(RATIO_HEAD, rows))
        self.keep("ratios", [as_data(ratio) for ratio in self.ratios])
        print(f"\nWritten to {self.path}", flush=True)

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.data, indent=1, default=str, ensure_ascii=False))


def say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def measure(services: Services, options: argparse.Namespace) -> None:
    """Everything that was asked for."""
    begun = time.monotonic()
    now = datetime.now(UTC)
    path = options.out or services.folder / "results" / f"{now:%Y%m%d-%H%M%S}.json"
    report = Report(path)
    report.keep("run", about(options, now))
    parts = {
        "serving": lambda: measure_both(services, options, report),
        "planning": lambda: compare_planning(services, options, report),
        "import": lambda: compare_import(services, options, report),
        "long-run": lambda: compare_long_run(services, options, report),
        "busy": lambda: check_busy(services, options, report),
        "exports": lambda: compare_exports(services, options, report),
        "audits": lambda: check_audit(options, report),
        "estimators": lambda: compare_estimators(services, options, report),
        "dashboard": lambda: check_dashboard(services, options, report),
        "adaptive": lambda: show_adaptive(options, report),
    }
    for name, do in parts.items():
        if name in options.only:
            do()
    report.data["run"]["seconds"] = round(time.monotonic() - begun)
    report.finish()


def about(options: argparse.Namespace, now: datetime) -> dict[str, Any]:
    """What a reader needs to know of the machine and the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        version = cursor.fetchone()[0]
    return {
        "date": now.isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "postgresql": version.split(",")[0],
        "options": {key: value for key, value in vars(options).items() if key != "out"},
    }


def measure_both(services: Services, options: argparse.Namespace, report: Report) -> None:
    """Serving at each size with the same people and rounds, and its limits in turn with them."""
    # Copying millions of cells would say no more: the limits do not know the size.
    small = [size for size in options.sizes if size <= LARGEST_COPY]
    compared = small[-1] if small else options.sizes[0]
    people: dict[int, list[Seat]] = {}
    for size in options.sizes:
        say(f"making a campaign of {size:,} items")
        people[size] = add_seats(open_campaign_of(size), 2 * options.people)
    say("serving and submitting, the sizes in turn")
    measured, limits = measure_serving(services, people, compared, options.rounds)
    found: dict[int, dict[str, Latency]] = {}
    for size, figures in measured.items():
        found[size] = {figure.what: figure for figure in figures}
        report.latencies(f"{size:,} items × 6 strata", figures)
    report.latencies(f"Limits, at {compared:,} items", limits)
    compare_serving(report, found, compared, limits)


def compare_serving(
    report: Report,
    found: dict[int, dict[str, Latency]],
    size: int,
    limits: list[Latency],
) -> None:
    limit_ms = sum(one.database_cpu_ms for one in limits if "minimal" in one.what)
    for callers in ("1 at once", "8 at once"):
        bare_ms = next(one for one in limits if f"bare view, {callers}" == one.what).web_cpu_ms
        cycle = [found[size][f"REST {what}, {callers}"] for what in ("serve", "submit")]
        page = found[size][f"page submit+serve, {callers}"]
        rest_ms = sum(one.web_cpu_ms for one in cycle)
        report.ratio(f"web CPU, REST serve + submit / bare view, {callers}", rest_ms / bare_ms, 6)
        page_ratio = page.web_cpu_ms / bare_ms
        report.ratio(f"web CPU, page submit+serve / bare view, {callers}", page_ratio, 6)
        database = sum(one.database_cpu_ms for one in cycle) / limit_ms
        report.ratio(f"db CPU, REST cycle / minimal SQL cycle, {callers}", database, 3)
    sizes = sorted(found)
    for what in ("serve", "submit"):
        name = f"REST {what}, 1 at once"
        least, most = found[sizes[0]][name], found[sizes[-1]][name]
        title = f"p50 of {what}, {sizes[-1]:,} / {sizes[0]:,} items"
        report.ratio(title, most.p50_ms / least.p50_ms, 1.3)
        title = f"CPU of {what}, {sizes[-1]:,} / {sizes[0]:,} items"
        both = [one.web_cpu_ms + one.database_cpu_ms for one in (most, least)]
        report.ratio(title, both[0] / both[1], 1.3)


def compare_planning(services: Services, options: argparse.Namespace, report: Report) -> None:
    count = options.sizes[-1] if options.full else min(options.sizes[-1], LARGEST_PLAN)
    say(f"planning {count:,} items")
    rates = measure_planning(services, count, repeats=3 if count <= LARGEST_PLAN else 1)
    report.rates("Planning, in cells", rates)
    less, whole, plain = rates
    name = "cells/s, planner / plain INSERT … SELECT"
    report.ratio(name, whole.per_second / plain.per_second, 0.5, least=True)
    name = "cells per second of database CPU, planner / plain INSERT … SELECT"
    report.ratio(name, plain.database_cpu_s / whole.database_cpu_s, 0.5, least=True)
    name = "peak memory of planning, whole / a quarter"
    report.ratio(name, whole.peak_rss_mb / less.peak_rss_mb, 1.1)


def compare_import(services: Services, options: argparse.Namespace, report: Report) -> None:
    say(f"importing {options.import_rows:,} items")
    rates = measure_import(services, options.import_rows)
    report.rates("Import, in items", rates)
    less, whole, _upload, rest, _lines, rows = rates
    report.ratio("items/s over REST", rest.per_second, 10_000, least=True)
    name = "items/s, import job / COPY into items and responses"
    report.ratio(name, whole.per_second / rows.per_second, 0.2, least=True)
    name = "peak memory of an import, whole / a tenth"
    report.ratio(name, whole.peak_rss_mb / less.peak_rss_mb, 1.1)


def compare_long_run(services: Services, options: argparse.Namespace, report: Report) -> None:
    size = min(options.sizes[-1], LARGEST_COPY if options.full else LARGEST_RUN)
    say(f"a long run of {options.judgments:,} judgments on {size:,} items")
    found: list[list[Latency]] = []
    with web_server(services.folder) as web:
        numbers = (size, options.judgments, options.people, options.rounds)
        for title, figures, plan in measure_long_run(services, web, *numbers):
            report.latencies(f"{size:,} items, {title}", figures)
            report.keep(f"claim, {title}", plan)
            found.append(figures)
    for first, last in zip(found[0], found[-2], strict=True):
        ratio = last.p50_ms / first.p50_ms
        report.ratio(f"p50 of {first.what}, {options.judgments:,} judgments / none", ratio, 1.3)
        cpu = [one.web_cpu_ms + one.database_cpu_ms for one in (last, first)]
        name = f"CPU of {first.what}, {options.judgments:,} judgments / none"
        report.ratio(name, cpu[0] / cpu[1], 1.3)


def check_busy(services: Services, options: argparse.Namespace, report: Report) -> None:
    size = min(options.sizes[-1], LARGEST_COPY)
    people, seconds = options.busy_people, options.busy_seconds
    say(f"{people} people judge for {seconds:.0f} s, each with two seconds of thought")
    figures, notes = measure_busy(services, size, people, seconds)
    report.latencies(
        f"{people} people at once, {len(notes.exports)} exports of "
        f"{median(notes.exports):.0f} s meanwhile",
        figures,
    )
    report.keep("busy, errors", notes.errors)
    found = {figure.what: figure for figure in figures}
    for what in ("REST serve", "page submit+serve"):
        report.ratio(f"p95 of {what}, {people} people, in ms", found[what].p95_ms, 300)
    report.ratio("errors of the busy run", len(notes.errors), 0)


def compare_exports(services: Services, options: argparse.Namespace, report: Report) -> None:
    say(f"snapshots of {options.exported:,} judgments")
    rates = measure_exports(services, options.exported, repeats=min(options.rounds, 3))
    report.rates("Snapshots, in judgments", list(rates.values()))
    for format, least in zip(FORMATS, (0.4, 0.25), strict=True):
        share = rates[format].per_second / rates["copy"].per_second
        report.ratio(f"judgments/s, {format} snapshot / COPY of the join", share, least, least=True)
        whole, less = rates[format].peak_rss_mb, rates[f"less-{format}"].peak_rss_mb
        report.ratio(f"peak MB of a {format} snapshot", whole, 400)
        report.ratio(f"peak memory of a {format} snapshot, whole / a tenth", whole / less, 1.1)
    gain = rates["workers-1"].seconds / rates["workers-2"].seconds
    report.ratio("speed of a snapshot, two workers / one", gain, 1.6, least=True)
    gain = rates["one-core"].seconds / rates["workers-2"].seconds
    report.ratio("… two workers on two cores / one on one", gain, 1.6, least=True)


def check_audit(options: argparse.Namespace, report: Report) -> None:
    say("an audit of values, from file to report")
    rates, parameters = measure_audit(options.transcripts)
    report.rates("Audit of values", rates)
    report.keep("audit, parameters", parameters)
    report.ratio("seconds from file to report", rates[-1].seconds, 60)


def compare_estimators(services: Services, options: argparse.Namespace, report: Report) -> None:
    say(f"Bradley–Terry by stratum over {options.modelled:,} comparisons")
    rates = measure_estimators(options.modelled, options.rounds)
    report.rates("Bradley–Terry, in comparisons", list(rates.values()))
    report.ratio("seconds of Bradley–Terry by stratum", rates["ties"].seconds, 5)
    bootstraps = rates["bootstraps"].seconds / rates["ties"].seconds
    report.ratio(f"{REPLICATES} bootstraps / one fit", bootstraps, 20)
    for library in LIBRARIES:
        if library in rates:
            gain = rates["fit"].per_second / rates[library].per_second
            report.ratio(f"comparisons/s, Bradley–Terry / {library}", gain, 1, least=True)
    if missing := missing_libraries():
        words = f"Not installed, so nothing was compared with: {', '.join(missing)}."
        report.show("Libraries that are missing", words)
        report.keep("libraries that are missing", missing)
    say(f"a campaign of {options.modelled:,} judgments, read into arrays")
    read = measure_extraction(services, options.modelled, min(options.rounds, 3))
    report.rates("Extraction from the database, in judgments", list(read.values()))
    report.ratio("seconds of the extraction", read["read"].seconds, 10)
    share = read["read"].per_second / read["copy"].per_second
    report.ratio("judgments/s, extraction / COPY of the same rows", share, 0.1, least=True)


def check_dashboard(services: Services, options: argparse.Namespace, report: Report) -> None:
    say(f"a dashboard over {options.counted:,} judgments")
    done, figures, rates = measure_dashboard(services, options.counted, options.rounds)
    report.latencies(f"Researchers' pages, {done:,} judgments", figures)
    report.rates("Counting, in judgments", rates)
    for figure in figures:
        report.ratio(f"p95 of {figure.what} at {done:,} judgments, in ms", figure.p95_ms, 300)


def show_adaptive(options: argparse.Namespace, report: Report) -> None:
    for title, text, data in measure_adaptive(options.replications, options.figure):
        report.show(title, text)
        report.keep(title, data)
