"""The page and route of quality evidence: who sees it, and what it says."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from tests.annotation.services.test_flagging import all_served, with_checks
from tests.factories import api, make_annotator, make_user, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = with_checks(items=20, checks=2, repeat_rate=0.4, overlap=1)
    all_served(take_part(campaign), "r1")
    return campaign


@pytest.mark.parametrize(
    ("role", "status", "page"),
    [("owner", 200, 200), (Role.ADMIN, 200, 200), (Role.RESEARCHER, 404, 404)],
)
def test_only_those_who_run_the_campaign_see_it(client, campaign, role, status, page):
    user = campaign.owner if role == "owner" else make_user(role)
    client.force_login(user)
    path = reverse("annotation:research-quality", kwargs={"slug": campaign.slug})
    assert client.get(path).status_code == page
    assert api(user).get(f"/api/v1/campaigns/{campaign.slug}/quality/").status_code == status


def test_annotators_and_strangers_do_not(client, campaign):
    path = f"/api/v1/campaigns/{campaign.slug}/quality/"
    assert api(make_annotator().user).get(path).status_code == 404
    assert api().get(path).status_code == 401


def test_it_says_what_each_persons_own_answers_say(client, campaign):
    (row,) = api(campaign.owner).get(f"/api/v1/campaigns/{campaign.slug}/quality/").json()
    assert (row["checks"], row["checks_passed"], row["too_fast"]) == (2, 0, 0)
    assert row["repeats"] == row["repeats_same"] > 0
    assert row["consistency"] == 1.0
    client.force_login(campaign.owner)
    page = client.get(reverse("annotation:research-quality", kwargs={"slug": campaign.slug}))
    text = page.content.decode()
    assert row["annotator"] in text
    assert "0 of 2" in text
    assert f"{row['repeats']} of {row['repeats']}" in text


def test_people_see_how_firm_their_own_answers_are_and_no_word_of_checks(client):
    campaign = with_checks(items=20, checks=2, repeat_rate=0.4, overlap=1)
    annotator = make_annotator()
    all_served(take_part(campaign, annotator), "r1")
    client.force_login(annotator.user)
    page = client.get(reverse("annotation:campaign-history", kwargs={"slug": campaign.slug}))
    assert "shown to you a second time" in page.content.decode()
    assert "check_failed" not in page.content.decode()
