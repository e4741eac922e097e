"""A busy afternoon: hundreds of people judge at their own pace while the dataset is exported."""

import random
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from django.db import connection

from annotation.models import Campaign, Judgment, Seat
from bench.annotators import Line, PageAnnotator, RestAnnotator
from bench.figures import Latency, median, percentile
from bench.fixtures import add_seats, open_campaign_of
from bench.history import add_judgments, judged_once, wrong_counters
from bench.installation import Services, Web, children_of_supervisor, running, web_server
from bench.jobs import call
from bench.load import Operation
from bench.processes import cpu_ms
from bench.serving import page_of, rest_of

# Seconds between seeing an item and answering it, uniformly; two on average.
THINKING = (1.0, 3.0)
CROWD = 60
EXPORT_EVERY = 60.0
# What the judgments of people before the start came from is as long as this.
HISTORY = 100_000


class LostJudgments(Exception):
    """What was acknowledged is not what is stored."""


@dataclass
class Notes:
    """What everybody saw: times by operation, and whatever went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    acknowledged: int = 0
    exports: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float) -> None:
        with self.lock:
            self.times.setdefault(what, []).append(seconds)

    def acknowledge(self) -> None:
        with self.lock:
            self.acknowledged += 1


@dataclass
class Afternoon:
    """One run: its end, by the clock, and what was seen."""

    web: Web
    until: float
    notes: Notes = field(default_factory=Notes)

    def sit_down(self, person: RestAnnotator | PageAnnotator, number: int) -> None:
        """One person from their arrival to the end."""
        chance = random.Random(number)
        line = Line(self.web.port)
        try:
            time.sleep(chance.uniform(0, THINKING[1]))
            if isinstance(person, RestAnnotator):
                self.by_rest(person, line, chance)
            else:
                self.by_page(person, line, chance)
        except Exception as error:
            self.notes.errors.append(f"{type(error).__name__}: {error}"[:300])
        finally:
            line.connection.close()

    def by_rest(self, person: RestAnnotator, line: Line, chance: random.Random) -> None:
        while time.monotonic() < self.until:
            self.timed("REST serve", person.serve, line)
            time.sleep(chance.uniform(*THINKING))
            self.timed("REST submit", person.submit, line)
            self.notes.acknowledge()

    def by_page(self, person: PageAnnotator, line: Line, chance: random.Random) -> None:
        self.timed("page open", person.open, line)
        while time.monotonic() < self.until:
            time.sleep(chance.uniform(*THINKING))
            self.timed("page submit+serve", person.cycle, line)
            self.notes.acknowledge()

    def timed(self, what: str, operation: Operation, line: Line) -> None:
        begun = time.perf_counter()
        operation(line)
        self.notes.add(what, time.perf_counter() - begun)

    def keep_exporting(self, campaign: Campaign) -> None:
        """A snapshot every minute, or as soon as the one before is done."""
        try:
            while (begun := time.monotonic()) < self.until:
                path = f"campaigns/{campaign.slug}/exports/"
                job = call(self.web.port, campaign, "POST", path)
                state = "queued"
                while state not in ("done", "failed", "cancelled"):
                    time.sleep(1)
                    state = call(self.web.port, campaign, "GET", f"exports/{job['id']}/")["state"]
                if state != "done":
                    self.notes.errors.append(f"an export ended as {state}")
                self.notes.exports.append(time.monotonic() - begun)
                rest = min(self.until, begun + EXPORT_EVERY) - time.monotonic()
                time.sleep(max(0.0, rest))
        except Exception as error:
            self.notes.errors.append(f"export: {type(error).__name__}: {error}"[:300])
        finally:
            connection.close()


def measure_busy(
    services: Services, size: int, people: int, seconds: float
) -> tuple[list[Latency], Notes]:
    """So many people for so long; raises `LostJudgments` where a count is not what was said."""
    campaign = open_campaign_of(size, slug="busy")
    seats = add_seats(campaign, people // 6)
    crowd = add_seats(campaign, CROWD // 6)
    judged_once(crowd[0])
    past = 1 + add_judgments(campaign, crowd, min(HISTORY, size))
    with ExitStack() as stack:
        web = stack.enter_context(web_server(services.folder))
        command = children_of_supervisor(services.folder, web.port)[1].command
        stack.enter_context(running(services.folder, command, "worker"))
        before = cpu_ms(web.pid), cpu_ms(services.database_pid)
        afternoon = Afternoon(web, time.monotonic() + seconds)
        gather(afternoon, campaign, seats)
        cpu = cpu_ms(web.pid) - before[0], cpu_ms(services.database_pid) - before[1]
    notes = afternoon.notes
    stored = Judgment.objects.filter(campaign=campaign).count() - past
    if stored != notes.acknowledged:
        raise LostJudgments(f"{notes.acknowledged} were acknowledged, {stored} are stored.")
    if wrong := wrong_counters(campaign):
        raise LostJudgments(f"{wrong} counters do not equal their rows.")
    return latencies(notes, seconds, cpu), notes


def gather(afternoon: Afternoon, campaign: Campaign, seats: Sequence[Seat]) -> None:
    # By REST and on the page in turn.
    people = [(page_of if number % 2 else rest_of)(seat) for number, seat in enumerate(seats)]
    threads = [
        threading.Thread(target=afternoon.sit_down, args=(person, number))
        for number, person in enumerate(people)
    ]
    threads.append(threading.Thread(target=afternoon.keep_exporting, args=(campaign,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def latencies(notes: Notes, seconds: float, cpu: tuple[float, float]) -> list[Latency]:
    """A line for each operation; CPU is that of everything, divided by the judgments given."""
    each = max(1, notes.acknowledged)
    return [
        Latency(
            what=what,
            operations=len(times),
            per_second=len(times) / seconds,
            p50_ms=1000 * median(times),
            p95_ms=1000 * percentile(times, 0.95),
            p99_ms=1000 * percentile(times, 0.99),
            web_cpu_ms=cpu[0] / each,
            database_cpu_ms=cpu[1] / each,
        )
        for what, times in sorted(notes.times.items())
    ]
