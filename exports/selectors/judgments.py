"""Judgments as rows: the judgments themselves, and their comparisons and rankings."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from annotation.models import Judgment, Response
from annotation.task_types import task_type_of
from exports.selectors.frame import Frame, NamedRow, Stream
from exports.tables import COMPARISONS, JUDGMENTS, RANKINGS

ROWS_AT_ONCE = 2000


class Source(NamedTuple):
    """One judgment with everything its rows need; `responses` in the item's own order."""

    judgment_id: int
    item_id: str
    annotator: int
    pseudonym: str
    stratum: str
    profile_version: int
    consent_version: int
    guideline_version: int
    task_type: str
    presented_order: list[str]
    answers: dict[str, Any]
    reason: str
    confidence: float | None
    is_repeat: bool
    supersedes: int | None
    after_lease: bool
    active_ms: int | None
    elapsed_ms: int
    language: str
    submitted_at: Any
    acceptable: Any
    spans: Any
    assignment_id: int
    strategy: str
    propensity: float | None
    content_hashes: Any
    software_version: str
    is_superseded: bool
    responses: list[str]


FIELDS = (
    *("pk", "item__external_id", "annotator_id", "annotator__pseudonym", "stratum__key"),
    *("profile__version", "consent__document__version", "guideline__version", "task_type"),
    *("presented_order", "answers", "reason", "confidence", "is_repeat", "supersedes_id"),
    *("after_lease", "active_ms", "elapsed_ms", "language", "submitted_at", "acceptable"),
    *("spans", "assignment_id", "strategy", "propensity", "content_hashes"),
    *("software_version", "is_superseded", "responses"),
)


def judgment_stream(frame: Frame) -> Stream:
    """Every judgment of the campaign, feeding three tables in one pass."""
    judgments = Judgment.objects.using(frame.alias).filter(campaign=frame.campaign)
    responses = Response.objects.filter(item=OuterRef("item")).order_by("position")
    sources = (
        judgments.annotate(
            is_superseded=Exists(Judgment.objects.filter(supersedes=OuterRef("pk"))),
            responses=ArraySubquery(responses.values("external_id")),
        )
        .order_by("pk")
        .values_list(*FIELDS)
        .iterator(chunk_size=ROWS_AT_ONCE)
    )
    return Stream(
        count=judgments.count(),
        sources=map(Source._make, sources),
        rows_of=lambda source: rows_of(frame, source),
    )


def rows_of(frame: Frame, source: Source) -> Iterator[NamedRow]:
    name = frame.name_of(source.annotator, source.pseudonym)
    yield JUDGMENTS.name, judgment_row(frame, source, name)
    shared = {
        "judgment_id": source.judgment_id,
        "item_id": source.item_id,
        "annotator_id": name,
        "is_repeat": source.is_repeat,
        "is_final": not source.is_superseded,
    }
    for row in comparison_rows(frame, source):
        yield COMPARISONS.name, {**shared, **row}
    for row in ranking_rows(frame, source):
        yield RANKINGS.name, {**shared, **row}


def judgment_row(frame: Frame, source: Source, name: str) -> dict[str, Any]:
    return {
        "judgment_id": source.judgment_id,
        "item_id": source.item_id,
        "annotator_id": name,
        "annotator_stratum": frame.stratum_of(source.annotator, source.stratum),
        "profile_version": source.profile_version,
        "consent_version": source.consent_version,
        "guideline_version": source.guideline_version,
        "task_type": source.task_type,
        "presented_order": source.presented_order,
        "answers": source.answers,
        "reason": source.reason or None,
        "confidence": source.confidence,
        "is_repeat": source.is_repeat,
        "supersedes": source.supersedes,
        "is_final": not source.is_superseded,
        "flags": ["after_lease"] if source.after_lease else [],
        "active_ms": source.active_ms,
        "elapsed_ms": source.elapsed_ms,
        "language": source.language or None,
        "submitted_at": source.submitted_at,
        "acceptable": source.acceptable,
        "spans": source.spans,
        "assignment_id": source.assignment_id,
        "strategy": source.strategy,
        "propensity": source.propensity,
        "content_hashes": source.content_hashes,
        "software_version": source.software_version,
    }


def comparison_rows(frame: Frame, source: Source) -> Iterator[dict[str, Any]]:
    """The answers pair by pair, as the task type sees them."""
    task_type = task_type_of(source.task_type)
    shown = source.presented_order.index
    for criterion, answer in answers_in_order(frame, source):
        for pair in task_type.comparisons(answer, response_ids=source.responses):
            yield {
                "criterion": criterion,
                "response_a": pair.response_a,
                "response_b": pair.response_b,
                "preference": pair.preference,
                "outcome": pair.outcome,
                "shown_first": min(pair.response_a, pair.response_b, key=shown),
                "source": source.task_type.replace("-", "_"),
            }


def ranking_rows(frame: Frame, source: Source) -> Iterator[dict[str, Any]]:
    task_type = task_type_of(source.task_type)
    for criterion, answer in answers_in_order(frame, source):
        for ranked in task_type.rankings(answer, response_ids=source.responses):
            yield {
                "criterion": criterion,
                "response_id": ranked.response_id,
                "rank": ranked.rank,
            }


def answers_in_order(frame: Frame, source: Source) -> list[tuple[str, Any]]:
    """The answers in the order of the campaign's criteria; the database keeps none."""
    order = {key: place for place, key in enumerate(frame.campaign.criterion_keys)}
    return sorted(
        source.answers.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])
    )
