"""Assignments and coverage as rows: the design, what became of it, and what is missing."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from annotation.models import Assignment, Coverage
from exports.selectors.frame import Frame, NamedRow, Stream
from exports.tables import ASSIGNMENTS, COVERAGE

ROWS_AT_ONCE = 2000
NEVER_SERVED = "never_served"


class AssignmentSource(NamedTuple):
    assignment_id: int
    item_id: str
    annotator: int
    pseudonym: str
    stratum: str
    strategy: str
    propensity: float | None
    status: str
    is_repeat: bool
    presented_order: list[str]
    served_at: Any
    ended_at: Any
    lease_expires_at: Any
    skip_reason: str


class CellSource(NamedTuple):
    item_id: str
    stratum: str
    target: int
    leased: int
    submitted: int
    served: int


def assignment_stream(frame: Frame) -> Stream:
    """Everything that was ever served."""
    assignments = Assignment.objects.using(frame.alias).filter(campaign=frame.campaign)
    sources = (
        assignments.order_by("pk")
        .values_list(
            *("pk", "item__external_id", "annotator_id", "annotator__pseudonym", "stratum__key"),
            *("strategy", "propensity", "status", "is_repeat", "presented_order", "served_at"),
            *("ended_at", "lease_expires_at", "skip_reason"),
        )
        .iterator(chunk_size=ROWS_AT_ONCE)
    )
    return Stream(
        count=assignments.count(),
        sources=map(AssignmentSource._make, sources),
        rows_of=lambda source: iter([(ASSIGNMENTS.name, assignment_row(frame, source))]),
    )


def assignment_row(frame: Frame, source: AssignmentSource) -> dict[str, Any]:
    return {
        "assignment_id": source.assignment_id,
        "item_id": source.item_id,
        "annotator_id": frame.name_of(source.annotator, source.pseudonym),
        "stratum": frame.stratum_of(source.annotator, source.stratum),
        "strategy": source.strategy,
        "propensity": source.propensity,
        "status": source.status,
        "is_repeat": source.is_repeat,
        "presented_order": source.presented_order,
        "served_at": source.served_at,
        "ended_at": source.ended_at,
        "lease_expires_at": source.lease_expires_at,
        "skip_reason": source.skip_reason or None,
    }


def coverage_stream(frame: Frame) -> Stream:
    """Every cell of the design, and after the assignments a row for each place still open."""
    cells = Coverage.objects.using(frame.alias).filter(stratum__campaign=frame.campaign)
    sources = (
        cells.order_by("pk")
        .values_list(
            *("item__external_id", "stratum__key", "target", "leased", "submitted", "served")
        )
        .iterator(chunk_size=ROWS_AT_ONCE)
    )
    return Stream(count=cells.count(), sources=map(CellSource._make, sources), rows_of=cell_rows)


def cell_rows(cell: CellSource) -> Iterator[NamedRow]:
    yield COVERAGE.name, cell._asdict()
    for _place in range(cell.target - cell.leased - cell.submitted):
        yield ASSIGNMENTS.name, open_place(cell)


def open_place(cell: CellSource) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(ASSIGNMENTS.header)
    return {
        **row,
        "item_id": cell.item_id,
        "stratum": cell.stratum,
        "status": NEVER_SERVED,
        "is_repeat": False,
    }
