"""An end date: set, extended, come; and everything that is steered at once, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.enums import CampaignStatus
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign
from annotation.services.campaigns import close_campaign, open_campaign, pause_campaign
from annotation.services.steering import set_end, steer
from annotation.services.watching import watch_campaigns
from tests.factories import AGE_QUESTION, AGE_STRATA, open_with_items, take_part

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def in_hours(hours):
    return timezone.now() + hours * HOUR


def test_a_campaign_is_paused_when_its_end_has_come_and_that_is_told_once():
    campaign = open_with_items(1)
    set_end(campaign, in_hours(2))
    assert watch_campaigns(in_hours(1)) == 0
    assert watch_campaigns(in_hours(3)) == 1
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.PAUSED
    assert watch_campaigns(in_hours(4)) == 0
    notice = campaign.notices.get()
    assert (notice.event, notice.body) == ("ended", {"ends_at": campaign.ends_at.isoformat()})


def test_one_whose_end_has_passed_is_extended_before_it_is_opened():
    campaign = open_with_items(1)
    Campaign.objects.update(ends_at=in_hours(-1))
    pause_campaign(campaign)
    with pytest.raises(Conflict, match="extend it before you open it"):
        open_campaign(campaign)
    campaign.refresh_from_db()
    set_end(campaign, in_hours(5))
    assert open_campaign(campaign).is_open
    set_end(campaign, None)
    assert watch_campaigns(in_hours(9)) == 0


def test_an_end_is_to_come_and_a_closed_campaign_has_none():
    campaign = open_with_items(1)
    with pytest.raises(Unfit):
        set_end(campaign, in_hours(-1))
    close_campaign(campaign)
    with pytest.raises(Conflict):
        set_end(campaign, in_hours(1))


def test_what_is_refused_changes_nothing_of_it():
    campaign = open_with_items(
        1, questions=[AGE_QUESTION], strata=[{**AGE_STRATA[0], "quota": 3}, AGE_STRATA[1]]
    )
    for _person in range(2):
        take_part(campaign, age="young")
    spec = {"strata": [{**AGE_STRATA[0], "quota": 1, "targets": {}, "share": None}]}
    spec["strata"].append({**AGE_STRATA[1], "quota": None, "targets": {}, "share": None})
    with pytest.raises(Conflict):
        steer(campaign, spec, ends_at=in_hours(2))
    assert Campaign.objects.get(pk=campaign.pk).ends_at is None
