"""Writing rules: versions stay, nothing begins in the past, and the database holds to it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from policies.enums import Tier
from policies.errors import Conflict, Unfit
from policies.models import Rule, RuleVersion, Verdict
from policies.selectors.rules import rules_in_force
from policies.services.rules import create_rule, end_rule, write_version
from tests.factories import make_campaign, make_user, open_with_items
from tests.policies.builders import (
    campaign_rule,
    installation_rule,
    response_of,
    rule_spec,
    say,
    values_campaign,
)

pytestmark = pytest.mark.django_db


def references(campaign, at=None) -> list[tuple[str, int]]:
    found = rules_in_force([campaign], at or timezone.now())
    return [(one.rule.reference, one.number) for one in found]


def test_a_new_version_changes_no_old_one():
    rule = installation_rule()
    old = RuleVersion.objects.get()
    begins = timezone.now() + timedelta(days=1)
    new = write_version(
        rule, rule_spec(title="Stricter", effective_from=begins), by=make_user(Role.ADMIN)
    )
    assert RuleVersion.objects.get(pk=old.pk).title == "No slurs"
    campaign = make_campaign()
    assert references(campaign) == [("no-slurs", 1)]
    assert references(campaign, begins) == [("no-slurs", 2)]
    assert new.verdicts_since == 1


def test_a_rule_ends_for_good():
    rule = installation_rule()
    campaign = make_campaign()
    end_rule(rule, by=make_user(Role.ADMIN))
    assert references(campaign) == []
    with pytest.raises(Conflict) as refusal:
        end_rule(rule, by=make_user(Role.ADMIN))
    assert refusal.value.code == "rule-ended"


def test_a_campaigns_rules_are_its_own_and_those_of_all():
    one, other = make_campaign(), make_campaign()
    installation_rule(key="law")
    create_rule(rule_spec(key="house"), tier=Tier.ORGANISATION, by=make_user(Role.ADMIN))
    campaign_rule(one)
    installation_rule(key="elsewhere", applies_to={"campaigns": [other.slug]})
    assert references(one) == [("law", 1), ("house", 1), (f"{one.slug}/no-slurs", 1)]
    assert references(other) == [("law", 1), ("elsewhere", 1), ("house", 1)]


def test_a_key_is_used_once():
    installation_rule()
    with pytest.raises(Conflict) as refusal:
        installation_rule()
    assert refusal.value.code == "key-in-use"
    campaign_rule(make_campaign())
    assert Rule.objects.count() == 2


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"effective_from": timezone.now() - timedelta(days=1)}, "effective_from"),
        ({"effective_until": timezone.now() - timedelta(days=1)}, "effective_until"),
        ({"applies_to": {"campaigns": ["nowhere"]}}, "applies_to.campaigns"),
        ({"decided_by": "values", "evidence": {}}, "evidence.campaign"),
    ],
)
def test_what_cannot_be_is_named(parts, field):
    with pytest.raises(Unfit) as refusal:
        installation_rule(**parts)
    assert list(refusal.value.fields) == [field]
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("evidence", "field"),
    [
        ({"criterion": "other"}, "evidence.criterion"),
        ({"value": "joy"}, "evidence.value"),
        ({"people": 4}, "evidence.people"),
    ],
)
def test_evidence_must_be_there(evidence, field):
    source = values_campaign(make_user(Role.RESEARCHER), ["A text"], [])
    whole = {"campaign": source.slug, "criterion": "values", "value": "duty", "share": 0.5}
    with pytest.raises(Unfit) as refusal:
        installation_rule(decided_by="values", evidence={**whole, "people": 5, **evidence})
    assert list(refusal.value.fields) == [field]


def test_a_campaigns_rule_rests_on_no_campaign_of_others():
    source = values_campaign(make_user(Role.RESEARCHER), ["A text"], [])
    evidence = {
        "campaign": source.slug,
        "criterion": "values",
        "value": "duty",
        "share": 0.5,
        "people": 5,
    }
    with pytest.raises(Unfit):
        campaign_rule(make_campaign(), decided_by="values", evidence=evidence)
    campaign_rule(make_campaign(owner=source.owner), decided_by="values", evidence=evidence)


def test_the_database_refuses_changes_and_lets_names_go():
    campaign = open_with_items(1)
    rule = installation_rule()
    verdict = say(rule, response_of(campaign))
    for refused in (
        lambda: RuleVersion.objects.update(title="Other"),
        lambda: RuleVersion.objects.update(created_by=campaign.owner),
        lambda: Verdict.objects.update(verdict="keeps"),
        lambda: Verdict.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM policies_ruleversion"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            refused()
    assert Verdict.objects.update(author=None) == 1
    assert RuleVersion.objects.update(created_by=None) == 1
    verdict.refresh_from_db()
    assert (verdict.verdict, verdict.reason, verdict.author) == ("breaks", "Because.", None)
