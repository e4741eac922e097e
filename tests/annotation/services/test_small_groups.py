"""A campaign's smallest group: who may set it, and that everything that tells of groups has it."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from accounts.models import User
from annotation.errors import Unfit
from annotation.models import Campaign, GroupRule
from annotation.selectors.positions import position_groups, position_rows
from annotation.selectors.small_groups import least_people, strictest_least_people
from annotation.services.small_groups import set_least_people
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA)


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


def test_whoever_runs_a_campaign_may_ask_for_more_and_admins_for_less(
    campaign: Campaign, admin: User
):
    assert least_people(campaign) == 5
    set_least_people(campaign, 8, changed_by=campaign.owner)
    with pytest.raises(PermissionDenied):
        set_least_people(campaign, 7, changed_by=campaign.owner)
    assert least_people(campaign) == 8
    set_least_people(campaign, 2, changed_by=admin)
    assert least_people(campaign) == least_people(Campaign.objects.get(pk=campaign.pk)) == 2
    assert campaign.group_rule.changed_by == admin


@pytest.mark.parametrize("least", [0, 1, 1001])
def test_what_no_group_can_be_is_refused(campaign: Campaign, admin: User, least: int):
    with pytest.raises(Unfit) as refused:
        set_least_people(campaign, least, changed_by=admin, field="least")
    assert set(refused.value.fields) == {"least"}
    assert not GroupRule.objects.exists()


def test_of_several_campaigns_each_ones_own_is_held_to(admin: User, django_assert_num_queries):
    loose, strict, _silent = (make_campaign(slug=slug) for slug in ("loose", "strict", "silent"))
    set_least_people(loose, 2, changed_by=admin)
    set_least_people(strict, 9, changed_by=admin)
    fresh = {one.slug: one for one in Campaign.objects.all()}
    with django_assert_num_queries(1):
        assert strictest_least_people(fresh.values()) == 9
    assert strictest_least_people([fresh["loose"], fresh["silent"]]) == 5
    assert strictest_least_people([]) == 5
    fetched = Campaign.objects.select_related("group_rule").order_by("pk")
    known = list(fetched)
    with django_assert_num_queries(0):
        assert [strictest_least_people([one]) for one in known] == [2, 9, 5]


def test_it_is_one_number_wherever_it_is_set(campaign: Campaign):
    client = api(campaign.owner)
    of = f"/api/v1/campaigns/{campaign.slug}/"

    def told() -> set[int]:
        return {
            client.get(f"{of}analysis/").json()["least_annotators"],
            client.get(f"{of}bounds/").json()["least_people"],
            client.get(f"{of}exports/rules/").json()["least_k"],
            client.get(f"{of}positions/").json()["parameters"]["least_annotators"],
        }

    assert told() == {5}
    client.put(f"{of}analysis/rule/", {"least_annotators": 6}, format="json")
    assert told() == {6}
    client.patch(f"{of}bounds/", {"least_people": 7}, format="json")
    assert told() == {7}
    client.put(f"{of}exports/rules/", {"needs_approval": False, "least_k": 8}, format="json")
    assert told() == {8}


def test_positions_of_what_has_become_too_small_are_hidden_at_once():
    campaign = open_with_items(12, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for age in ["young"] * 6 + ["old"] * 5:
        judge(serve(take_part(campaign, age=age)))
    rows = position_rows(campaign)

    def hidden(least: int) -> dict[str, bool]:
        return {one.stratum: one.is_suppressed for one in position_groups(rows, least)}

    assert hidden(5) == {"young": False, "old": False, "": False}
    # The old could be found by taking the young from everybody.
    assert hidden(6) == {"young": False, "old": True, "": True}
    set_least_people(campaign, 6, changed_by=campaign.owner)
    groups = position_groups(position_rows(campaign), 6)
    assert {one.stratum: one.is_suppressed for one in groups} == {"young": False, "old": True}
