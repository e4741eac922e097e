"""Serving after a long past: the claims of a campaign's life, and the judgments they left."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, transaction

from annotation.models import Campaign, Seat
from annotation.services.serving import claim_cell
from bench.annotators import RestAnnotator
from bench.figures import Latency
from bench.fixtures import add_seats, analyze, open_campaign_of
from bench.history import add_judgments, wrong_counters
from bench.installation import Services, Web
from bench.load import Load
from bench.serving import alternate, rest_rounds

CROWD = 50


class BrokenHistory(Exception):
    """The bulk statements left counters that do not equal the rows."""


def measure_long_run(
    services: Services, web: Web, size: int, judgments: int, people: int, rounds: int
) -> Iterator[tuple[str, list[Latency], dict[str, str]]]:
    """The same people at the same work: at first, after 100,000 claims, after all judgments.

    What follows right after the claims finds what they left in indexes and tables; autovacuum
    comes in its own time. The last stage has been vacuumed, as a campaign overnight.
    """
    campaign = open_campaign_of(size, slug=f"long-run-{size}")
    seats = add_seats(campaign, people)
    crowd = add_seats(campaign, CROWD)
    load = Load(services, web, 1)
    rest = [RestAnnotator.of(campaign.slug, seat.annotator.user) for seat in seats]

    def stage(title: str) -> tuple[str, list[Latency], dict[str, str]]:
        plan = claim_plan(seats[0])
        return title, alternate({title: rest_rounds(load, rest, rounds)})[title], plan

    yield stage("nothing judged")
    early = min(100_000, judgments)
    done = grow(campaign, [*seats, *crowd], early)
    yield stage(f"after {done:,} claims")
    with long_snapshot():
        done += grow(campaign, [*seats, *crowd], min(20_000, judgments))
        yield stage(f"after {done:,} claims, the last under a long snapshot")
    done += grow(campaign, [*seats, *crowd], judgments - done)
    yield stage(f"with {done:,} judgments")
    analyze()
    yield stage(f"with {done:,} judgments, vacuumed")


def grow(campaign: Campaign, seats: list[Seat], count: int) -> int:
    done = add_judgments(campaign, seats, count) if count > 0 else 0
    if wrong := wrong_counters(campaign):
        raise BrokenHistory(f"{wrong} counters of {campaign.slug} do not equal their rows.")
    return done


@contextmanager
def long_snapshot() -> Iterator[None]:
    """A transaction that keeps its view of the database, as exports do: nothing is cleaned up."""
    reader: Any = psycopg2.connect(**connection.get_connection_params())
    try:
        reader.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with reader.cursor() as cursor:
            cursor.execute("SELECT 1 FROM annotation_campaign LIMIT 1")
        yield
    finally:
        reader.close()


def claim_plan(seat: Seat) -> dict[str, str]:
    """EXPLAIN (ANALYZE, BUFFERS) of the claim for this seat; what it changes is rolled back."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with transaction.atomic(), connection.execute_wrapper(note):
            claim_cell(seat)
            transaction.set_rollback(True)
        sql, params = next(one for one in seen if "claim_" in one[0])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        transaction.set_rollback(True)
    return {"statement": sql, "plan": plan}
