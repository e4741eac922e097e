"""Rules and their versions: which hold at a time, and how they came about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Annotator
from annotation.models import Campaign
from annotation.selectors.small_groups import strictest_least_people
from policies.enums import LEAST_PEOPLE, DecidedBy, Tier
from policies.models import BoundsSetting, Rule, RuleVersion
from policies.ruling.scope import Scope, in_force
from policies.ruling.standing import Bound, Threshold


def rules_with_history(rules: QuerySet[Rule]) -> QuerySet[Rule]:
    """Rules with all their versions, oldest first, and who wrote them."""
    versions = RuleVersion.objects.select_related("created_by").order_by("number")
    return rules.select_related("campaign").prefetch_related(Prefetch("versions", versions))


def rules_for(campaign: Campaign) -> list[Rule]:
    """Rules of everybody's that are about a campaign, as worded last, with all their versions."""
    owned = Q(campaign=None) | Q(campaign=campaign)
    rules = rules_with_history(Rule.objects.filter(owned).exclude(tier=Tier.PERSON))
    return [
        rule
        for rule in rules
        if Scope.of(list(rule.versions.all())[-1].applies_to).holds_in(campaign.slug)
    ]


def rules_in_force(
    campaigns: Iterable[Campaign], at: datetime, *, person: Annotator | None = None
) -> list[RuleVersion]:
    """The versions in force at a time that hold in any of the campaigns, by tier; one query.

    With a person their own too. Each has its rule, with its campaign.
    """
    known = {one.pk: one.slug for one in campaigns}
    owned = Q(rule__annotator=None) & (Q(rule__campaign=None) | Q(rule__campaign__in=known))
    if person is not None:
        owned |= Q(rule__annotator=person)
    return holding(owned, at, list(known.values()))


def own_rules_in_force(campaigns: Iterable[Campaign], at: datetime) -> list[RuleVersion]:
    """The own rules of everybody who has a seat in one of the campaigns; one query."""
    seated = Q(rule__annotator__seats__campaign__in=[one.pk for one in campaigns])
    staying = Q(rule__annotator__seats__withdrawn_at=None)
    return holding(Q(rule__tier=Tier.PERSON) & seated & staying, at, [])


def holding(owned: Q, at: datetime, slugs: Sequence[str]) -> list[RuleVersion]:
    begun = (
        RuleVersion.objects.select_related("rule__campaign")
        .filter(owned, effective_from__lte=at)
        .order_by("rule_id", "-number")
        .distinct("rule_id")
    )
    found = [
        one
        for one in begun
        if in_force([one], at)
        and (not slugs or any(Scope.of(one.applies_to).holds_in(slug) for slug in slugs))
    ]
    return sorted(found, key=lambda one: (one.rule.tier, one.rule_id))


def bound_of(version: RuleVersion) -> Bound:
    """A version as ruling takes it."""
    threshold = None
    if version.decided_by == DecidedBy.VALUES:
        threshold = Threshold(version.evidence["share"], version.evidence["people"])
    return Bound(
        rule=version.rule.reference,
        version=version.number,
        tier=version.rule.tier,
        kind=version.kind,
        decided_by=version.decided_by,
        title=version.title,
        threshold=threshold,
    )


def rule_facts(version: RuleVersion) -> dict[str, Any]:
    """A version as datasets tell it; of nobody's own rules."""
    return {
        "rule": version.rule.reference,
        "version": version.number,
        "tier": version.rule.tier,
        "title": version.title,
        "text": version.text,
        "kind": version.kind,
        "source": version.source,
        "jurisdiction": version.jurisdiction,
        "decided_by": version.decided_by,
        "effective_from": version.effective_from.isoformat(),
    }


def setting_of(campaign: Campaign) -> BoundsSetting:
    """What a campaign says of its bounds, or the defaults."""
    found = BoundsSetting.objects.filter(campaign=campaign).first()
    return found or BoundsSetting(campaign=campaign)


def least_people(campaigns: Iterable[Campaign]) -> int:
    """The smallest group that reports of bounds tell of: they leave with files, so five at least.

    Of several campaigns the strictest.
    """
    return max(LEAST_PEOPLE, strictest_least_people(campaigns))
