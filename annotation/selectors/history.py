"""What a person has given to a campaign, for themselves: page by page, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from annotation.content import plain_text
from annotation.enums import AssignmentStatus
from annotation.models import Assignment, Judgment, Seat
from annotation.task_types import letter, task_type_of
from annotation.wording import shown_criteria

PAGE = 20


@dataclass(frozen=True)
class HistoryLine:
    """One judgment in words; responses are called by the letters they were shown under.

    `is_replaced` tells that the person has revised it since, `is_revision` that it revises another,
    `is_last` that it is about what they answered last.
    """

    judgment: Judgment
    prompt: str
    answers: Sequence[tuple[str, str]]
    is_replaced: bool
    is_revision: bool
    is_last: bool


@dataclass(frozen=True)
class HistoryPage:
    """Newest first; `before` is where the next page begins, None at the end."""

    lines: list[HistoryLine]
    before: int | None


def history_page(seat: Seat, *, before: int | None = None) -> HistoryPage:
    """A page of the person's own judgments behind one of them, by keyset; one query."""
    labels = {one["key"]: one["label"] for one in shown_criteria(seat.campaign)}
    rows = own_judgments(seat)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    lines = [history_line(judgment, labels) for judgment in shown]
    return HistoryPage(lines, shown[-1].pk if len(found) > PAGE else None)


def own_judgments(seat: Seat) -> QuerySet[Judgment]:
    later = Judgment.objects.filter(supersedes=OuterRef("pk"))
    return (
        Judgment.objects.filter(
            annotator=seat.annotator_id, campaign=seat.campaign_id, erased_at=None
        )
        .annotate(is_replaced=Exists(later), last=Subquery(last_answered(seat.pk)))
        .select_related("item")
        .defer("item__metadata", "item__content_hashes", "content_hashes")
    )


def last_answered(seat_id: int) -> QuerySet[Assignment, int]:
    """The assignment that the person answered last, by its id: one row, or none."""
    answered = Assignment.objects.filter(seat=seat_id, status=AssignmentStatus.SUBMITTED)
    return answered.order_by("-ended_at", "-pk").values_list("pk", flat=True)[:1]


def history_line(judgment: Judgment, labels: dict[str, str]) -> HistoryLine:
    names = {one: letter(place) for place, one in enumerate(judgment.presented_order)}
    task_type = task_type_of(judgment.task_type)
    return HistoryLine(
        judgment=judgment,
        prompt=plain_text(judgment.item.prompt),
        answers=[
            (labels.get(key, key), task_type.summarise(answer, names=names))
            for key, answer in judgment.answers.items()
        ],
        is_replaced=judgment.is_replaced,  # type: ignore[attr-defined]
        is_revision=judgment.supersedes_id is not None,
        is_last=judgment.assignment_id == judgment.last,  # type: ignore[attr-defined]
    )
