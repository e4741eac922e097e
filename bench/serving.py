"""Serving and submitting over HTTP, and the bare view beside it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from annotation.models import Seat
from bench.annotators import PageAnnotator, RestAnnotator, session_of
from bench.bare.annotator import BareVisitor
from bench.figures import Latency
from bench.history import judged_once
from bench.installation import Services, Web, web_server
from bench.load import Load, Recorder, Rounds
from bench.minimal import minimal_rounds

CONCURRENCIES = (1, 8)
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


def bare_rounds(load: Load, visitors: Sequence[BareVisitor], rounds: int) -> Rounds:
    """The limit of the web: session, user, one indexed SELECT, one template; nothing else."""
    recorder = Recorder(f"bare view, {callers_of(load)}")
    for number in range(rounds + 1):
        done = load.run([visitor.visit for visitor in visitors])
        if number:
            recorder.rounds.append(done)
        yield
    return [recorder.figure()]


def measure_serving(
    services: Services, people: Mapping[int, Sequence[Seat]], compared: int, rounds: int
) -> tuple[dict[int, list[Latency]], list[Latency]]:
    """REST and the page at each size, and the limits, with one annotator at a time and with eight.

    `people` are seats by the size of their campaign: half of them judge by REST, half on the
    page. The limits are those at the size `compared`, a round of each in turn with the others.
    """
    found: dict[int, list[Latency]] = {size: [] for size in people}
    limits: list[Latency] = []
    rest = {size: [rest_of(seat) for seat in seats[::2]] for size, seats in people.items()}
    page = {size: [page_of(seat) for seat in seats[1::2]] for size, seats in people.items()}
    with web_server(services.folder) as web, bare_server(services, people[compared]) as bare:
        visitors = [visitor_of(seat) for seat in people[compared][::2]]
        for concurrency in CONCURRENCIES:
            load = Load(services, web, concurrency)
            measured: dict[tuple[str, int], Rounds] = {}
            for size in people:
                measured["rest", size] = rest_rounds(load, rest[size], rounds)
                measured["page", size] = page_rounds(load, page[size], rounds)
            bare_load = Load(services, bare, concurrency)
            measured["limit", 0] = bare_rounds(bare_load, visitors, rounds)
            if concurrency == 1:
                judged_once(people[compared][0])
                minimal = minimal_rounds(services, people[compared][::2], rounds)
                measured["limit", 1] = minimal
            for (kind, size), figures in alternate(measured).items():
                (limits if kind == "limit" else found[size]).extend(figures)
    return found, limits


def item_of(seat: Seat) -> int:
    """An item for bare views to show."""
    return seat.campaign.items.order_by("pk").values_list("pk", flat=True)[0]


def bare_server(services: Services, seats: Sequence[Seat]) -> AbstractContextManager[Web]:
    path = f"/{item_of(seats[0])}/"
    return web_server(services.folder, path, DJANGO_SETTINGS_MODULE="bench.bare.settings")


def visitor_of(seat: Seat) -> BareVisitor:
    return BareVisitor(item_of(seat), session_of(seat.annotator.user))


def rest_of(seat: Seat) -> RestAnnotator:
    return RestAnnotator.of(seat.campaign.slug, seat.annotator.user)


def page_of(seat: Seat) -> PageAnnotator:
    return PageAnnotator.of(seat.campaign.slug, seat.annotator.user)
