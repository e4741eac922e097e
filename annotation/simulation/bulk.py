"""Answering in bulk: places are given to people in memory and written some thousand at a time.

Each batch is one transaction that takes the locks of serving and judging, in their order and by
id: the seats, then the cells. Under the locks it reads what it decides on, so real people, and
other simulations, may be at work at the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from annotation.counterbalance import presented_order
from annotation.models import Assignment, Campaign, Coverage, Seat
from annotation.services.copying import copy_rows
from annotation.services.serving import limit_reached, session_break
from annotation.simulation.cells import Cells
from annotation.simulation.meeting import Outcome, Sheet, sheets_of
from annotation.simulation.population import Person
from annotation.simulation.repeats import Repeats
from annotation.simulation.rows import Rows, assignment_row, end_assignment, judgment_row
from annotation.simulation.run import Run
from annotation.simulation.schedule import Schedule, Turn

ADVANCE_CELLS = """
UPDATE annotation_coverage cell
SET submitted = cell.submitted + more.submitted, served = cell.served + more.served
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS more (id, submitted, served)
WHERE cell.id = more.id
"""
# The rows are locked, so what was counted on them in memory is what they hold.
ADVANCE_SEATS = """
UPDATE annotation_seat seat
SET submitted = now.submitted, submitted_on_day = now.on_day,
    submitted_in_session = now.in_session, day = now.day, last_submitted_at = now.at
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::date[], %s::timestamptz[])
     AS now (id, submitted, on_day, in_session, day, at)
WHERE seat.id = now.id
"""
CELL_FIELDS = ("pk", "item_id", "taken", "target", "served", "order_offset", "inclusion")


def answer_in_bulk(run: Run, people: Sequence[Person]) -> list[Person]:
    """Give open places to people, stratum by stratum; returns who has not left or had enough.

    Taking up again what lapsed is left to serving.
    """
    staying: list[Person] = []
    for stratum in run.campaign.strata.all():
        here = [person for person in people if person.seat.stratum_id == stratum.pk]
        schedule = Schedule(here, run.behaviour, run.seed)
        repeats = Repeats(run.campaign)
        cells = Cells(stratum, run.campaign.strategy, run.seed)
        for places in cells.batches():
            batch = Batch(run, schedule, repeats)
            with transaction.atomic():
                goes_on = batch.fill(places)
            cells.taken = len(batch.rows.judgments)
            run.on_progress(run.report.judgments)
            if not goes_on:
                break
        staying += schedule.people
    return staying


@dataclass(slots=True)
class Cell:
    """A locked cell, and what this batch adds to it."""

    pk: int
    item_id: int
    taken: int
    target: int
    served: int
    order_offset: int
    inclusion: float
    answered: int = 0
    shown: int = 0

    @property
    def has_room(self) -> bool:
        return self.taken + self.answered < self.target

    @property
    def turn(self) -> int:
        """The turn of the last showing, as serving counts them."""
        return self.served + self.shown + self.order_offset


class Batch:
    """One transaction's worth of answers in one stratum."""

    def __init__(self, run: Run, schedule: Schedule, repeats: Repeats) -> None:
        self.run = run
        self.schedule = schedule
        self.repeats = repeats
        self.rows = Rows()

    def fill(self, places: Sequence[int]) -> bool:
        """Give each place, a cell's id, to somebody; tells whether there is more to be done."""
        # Guideline, limits and status may have changed since the last batch.
        self.campaign = self.run.campaign = Campaign.objects.get(pk=self.run.campaign.pk)
        if not self.campaign.is_open or not self.schedule.turns:
            return False
        self.lock(places)
        for place in places:
            cell = self.cells.get(place)
            if cell is not None and cell.has_room:
                self.give(cell)
        self.write()
        return bool(self.schedule.turns)

    def lock(self, places: Sequence[int]) -> None:
        """Seats, then cells, each in the order of ids; and what is known of both."""
        people = self.schedule.people
        seats = Seat.objects.select_for_update(no_key=True).order_by("pk")
        self.seats = {
            seat.pk: seat for seat in seats.filter(pk__in=[person.seat.pk for person in people])
        }
        for seat in self.seats.values():
            seat.campaign = self.campaign
        cells = Coverage.objects.select_for_update().order_by("pk")
        open_cells = cells.filter(pk__in=set(places), taken__lt=F("target"))
        self.cells = {row[0]: Cell(*row) for row in open_cells.values_list(*CELL_FIELDS)}
        items = [cell.item_id for cell in self.cells.values()]
        met = Assignment.objects.filter(
            item__in=items, annotator__in=[person.seat.annotator_id for person in people]
        )
        self.met = set(met.values_list("annotator_id", "item_id"))
        self.sheets = sheets_of(items)

    def give(self, cell: Cell) -> None:
        """Offer one place to people in turn until somebody who has not met the item answers."""
        aside: list[Turn] = []
        while turn := self.schedule.next():
            person = turn[2]
            if self.has_enough(self.seats[person.seat.pk]):
                continue
            if (person.seat.annotator_id, cell.item_id) in self.met:
                aside.append(turn)
            elif self.repeat(turn):
                continue
            elif self.show(turn, cell):
                break
        for turn in aside:
            self.schedule.put_back(turn)

    def has_enough(self, seat: Seat) -> bool:
        """Whether serving would have nothing for the person, or the run wants no more of them."""
        most = self.run.most_each
        enough = most is not None and seat.submitted >= most
        return enough or seat.has_lapsed or limit_reached(seat, timezone.now()) is not None

    def show(self, turn: Turn, cell: Cell) -> bool:
        """The person meets the item; tells whether they answered."""
        person, sheet = turn[2], self.sheets[cell.item_id]
        cell.shown += 1
        self.met.add((person.seat.annotator_id, cell.item_id))
        order = presented_order(sheet.response_ids, cell.turn)
        outcome = self.meet(turn, sheet, order, cell)
        if outcome == Outcome.JUDGED:
            cell.answered += 1
            self.repeats.remember(person, cell.item_id, order)
        return outcome == Outcome.JUDGED

    def repeat(self, turn: Turn) -> bool:
        """At the campaign's rate the turn goes to an item judged before; tells whether it did."""
        drawn = self.repeats.draw(turn[2], self.seats[turn[2].seat.pk])
        if drawn is None:
            return False
        item_id, order = drawn
        sheet = self.sheets.get(item_id) or sheets_of([item_id])[item_id]
        self.meet(turn, sheet, order, None)
        return True

    def meet(self, turn: Turn, sheet: Sheet, order: list[str], cell: Cell | None) -> Outcome:
        """Keep what came of a meeting, and let the person go on unless they leave."""
        person = turn[2]
        assignment = assignment_row(self.campaign, person, sheet, order)
        if cell is None:
            assignment.is_repeat = True
        else:
            assignment.coverage_id, assignment.propensity = cell.pk, cell.inclusion
        meeting = self.run.meet(person, sheet, is_repeat=assignment.is_repeat)
        end_assignment(assignment, meeting)
        self.rows.assignments.append(assignment)
        if meeting.outcome == Outcome.JUDGED:
            judgment = judgment_row(assignment, person, sheet, meeting)
            self.rows.judgments.append(judgment)
            count_on_seat(self.seats[person.seat.pk], judgment.submitted_at)
        self.run.count(meeting)
        if not meeting.leaves:
            self.schedule.again(turn, meeting.took_ms)
        return meeting.outcome

    def write(self) -> None:
        """Everything at once; the constraints look at it as at anybody's."""
        copy_rows(self.rows.assignments)
        for judgment in self.rows.judgments:
            judgment.assignment_id = judgment.assignment.pk
        copy_rows(self.rows.judgments)
        moved = [(cell.pk, cell.answered, cell.shown) for cell in self.cells.values() if cell.shown]
        worked = {one.seat_id for one in self.rows.assignments if one.status == "submitted"}
        seats = [seat_counts(self.seats[seat]) for seat in sorted(worked)]
        with connection.cursor() as cursor:
            if moved:
                cursor.execute(ADVANCE_CELLS, columns(moved))
            if seats:
                cursor.execute(ADVANCE_SEATS, columns(seats))


def count_on_seat(seat: Seat, now: datetime) -> None:
    """As judging counts: in all, on this day, in this session."""
    pause = session_break(seat.campaign)
    goes_on = seat.last_submitted_at is not None and seat.last_submitted_at > now - pause
    seat.submitted += 1
    seat.submitted_on_day = seat.submitted_on_day + 1 if seat.day == now.date() else 1
    seat.submitted_in_session = seat.submitted_in_session + 1 if goes_on else 1
    seat.day, seat.last_submitted_at = now.date(), now


def seat_counts(seat: Seat) -> tuple[Any, ...]:
    counts = (seat.submitted, seat.submitted_on_day, seat.submitted_in_session)
    return (seat.pk, *counts, seat.day, seat.last_submitted_at)


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
