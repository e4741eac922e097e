"""What reviewers have still to look at: reported responses first, then the others in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import In

from annotation.models import Campaign, Report, Response
from policies.enums import DecidedBy
from policies.models import RuleVersion, Verdict
from policies.ruling.scope import Scope
from policies.selectors.standing import reported

PAGE = 20


@dataclass(frozen=True)
class Waiting:
    """A response without a verdict that counts, and what annotators reported of it."""

    response: Response
    reports: Sequence[Report]


@dataclass(frozen=True)
class QueuePage:
    """Responses to look at, and after which the next page begins; None where it is the last."""

    waiting: Sequence[Waiting]
    after: int | None


def queue_page(campaign: Campaign, version: RuleVersion, *, after: int = 0) -> QueuePage:
    """A page of the queue of one rule; three queries. `after` is the last response seen.

    Of a rule decided by reports only what was reported waits.
    """
    waiting = undecided(campaign, version)
    first = list(waiting.filter(reported(campaign)).order_by("pk")[:PAGE]) if not after else []
    rest: list[Response] = []
    if version.decided_by == DecidedBy.REVIEW:
        others = waiting.exclude(reported(campaign)).filter(pk__gt=after).order_by("pk")
        rest = list(others[: PAGE + 1])
    more = len(rest) > PAGE
    rest = rest[:PAGE]
    found = [*first, *rest]
    return QueuePage(with_reports(campaign, found), rest[-1].pk if more else None)


def undecided(campaign: Campaign, version: RuleVersion) -> QuerySet[Response]:
    """Responses that a rule applies to and nobody has spoken on since its wording changed."""
    spoken = Verdict.objects.filter(
        rule=version.rule_id, response=OuterRef("pk"), version__number__gte=version.verdicts_since
    )
    return within(campaign, Scope.of(version.applies_to)).filter(~Exists(spoken))


def within(campaign: Campaign, scope: Scope) -> QuerySet[Response]:
    """The responses of a campaign that a scope holds for, as `Scope.holds_for` says."""
    languages = Q()
    for one in scope.languages:
        languages |= Q(item__language__iexact=one) | Q(item__language__istartswith=f"{one}-")
    metadata = [
        In(KeyTextTransform(key, F("item__metadata")), list(values))
        for key, values in scope.metadata.items()
    ]
    responses = Response.objects.select_related("item").filter(languages, *metadata)
    return responses.filter(item__campaign=campaign, item__check_answers__isnull=True)


def with_reports(campaign: Campaign, responses: Sequence[Response]) -> list[Waiting]:
    items = {one.item_id for one in responses}
    reports = list(Report.objects.filter(campaign=campaign, item__in=items).order_by("pk"))
    return [
        Waiting(
            one,
            [
                said
                for said in reports
                if said.item_id == one.item_id and said.response_id in (None, one.pk)
            ],
        )
        for one in responses
    ]
