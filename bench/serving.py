"""Serving and submitting over HTTP, and the bare view beside it."""

from collections.abc import Sequence

from annotation.models import Campaign, Seat
from bench.annotators import PageAnnotator, RestAnnotator, session_of
from bench.bare.annotator import BareVisitor
from bench.figures import Latency
from bench.installation import Services, Web, web_server
from bench.load import Load, Recorder

CONCURRENCIES = (1, 8)


def measure_rest(load: Load, people: Sequence[RestAnnotator], rounds: int) -> list[Latency]:
    """Everybody is served once, then everybody submits; the first round is not counted."""
    callers = callers_of(load)
    serve, submit = Recorder(f"REST serve, {callers}"), Recorder(f"REST submit, {callers}")
    for number in range(rounds + 1):
        served = load.run([person.serve for person in people])
        submitted = load.run([person.submit for person in people])
        if number:
            serve.rounds.append(served)
            submit.rounds.append(submitted)
    return [serve.figure(), submit.figure()]


def measure_page(load: Load, people: Sequence[PageAnnotator], rounds: int) -> list[Latency]:
    """Everybody opens the page, then answers on it: one request submits and serves."""
    cycle = Recorder(f"page submit+serve, {callers_of(load)}")
    load.run([person.open for person in people])
    for number in range(rounds + 1):
        done = load.run([person.cycle for person in people])
        if number:
            cycle.rounds.append(done)
    return [cycle.figure()]


def callers_of(load: Load) -> str:
    return f"{load.concurrency} at once"


def measure_campaign(
    services: Services, web: Web, campaign: Campaign, seats: Sequence[Seat], rounds: int
) -> list[Latency]:
    """REST and the page, with one annotator at a time and with eight."""
    users = [seat.annotator.user for seat in seats]
    figures: list[Latency] = []
    for concurrency in CONCURRENCIES:
        load = Load(services, web, concurrency)
        rest = [RestAnnotator.of(campaign.slug, user) for user in users]
        figures += measure_rest(load, rest, rounds)
        page = [PageAnnotator.of(campaign.slug, user) for user in users]
        figures += measure_page(load, page, rounds)
        # What the page was left with is answered, so that the next measurement begins with nothing.
        load.run([person.serve for person in rest])
        load.run([person.submit for person in rest])
    return figures


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
