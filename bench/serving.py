"""Serving and submitting over HTTP, and the bare view beside it."""

from collections.abc import Generator, Mapping, Sequence
from typing import TypeVar

from annotation.models import Campaign, Seat
from bench.annotators import PageAnnotator, RestAnnotator, session_of
from bench.bare.annotator import BareVisitor
from bench.figures import Latency
from bench.installation import Services, Web, web_server
from bench.load import Load, Recorder

CONCURRENCIES = (1, 8)
Rounds = Generator[None, None, list[Latency]]
Key = TypeVar("Key")


def rest_rounds(load: Load, people: Sequence[RestAnnotator], rounds: int) -> Rounds:
    """Everybody is served once, then everybody submits; the first round is not counted."""
    callers = callers_of(load)
    serve, submit = Recorder(f"REST serve, {callers}"), Recorder(f"REST submit, {callers}")
    for number in range(rounds + 1):
        served = load.run([person.serve for person in people])
        submitted = load.run([person.submit for person in people])
        if number:
            serve.rounds.append(served)
            submit.rounds.append(submitted)
        yield
    return [serve.figure(), submit.figure()]


def page_rounds(load: Load, people: Sequence[PageAnnotator], rounds: int) -> Rounds:
    """Everybody opens the page, then answers on it: one request submits and serves."""
    cycle = Recorder(f"page submit+serve, {callers_of(load)}")
    load.run([person.open for person in people])
    for number in range(rounds + 1):
        done = load.run([person.cycle for person in people])
        if number:
            cycle.rounds.append(done)
        yield
    return [cycle.figure()]


def callers_of(load: Load) -> str:
    return f"{load.concurrency} at once"


def alternate(measured: Mapping[Key, Rounds]) -> dict[Key, list[Latency]]:
    """A round of each in turn: what else the machine does weighs on all of them alike."""
    found: dict[Key, list[Latency]] = {}
    while len(found) < len(measured):
        for key, rounds in measured.items():
            if key not in found:
                try:
                    next(rounds)
                except StopIteration as end:
                    found[key] = end.value
    return found


def measure_campaigns(
    services: Services, web: Web, campaigns: Mapping[int, Sequence[Seat]], rounds: int
) -> dict[int, list[Latency]]:
    """REST and the page at each size, with one annotator at a time and with eight."""
    found: dict[int, list[Latency]] = {size: [] for size in campaigns}
    rest = {size: [rest_of(seat) for seat in seats] for size, seats in campaigns.items()}
    page = {size: [page_of(seat) for seat in seats] for size, seats in campaigns.items()}
    for concurrency in CONCURRENCIES:
        load = Load(services, web, concurrency)
        by_rest = alternate({key: rest_rounds(load, rest[key], rounds) for key in rest})
        by_page = alternate({key: page_rounds(load, page[key], rounds) for key in page})
        for size in campaigns:
            found[size] += by_rest[size] + by_page[size]
            # What the page was left with is answered: the next measurement begins with nothing.
            load.run([person.serve for person in rest[size]])
            load.run([person.submit for person in rest[size]])
    return found


def rest_of(seat: Seat) -> RestAnnotator:
    return RestAnnotator.of(seat.campaign.slug, seat.annotator.user)


def page_of(seat: Seat) -> PageAnnotator:
    return PageAnnotator.of(seat.campaign.slug, seat.annotator.user)


def measure_bare(
    services: Services, campaign: Campaign, seats: Sequence[Seat], rounds: int
) -> list[Latency]:
    """The limit: session, user, one indexed SELECT, one template; nothing else."""
    figures = []
    item = campaign.items.order_by("pk").values_list("pk", flat=True)[0]
    settings = "bench.bare.settings"
    with web_server(services.folder, f"/{item}/", DJANGO_SETTINGS_MODULE=settings) as web:
        visitors = [BareVisitor(item, session_of(seat.annotator.user)) for seat in seats]
        for concurrency in CONCURRENCIES:
            load = Load(services, web, concurrency)
            recorder = Recorder(f"bare view, {callers_of(load)}")
            for number in range(rounds + 1):
                done = load.run([visitor.visit for visitor in visitors])
                if number:
                    recorder.rounds.append(done)
            figures.append(recorder.figure())
    return figures
