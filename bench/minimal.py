"""The limit for the database: what claiming and submitting cannot do without, in plain SQL."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg2
from django.db import connection

from annotation.models import Campaign, Seat
from bench.installation import Services
from bench.load import Recorder, Round, Rounds
from bench.processes import cpu_ms
from bench.shapes import columns_of, copy_table, newest_row

TABLES = ("annotation_coverage", "annotation_assignment", "annotation_judgment")
COUNTERS = ("leased", "submitted", "served")
CLAIM = """
UPDATE bench.annotation_coverage SET leased = leased + 1, served = served + 1
WHERE id = (
    SELECT id FROM bench.annotation_coverage WHERE stratum_id = %s AND taken < target
    ORDER BY taken, shuffle LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, item_id
"""
ASSIGN = "INSERT INTO bench.annotation_assignment ({columns}) VALUES ({values}) RETURNING id"
COUNT = (
    "UPDATE bench.annotation_coverage SET leased = leased - 1, submitted = submitted + 1 "
    "WHERE id = %s"
)
ANSWERED = "UPDATE bench.annotation_assignment SET status = 'submitted' WHERE id = %s"
JUDGE = "INSERT INTO bench.annotation_judgment ({columns}) VALUES ({values})"


def columns_and_values(row: dict[str, Any]) -> dict[str, str]:
    return {"columns": ", ".join(row), "values": ", ".join(f"%({key})s" for key in row)}


class MinimalClient:
    """One bare connection that claims and submits; every statement is sent as it is."""

    def __init__(self, templates: dict[str, dict[str, Any]]) -> None:
        self.connection = psycopg2.connect(**connection.get_connection_params())
        self.assignment_row = templates["assignment"]
        self.judgment_row = templates["judgment"]
        self.assign = ASSIGN.format(**columns_and_values(self.assignment_row))
        self.judge = JUDGE.format(**columns_and_values(self.judgment_row))

    def serve(self, seat: Seat) -> dict[str, Any]:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(CLAIM, [seat.stratum_id])
            cell, item = cursor.fetchone()
            whose = {"seat_id": seat.pk, "annotator_id": seat.annotator_id}
            row = {**self.assignment_row, **whose, "item_id": item, "coverage_id": cell}
            cursor.execute(self.assign, row)
            return {**whose, "cell": cell, "item_id": item, "assignment_id": cursor.fetchone()[0]}

    def submit(self, held: dict[str, Any]) -> None:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(COUNT, [held["cell"]])
            cursor.execute(ANSWERED, [held["assignment_id"]])
            key = {"idempotency_key": str(held["assignment_id"])}
            cursor.execute(self.judge, {**self.judgment_row, **held, **key})


def template_rows() -> dict[str, dict[str, Any]]:
    """An assignment and a judgment as the product has written them."""
    rows = {name: newest_row(f"annotation_{name}") for name in ("assignment", "judgment")}
    rows["assignment"]["status"] = "leased"
    return rows


def minimal_rounds(services: Services, seats: Sequence[Seat], rounds: int) -> Rounds:
    """Claim, insert, count; submit, count, insert: on copies of the tables, by one client."""
    templates = template_rows()
    for table in TABLES:
        copy_table(table)
    fill_coverage(seats[0].campaign)
    client = MinimalClient(templates)
    serve, submit = Recorder("minimal SQL serve"), Recorder("minimal SQL submit")
    for number in range(rounds + 1):
        served, held = timed_round(services, client.serve, seats)
        submitted, _none = timed_round(services, client.submit, held)
        if number:
            serve.rounds.append(served)
            submit.rounds.append(submitted)
        yield
    client.connection.close()
    return [serve.figure(), submit.figure()]


def timed_round(
    services: Services, operation: Any, subjects: Sequence[Any]
) -> tuple[Round, list[Any]]:
    before = cpu_ms(services.database_pid)
    begun = time.perf_counter()
    times, results = [], []
    for subject in subjects:
        start = time.perf_counter()
        results.append(operation(subject))
        times.append(time.perf_counter() - start)
    seconds = time.perf_counter() - begun
    return Round(times, seconds, 0.0, cpu_ms(services.database_pid) - before), results


def fill_coverage(campaign: Campaign) -> None:
    """The campaign's cells, all of them open."""
    columns = columns_of("annotation_coverage")
    values = ["0" if column in COUNTERS else column for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bench.annotation_coverage ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM annotation_coverage WHERE stratum_id IN "
            "(SELECT id FROM annotation_stratum WHERE campaign_id = %s)",
            [campaign.pk],
        )
        cursor.execute("VACUUM ANALYZE bench.annotation_coverage")
