"""Imports with what lists show of them."""

from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from annotation.models import (
    ImportProblem,
    ItemImport,
    JudgmentImport,
    JudgmentProblem,
    ModelJudgmentImport,
)

FIRST_PROBLEMS = 100
PROBLEMS: dict[Any, Any] = {ItemImport: ImportProblem, JudgmentImport: JudgmentProblem}

ImportT = TypeVar("ImportT", ItemImport, JudgmentImport)


def with_problems(imports: QuerySet[ImportT]) -> QuerySet[ImportT]:
    """With the first problems by line, read for all of them at once."""
    first = PROBLEMS[imports.model].objects.order_by("line", "pk")[:FIRST_PROBLEMS]
    return imports.prefetch_related(Prefetch("problems", queryset=first, to_attr="first_problems"))


def first_problems(job: ItemImport | JudgmentImport | ModelJudgmentImport) -> list[Any]:
    """The first problems by line; read now, unless they were read for a whole list."""
    known: list[Any] | None = getattr(job, "first_problems", None)
    return list(job.problems.all()[:FIRST_PROBLEMS]) if known is None else known
