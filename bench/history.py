"""A long past in bulk SQL: judgments with all that belongs to them, counters equal to the rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from annotation.models import Assignment, Campaign, Seat
from annotation.services.judging import submit_judgment
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from bench.shapes import columns_of, newest_row

AT_ONCE = 5_000

# The cells that serving would give next, dealt out in turn over the seats of their stratum.
PICK = """
CREATE TEMP TABLE picked AS
WITH seats AS (
    SELECT id, stratum_id, annotator_id, consent_id, profile_id,
           row_number() OVER (PARTITION BY stratum_id ORDER BY id) - 1 AS place,
           count(*) OVER (PARTITION BY stratum_id) AS seats
    FROM annotation_seat WHERE id = ANY(%(seats)s)
), cells AS (
    SELECT stratum.campaign_id, cell.*,
           row_number() OVER (PARTITION BY stratum.id ORDER BY cell.taken, cell.shuffle) AS turn
    FROM annotation_stratum stratum CROSS JOIN LATERAL (
        SELECT id AS coverage_id, item_id, stratum_id, taken, shuffle, order_offset, served
        FROM annotation_coverage open
        WHERE open.stratum_id = stratum.id AND open.taken < open.target
        ORDER BY open.taken, open.shuffle LIMIT %(each)s) cell
    WHERE stratum.campaign_id = %(campaign)s
)
SELECT nextval(pg_get_serial_sequence('annotation_assignment', 'id')) AS assignment_id,
       cells.campaign_id, cells.coverage_id, cells.item_id, cells.stratum_id,
       seats.id AS seat_id, seats.annotator_id, seats.consent_id, seats.profile_id,
       CASE (cells.served + cells.order_offset) %% 2
           WHEN 0 THEN '["r1", "r2"]' ELSE '["r2", "r1"]' END::jsonb AS presented_order
FROM cells JOIN seats USING (stratum_id)
WHERE seats.place = (cells.turn + %(turn)s) %% seats.seats
  AND NOT EXISTS (
      SELECT 1 FROM annotation_assignment seen
      WHERE seen.annotator_id = seats.annotator_id AND seen.item_id = cells.item_id)
"""
COUNT = """
UPDATE annotation_coverage SET served = served + 1, submitted = submitted + 1
FROM picked WHERE annotation_coverage.id = picked.coverage_id
"""
COUNT_SEATS = """
UPDATE annotation_seat SET submitted = submitted + done.judgments
FROM (SELECT seat_id, count(*) AS judgments FROM picked GROUP BY seat_id) done
WHERE annotation_seat.id = done.seat_id
"""
PICKED = ("campaign_id", "item_id", "stratum_id", "seat_id", "annotator_id", "coverage_id")
JUDGED = ("campaign_id", "item_id", "stratum_id", "annotator_id", "consent_id", "profile_id")
WRONG_CELLS = """
SELECT count(*) FROM annotation_coverage cell
JOIN annotation_stratum stratum ON stratum.id = cell.stratum_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'submitted') AS submitted,
           count(*) FILTER (WHERE status = 'leased') AS leased, count(*) AS served
    FROM annotation_assignment WHERE coverage_id = cell.id
) there ON true
WHERE stratum.campaign_id = %(campaign)s
  AND (cell.submitted, cell.leased) <> (there.submitted, there.leased)
"""
WRONG_SEATS = """
SELECT count(*) FROM annotation_seat seat
WHERE seat.campaign_id = %(campaign)s AND seat.submitted <> (
    SELECT count(*) FROM annotation_judgment judgment
    JOIN annotation_assignment assignment ON assignment.id = judgment.assignment_id
    WHERE assignment.seat_id = seat.id)
"""


def judged_once(seat: Seat) -> None:
    """One judgment by the services: what a past in bulk is made after."""
    assignment = next_assignment(seat)
    assert isinstance(assignment, Assignment), f"There is nothing to serve: {assignment}."
    submit_judgment(assignment, Submission(answers={"overall": {"outcome": "tie"}}))


def add_judgments(campaign: Campaign, seats: Sequence[Seat], count: int) -> int:
    """So many judgments by these people, in transactions as serving would have ordered them.

    Needs one assignment and one judgment of the campaign as templates. Returns how many there was
    room for.
    """
    inserts = [
        insert_like("assignment", PICKED, {"status": "'submitted'", "id": "assignment_id"}),
        insert_like("judgment", JUDGED, {"assignment_id": "assignment_id"}),
    ]
    strata = campaign.strata.count()
    done = turn = empty = 0
    while done < count and empty < len(seats):
        each = -(-min(AT_ONCE, count - done) // strata)
        names: dict[str, Any] = {"campaign": campaign.pk, "seats": [seat.pk for seat in seats]}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PICK, {**names, "each": each, "turn": turn})
            for statement, template in inserts:
                cursor.execute(statement, template)
            found = cursor.rowcount
            cursor.execute(COUNT)
            cursor.execute(COUNT_SEATS)
            cursor.execute("DROP TABLE picked")
        empty = 0 if found else empty + 1
        done += found
        turn += 1
    return done


def insert_like(
    name: str, picked: Sequence[str], others: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """An INSERT that takes some columns from `picked` and the rest from the newest row."""
    table = f"annotation_{name}"
    template = newest_row(table)
    fixed = {column: f"picked.{column}" for column in (*picked, "presented_order")}
    fixed |= {"idempotency_key": "'bench-' || picked.assignment_id", **others}
    columns = columns_of(table)
    if "id" in others:
        columns = ["id", *columns]
    values = [fixed.get(column, f"%({column})s") for column in columns]
    kinds = column_types(table)
    typed = [
        f"{value}::{kinds[column]}" if value.startswith("%(") else value
        for column, value in zip(columns, values, strict=True)
    ]
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(typed)} FROM picked"  # noqa: S608
    return statement, template


def column_types(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f"public.{table}"],
        )
        return dict(cursor.fetchall())


def wrong_counters(campaign: Campaign) -> int:
    """Cells and seats whose counters are not what their rows say."""
    with connection.cursor() as cursor:
        total = 0
        for statement in (WRONG_CELLS, WRONG_SEATS):
            cursor.execute(statement, {"campaign": campaign.pk})
            total += cursor.fetchone()[0]
    return total
