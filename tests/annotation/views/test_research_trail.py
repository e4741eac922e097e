"""The page of a campaign's history, the one of all, and the same over REST."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.deeds import Deed
from accounts.enums import Role
from accounts.models import TrailEntry
from accounts.services.tokens import make_token
from accounts.services.trail import record
from annotation.enums import CampaignRole
from annotation.models import CampaignMembership
from annotation.selectors.trail import LINES_A_PAGE, sentence
from annotation.services.campaigns import open_campaign
from annotation.services.invitations import invite
from annotation.services.team import change_role
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="shared", title="Tea")


def browser(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def done(campaign, deed, by=None, **details):
    with transaction.atomic():
        return record(deed, campaign=campaign, by=by, **details)


def test_sentences_say_what_happened_in_words(campaign):
    ada = make_user(Role.RESEARCHER, "ada@variorum.test")
    member = CampaignMembership.objects.create(
        campaign=campaign, user=ada, role=CampaignRole.VIEWER
    )
    change_role(member, CampaignRole.EDITOR)
    assert sentence(TrailEntry.objects.first()) == "gave ada@variorum.test the role editor"
    invite(campaign, role=CampaignRole.VIEWER, most=3, by=campaign.owner)
    assert sentence(TrailEntry.objects.first()) == (
        "made a link by which 3 people may join in the role of viewer"
    )
    make_token(ada, name="CI", scopes=["write", "read"])
    assert sentence(TrailEntry.objects.first()) == "made the API token CI (read, change)"
    end = done(campaign, Deed.CAMPAIGN_END, ends_at=None)
    assert sentence(end) == "took away the end of the campaign"
    end = done(campaign, Deed.CAMPAIGN_END, ends_at="2026-11-30T12:00:00+00:00")
    assert sentence(end) == "set the end to 30 Nov 2026, 12:00"
    parts = done(campaign, Deed.CAMPAIGN_CHANGED, parts="title, strata, guideline, tea")
    assert sentence(parts) == "changed the campaign: title, strata, guideline, tea"
    none = done(campaign, Deed.OWN_MAIL, events="")
    assert sentence(none) == "chose to be told of nothing by e-mail"
    events = done(campaign, Deed.WEBHOOK_MADE, events=["stuck"], host="tea.test")
    assert sentence(events) == "added a webhook to tea.test"
    events = done(campaign, Deed.OWN_MAIL, events="stuck, ended")
    assert sentence(events) == (
        "chose to be told by e-mail of: a stratum gets no judgments, the end date has come"
    )
    job = done(campaign, Deed.JOB_CALLED_OFF, job="snapshot", number=4)
    assert sentence(job) == "called off: snapshot 4"
    assert sentence(done(campaign, Deed.POPULATION_ADDED)) == "added the population –"
    assert sentence(TrailEntry(deed="tea.brewed")) == "tea.brewed"


def test_the_page_tells_who_did_what_and_filters(campaign):
    open_campaign(campaign)
    ada = make_user(Role.RESEARCHER, "ada@variorum.test")
    done(campaign, Deed.INVITED, by=ada, whom="eve@variorum.test", role="viewer")
    done(make_campaign(), Deed.INVITED, by=ada, whom="mallory@variorum.test", role="viewer")
    client = browser(campaign.owner)
    page = client.get("/research/shared/history/").content.decode()
    assert "invited eve@variorum.test in the role of viewer" in page
    assert "opened the campaign" in page
    assert "made the campaign Tea" in page
    assert "mallory" not in page
    of_team = client.get("/research/shared/history/?what=team").content.decode()
    assert ("invited eve" in of_team, "opened the" in of_team) == (True, False)
    of_owner = client.get(f"/research/shared/history/?who={campaign.owner.email}").content.decode()
    assert ("invited eve" in of_owner, "made the campaign" in of_owner) == (False, True)
    nothing = client.get("/research/shared/history/?what=entry").content.decode()
    assert "Nobody did anything that fits." in nothing


def test_the_page_of_all_is_for_admins_and_names_campaigns(campaign):
    assert browser(campaign.owner).get("/trail/").status_code == 404
    page = browser(make_user(Role.ADMIN)).get("/trail/?campaign=shared").content.decode()
    assert "made the campaign Tea" in page
    assert "/research/shared/history/" in page


def test_pages_go_on_where_the_last_one_ended(campaign, django_assert_num_queries):
    for number in range(2 * LINES_A_PAGE):
        done(campaign, Deed.LINK_MADE, by=campaign.owner, name=f"link-{number}.")
    client = browser(campaign.owner)
    with django_assert_num_queries(4):
        first = client.get("/research/shared/history/?what=entry")
    shown = [line.entry.details["name"] for line in first.context["page"].lines]
    assert shown == [f"link-{n}." for n in range(99, 49, -1)]
    older = first.context["page"].older
    with django_assert_num_queries(4):
        second = client.get(f"/research/shared/history/?what=entry&before={older}")
    shown = [line.entry.details["name"] for line in second.context["page"].lines]
    assert shown == [f"link-{n}." for n in range(49, -1, -1)]
    newer = second.context["page"].newer
    assert second.context["page"].older is None
    back = client.get(f"/research/shared/history/?what=entry&after={newer}")
    assert back.context["page"].lines[0].entry.details["name"] == "link-99."


def test_the_trail_over_rest(campaign, django_assert_num_queries):
    ada = make_user(Role.RESEARCHER, "ada@variorum.test")
    done(campaign, Deed.MEMBER_REMOVED, by=ada, email="eve@variorum.test")
    done(campaign, Deed.CAMPAIGN_PAUSED)
    client = api(campaign.owner)
    with django_assert_num_queries(3):
        listed = client.get("/api/v1/campaigns/shared/trail/").json()["results"]
    assert [one["deed"] for one in listed] == ["campaign.paused", "team.removed", "campaign.made"]
    assert [one["who"] for one in listed] == [None, "ada@variorum.test", campaign.owner.email]
    assert listed[1]["sentence"] == "took eve@variorum.test out of the team"
    assert listed[1]["details"] == {"email": "eve@variorum.test"}

    def found(query):
        answer = client.get(f"/api/v1/campaigns/shared/trail/?{query}")
        return [one["deed"] for one in answer.json()["results"]]

    assert found("what=team") == ["team.removed"]
    assert found("what=team.removed&who=ADA@variorum.test") == ["team.removed"]
    assert found("what=campaign&page_size=1") == ["campaign.paused"]
    assert client.get("/api/v1/campaigns/shared/trail/?what=tea").status_code == 400
    assert api(ada).get("/api/v1/campaigns/shared/trail/").status_code == 404
    assert client.get("/api/v1/trail/").status_code == 403
    whole = api(make_user(Role.ADMIN)).get("/api/v1/trail/?campaign=shared&what=campaign.made")
    assert [one["campaign"] for one in whole.json()["results"]] == ["shared"]
