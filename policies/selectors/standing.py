"""The standing of single responses, with everything it rests on."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from annotation.models import Campaign, Item, Report, Response
from policies.enums import DecidedBy
from policies.models import RuleVersion, Verdict
from policies.ruling.scope import Scope
from policies.ruling.standing import Evidence, Ruling, Word, ruling_of
from policies.selectors.rules import bound_of, rules_in_force
from policies.selectors.values import values_found


def standings_of(
    campaign: Campaign, item: Item, responses: Sequence[Response], at: datetime
) -> list[tuple[Response, Ruling]]:
    """The standing of responses of one item under tiers 1 and 2.

    Three queries, and two for each response and rule that is decided by values.
    """
    versions = [one for one in rules_in_force([campaign], at) if applies(one, campaign, item)]
    verdicts = list(
        Verdict.objects.filter(
            rule__in=[one.rule_id for one in versions], response__in=responses, created_at__lte=at
        ).select_related("version", "author")
    )
    reports = list(
        Report.objects.filter(item=item, created_at__lte=at).values_list("response", flat=True)
    )
    return [
        (
            response,
            ruling_of(
                (bound_of(one), evidence_for(one, response, verdicts, reports, at))
                for one in versions
            ),
        )
        for response in responses
    ]


def standing_of(campaign: Campaign, response: Response, at: datetime) -> Ruling:
    """The standing of one response."""
    return standings_of(campaign, response.item, [response], at)[0][1]


def applies(version: RuleVersion, campaign: Campaign, item: Item) -> bool:
    scope = Scope.of(version.applies_to)
    return scope.holds_for(campaign.slug, item.language, item.metadata)


def evidence_for(
    version: RuleVersion,
    response: Response,
    verdicts: Sequence[Verdict],
    reports: Sequence[int | None],
    at: datetime,
) -> Evidence:
    """What is known of a response under a rule; a report of the item is one of each response."""
    words = [
        word_of(one)
        for one in verdicts
        if one.rule_id == version.rule_id
        and one.response_id == response.pk
        and one.version.number >= version.verdicts_since
    ]
    values = None
    if version.decided_by == DecidedBy.VALUES:
        values = values_found(version, response, at)
    return Evidence(words, sum(one in (None, response.pk) for one in reports), values)


def word_of(verdict: Verdict) -> Word:
    return Word(
        number=verdict.pk,
        verdict=verdict.verdict,
        by_admin=verdict.by_admin,
        reason=verdict.reason,
        at=verdict.created_at,
        version=verdict.version.number,
        author=verdict.author.email if verdict.author else None,
    )


def reported(campaign: Campaign) -> Q:
    """Responses of a campaign that somebody reported, alone or with their item."""
    reports = Report.objects.filter(campaign=campaign)
    alone = reports.filter(response__isnull=False).values("response")
    return Q(pk__in=alone) | Q(item__in=reports.filter(response=None).values("item"))
