"""Withdrawal: a person's own bounds go, and names of who wrote what stays."""

import pytest

from annotation.models import Erasure
from annotation.services.erasing import withdraw
from policies.errors import Conflict
from policies.models import OwnBounds, Rule, RuleVersion, StatedPreferences, Verdict
from policies.selectors.own import own_rules
from policies.services.erasing import obey_withdrawals
from policies.services.own import (
    add_own_rule,
    agree,
    drop_own_rule,
    forget_own_bounds,
    state_preferences,
)
from policies.services.verdicts import say_for_oneself
from tests.factories import judge, open_with_items, serve, take_part
from tests.policies.builders import installation_rule, response_of, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    """Somebody with bounds of their own, who has judged one item."""
    campaign = open_with_items(1)
    seat = take_part(campaign)
    judge(serve(seat))
    annotator = seat.annotator
    agree(annotator)
    state_preferences(annotator, {"brevity": 80}, "Be brief.")
    add_own_rule(annotator, "No small talk")
    say_for_oneself(annotator, own_rules(annotator)[0], response_of(campaign), verdict="breaks")
    return seat


def kept() -> list[int]:
    return [
        model.objects.count()
        for model in (OwnBounds, StatedPreferences, Rule, RuleVersion, Verdict)
    ]


def test_withdrawing_altogether_erases_own_bounds(ada):
    other = take_part(open_with_items(1)).annotator
    agree(other)
    state_preferences(other, {"brevity": 1}, "")
    assert kept() == [2, 2, 1, 1, 1]
    withdraw(ada.annotator)
    obey_withdrawals()
    assert kept() == [1, 1, 0, 0, 0]
    obey_withdrawals()
    assert StatedPreferences.objects.get().annotator == other


def test_withdrawing_from_a_campaign_erases_words_on_its_responses(ada):
    withdraw(ada.annotator, ada.campaign)
    obey_withdrawals()
    assert kept() == [1, 1, 1, 1, 0]


def test_who_withdraws_is_named_no_more_as_a_reviewer(ada):
    """Somebody who annotates now and reviewed before."""
    rule = installation_rule()
    verdict = say(rule, response_of(ada.campaign), by=ada.annotator.user)
    withdraw(ada.annotator)
    obey_withdrawals()
    verdict.refresh_from_db()
    assert (verdict.author, verdict.verdict, verdict.reason) == (None, "breaks", "Because.")
    assert Erasure.objects.count() == 1


def test_own_bounds_need_consent_and_go_with_it(ada):
    forget_own_bounds(ada.annotator)
    assert kept() == [0, 0, 0, 0, 0]
    for refused in (
        lambda: state_preferences(ada.annotator, {}, ""),
        lambda: add_own_rule(ada.annotator, "Nothing"),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.code == "not-agreed"


def test_one_rule_can_be_dropped(ada):
    drop_own_rule(Rule.objects.get())
    assert kept() == [1, 1, 0, 0, 0]


def test_nothing_more_is_kept_of_who_has_withdrawn(ada):
    withdraw(ada.annotator)
    with pytest.raises(Conflict):
        state_preferences(ada.annotator, {"brevity": 3}, "")


def test_stated_preferences_come_in_versions(ada):
    again = state_preferences(ada.annotator, {"brevity": 80}, " Be brief. ")
    assert again.version == 1
    newer = state_preferences(ada.annotator, {"brevity": 81}, "Be brief.")
    assert newer.version == 2
