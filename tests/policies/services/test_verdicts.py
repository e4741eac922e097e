"""Verdicts: kept each, under the version in force."""

import pytest

from accounts.enums import Role
from policies.errors import Conflict, NotFound, Unfit
from policies.models import Verdict
from policies.services.rules import end_rule, write_version
from policies.services.verdicts import record_verdict
from tests.factories import make_user, open_with_items
from tests.policies.builders import (
    campaign_rule,
    installation_rule,
    response_of,
    rule_spec,
    say,
)

pytestmark = pytest.mark.django_db


def test_every_word_is_kept_with_who_and_under_which_version():
    campaign = open_with_items(1)
    rule, admin = installation_rule(), make_user(Role.ADMIN)
    response = response_of(campaign)
    say(rule, response, "unsure")
    write_version(rule, rule_spec(), by=admin)
    say(rule, response, "breaks", by=admin)
    found = Verdict.objects.order_by("pk")
    assert [(one.verdict, one.version.number, one.by_admin, one.author) for one in found] == [
        ("unsure", 1, False, campaign.owner),
        ("breaks", 2, True, admin),
    ]


@pytest.mark.parametrize(
    ("verdict", "reason", "field"),
    [("perhaps", "", "verdict"), ("breaks", " ", "reason"), ("keeps", "x" * 5001, "reason")],
)
def test_what_does_not_fit_is_named(verdict, reason, field):
    campaign = open_with_items(1)
    rule = installation_rule()
    with pytest.raises(Unfit) as refusal:
        record_verdict(
            campaign,
            rule.pk,
            response_of(campaign),
            verdict=verdict,
            reason=reason,
            by=campaign.owner,
        )
    assert list(refusal.value.fields) == [field]
    assert not Verdict.objects.exists()


def test_no_verdict_under_rules_that_do_not_hold_here():
    campaign, other = open_with_items(1), open_with_items(1)
    foreign = campaign_rule(other)
    with pytest.raises(NotFound):
        say(foreign, response_of(campaign))
    ended = installation_rule()
    end_rule(ended, by=make_user(Role.ADMIN))
    with pytest.raises(NotFound):
        say(ended, response_of(campaign))
    french = installation_rule(key="french", applies_to={"languages": ["fr"]})
    with pytest.raises(Conflict) as refusal:
        say(french, response_of(campaign))
    assert refusal.value.code == "does-not-apply"
