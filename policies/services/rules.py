"""Writing rules: a new one, a new version of one, the end of one. Nothing is ever changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import Annotator, User
from accounts.services.trail import record
from annotation.access import campaigns_run_by
from annotation.enums import Right, TaskTypeKey
from annotation.models import Campaign
from annotation.task_types.scales import clean_values_scale, value_keys
from policies.enums import LEAST_PEOPLE, DecidedBy, Tier
from policies.errors import Conflict, Unfit
from policies.models import Rule, RuleVersion
from policies.ruling.scope import Scope

WORDING = ("title", "text", "source", "jurisdiction", "kind", "decided_by")


@transaction.atomic
def create_rule(
    spec: Mapping[str, Any],
    *,
    tier: int,
    by: User,
    campaign: Campaign | None = None,
    annotator: Annotator | None = None,
) -> Rule:
    """A new rule with its first version; `spec` as `RuleSerializer` gives it.

    Raises `Conflict` where the key is in use, `Unfit` for evidence that there is none of.
    """
    now = timezone.now()
    check_spec(spec, now, campaign, by)
    rule, is_new = Rule.objects.get_or_create(
        key=spec["key"], campaign=campaign, annotator=annotator, defaults={"tier": tier}
    )
    if not is_new:
        raise Conflict(_("There is a rule with this key already."), code="key-in-use")
    put_version(rule, spec, number=1, since=1, now=now, by=by)
    record_rule(Deed.RULE_MADE, rule, by)
    return rule


def record_rule(deed: Deed, rule: Rule, by: User, **details: Any) -> None:
    """Put into the trail what was done with a rule; what people say for themselves is theirs."""
    if rule.annotator_id is None:
        record(deed, campaign=rule.campaign_id, thing=rule, by=by, key=rule.key, **details)


@transaction.atomic
def write_version(rule: Rule, spec: Mapping[str, Any], *, by: User) -> RuleVersion:
    """A new version of a rule; the ones before stay as they were.

    Raises `Unfit` where it would begin in the past, or for evidence that there is none of.
    """
    now = timezone.now()
    check_spec(spec, now, rule.campaign, by)
    newest = newest_version(rule)
    since = newest.verdicts_since if spec.get("keeps_verdicts", True) else newest.number + 1
    version = put_version(rule, spec, number=newest.number + 1, since=since, now=now, by=by)
    record_rule(Deed.RULE_CHANGED, rule, by, number=version.number)
    return version


@transaction.atomic
def end_rule(rule: Rule, *, by: User) -> RuleVersion:
    """Let a rule hold no more from now on, by a last version that ends when it begins."""
    newest, now = newest_version(rule), timezone.now()
    if newest.effective_until is not None and newest.effective_until <= now:
        raise Conflict(_("This rule has ended already."), code="rule-ended")
    record_rule(Deed.RULE_ENDED, rule, by)
    return RuleVersion.objects.create(
        rule=rule,
        number=newest.number + 1,
        applies_to=newest.applies_to,
        evidence=newest.evidence,
        verdicts_since=newest.verdicts_since,
        effective_from=now,
        effective_until=now,
        created_by=by,
        **{name: getattr(newest, name) for name in WORDING},
    )


def newest_version(rule: Rule) -> RuleVersion:
    """The last version, with the rule taken in turn by everybody who writes it."""
    Rule.objects.select_for_update().get(pk=rule.pk)
    found = rule.versions.order_by("-number").first()
    assert found is not None  # noqa: S101 - for the type checker: a rule is made with its first
    return found


def put_version(
    rule: Rule, spec: Mapping[str, Any], *, number: int, since: int, now: datetime, by: User
) -> RuleVersion:
    is_by_values = spec["decided_by"] == DecidedBy.VALUES
    return RuleVersion.objects.create(
        rule=rule,
        number=number,
        applies_to=Scope.of(spec.get("applies_to") or {}).body(),
        evidence=dict(spec["evidence"]) if is_by_values else {},
        verdicts_since=since,
        effective_from=spec.get("effective_from") or now,
        effective_until=spec.get("effective_until"),
        created_at=now,
        created_by=by,
        **{name: spec.get(name, "") for name in WORDING},
    )


def check_spec(spec: Mapping[str, Any], now: datetime, campaign: Campaign | None, by: User) -> None:
    """Raise `Unfit` naming each field that cannot be so."""
    fields = {**date_problems(spec, now), **scope_problems(spec, campaign)}
    if spec["decided_by"] == DecidedBy.VALUES:
        fields |= evidence_problems(spec.get("evidence") or {}, campaign, by)
    if fields:
        raise Unfit(_("The rule was not kept."), fields=fields)


def date_problems(spec: Mapping[str, Any], now: datetime) -> dict[str, str]:
    begins, ends = spec.get("effective_from"), spec.get("effective_until")
    if begins is not None and begins < now:
        return {"effective_from": _("A rule cannot begin in the past.")}
    if ends is not None and ends <= (begins or now):
        return {"effective_until": _("A rule must end after it begins.")}
    return {}


def scope_problems(spec: Mapping[str, Any], campaign: Campaign | None) -> dict[str, str]:
    slugs = (spec.get("applies_to") or {}).get("campaigns") or ()
    if campaign is not None and slugs:
        return {"applies_to.campaigns": _("A campaign’s rule holds in that campaign alone.")}
    known = set(Campaign.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    if unknown := sorted(set(slugs) - known):
        words = _("There is no campaign %(unknown)s.") % {"unknown": ", ".join(unknown)}
        return {"applies_to.campaigns": words}
    return {}


def evidence_problems(
    evidence: Mapping[str, Any], campaign: Campaign | None, by: User
) -> dict[str, str]:
    """A campaign's rule may rest on campaigns of the same owner that its writer may view.

    Others may rest on any.
    """
    found = Campaign.objects.filter(
        slug=evidence.get("campaign", ""), task_type=TaskTypeKey.VALUES.value
    )
    if campaign is not None:
        viewed = campaigns_run_by(by, Right.VIEW)
        found = found.filter(owner=campaign.owner_id, pk__in=viewed.values("pk"))
    source = found.first()
    if source is None:
        return {"evidence.campaign": _("There is no campaign of this name that asks for values.")}
    wanted = evidence.get("criterion", "")
    criterion = next((one for one in source.criteria if one["key"] == wanted), None)
    if criterion is None:
        return {"evidence.criterion": _("The campaign has no such criterion.")}
    if evidence.get("value") not in value_keys(clean_values_scale(criterion.get("scale"))):
        return {"evidence.value": _("The taxonomy has no such value.")}
    if evidence["people"] < LEAST_PEOPLE:
        words = _("Ask for at least %(least)s people.") % {"least": LEAST_PEOPLE}
        return {"evidence.people": words}
    return {}


def tier_of(campaign: Campaign | None, asked: int) -> int:
    """The tier a rule is of: a campaign's are of tier 2 whatever was asked."""
    return Tier.ORGANISATION.value if campaign is not None else asked
