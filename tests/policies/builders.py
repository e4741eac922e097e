"""Rules, verdicts and small campaigns whose bounds the tests know."""

from typing import Any

from accounts.enums import Role
from accounts.models import User
from annotation.models import Campaign, Response
from annotation.services.campaigns import open_campaign
from policies.enums import DecidedBy, RuleKind, Tier
from policies.models import Rule, Verdict
from policies.services.rules import create_rule
from policies.services.verdicts import record_verdict
from tests.factories import import_lines, judge, make_campaign, make_user, serve, take_part

VALUES = {
    "kind": "values",
    "values": [{"key": "peace", "label": "Peace"}, {"key": "duty", "label": "Duty"}],
}


def rule_spec(**parts: Any) -> dict[str, Any]:
    return {
        "key": "no-slurs",
        "title": "No slurs",
        "text": "A preferred response has no slurs in it.",
        "kind": RuleKind.RESTRICTION.value,
        "decided_by": DecidedBy.REVIEW.value,
        **parts,
    }


def installation_rule(**parts: Any) -> Rule:
    """A rule of tier 1, by an admin of its own."""
    return create_rule(rule_spec(**parts), tier=Tier.INSTALLATION, by=make_user(Role.ADMIN))


def campaign_rule(campaign: Campaign, **parts: Any) -> Rule:
    spec = rule_spec(**parts)
    return create_rule(spec, tier=Tier.ORGANISATION, by=campaign.owner, campaign=campaign)


def response_of(campaign: Campaign, item: str = "q1", response: str = "r1") -> Response:
    return Response.objects.select_related("item__campaign__owner").get(
        item__campaign=campaign, item__external_id=item, external_id=response
    )


def say(rule: Rule, response: Response, verdict: str = "breaks", by: User | None = None) -> Verdict:
    campaign = response.item.campaign
    return record_verdict(
        campaign, rule.pk, response, verdict=verdict, reason="Because.", by=by or campaign.owner
    )


def values_campaign(owner: User, texts: list[str], found: list[list[str]]) -> Campaign:
    """A campaign that asks for values in these texts; each person says the same of all texts."""
    campaign = make_campaign(
        owner=owner,
        task_type="values",
        overlap=max(1, len(found)),
        criteria=[{"key": "values", "label": "Values", "scale": VALUES}],
    )
    import_lines(
        campaign,
        [
            {"id": f"t{n}", "prompt": "Read", "responses": [{"id": "text", "text": text}]}
            for n, text in enumerate(texts, 1)
        ],
    )
    campaign = open_campaign(campaign)
    for keys in found:
        seat = take_part(campaign)
        for _text in texts:
            judge(serve(seat), {"values": {"values": dict.fromkeys(keys, 1)}})
    return campaign
