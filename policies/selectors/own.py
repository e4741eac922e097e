"""A person's own bounds: for the person, nobody else."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import Annotator
from annotation.enums import AssignmentStatus
from annotation.models import Item
from policies.models import OwnBounds, RuleVersion, StatedPreferences, Verdict

JUDGED_SHOWN = 10


def consent_of(annotator: Annotator) -> OwnBounds | None:
    return OwnBounds.objects.filter(annotator=annotator).first()


def stated_by(annotator: Annotator) -> StatedPreferences | None:
    """What the person stated last."""
    return StatedPreferences.objects.filter(annotator=annotator).order_by("-version").first()


def own_rules(annotator: Annotator) -> list[RuleVersion]:
    """The person's rules, each as worded last."""
    return list(
        RuleVersion.objects.filter(rule__annotator=annotator)
        .select_related("rule")
        .order_by("rule_id", "-number")
        .distinct("rule_id")
    )


def judged_lately(annotator: Annotator) -> list[Item]:
    """The items the person judged last, with their responses."""
    submitted = AssignmentStatus.SUBMITTED
    items = Item.objects.filter(
        assignments__annotator=annotator,
        assignments__status=submitted,
        check_answers__isnull=True,
    )
    found = items.order_by("-assignments__ended_at", "-pk").prefetch_related("responses")
    return list(dict.fromkeys(found[: 2 * JUDGED_SHOWN]))[:JUDGED_SHOWN]


def own_sections(annotator: Annotator) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """All that is kept of a person's own bounds, for the file of their data."""
    stated: QuerySet[Any, Any] = StatedPreferences.objects.filter(annotator=annotator)
    worded: QuerySet[Any, Any] = RuleVersion.objects.filter(rule__annotator=annotator)
    said: QuerySet[Any, Any] = Verdict.objects.filter(rule__annotator=annotator)
    for name, rows in (
        (
            "stated_preferences",
            stated.order_by("version").values("version", "answers", "text", "created_at"),
        ),
        (
            "own_rules",
            worded.order_by("rule", "number").values(
                "title", "text", "kind", "created_at", key=F("rule__key")
            ),
        ),
        (
            "own_verdicts",
            said.order_by("pk").values(
                "verdict",
                "created_at",
                rule_key=F("rule__key"),
                item=F("response__item__external_id"),
                response_key=F("response__external_id"),
            ),
        ),
    ):
        yield name, iter(rows)
