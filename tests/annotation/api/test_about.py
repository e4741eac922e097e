"""What researchers state of a campaign for its datasets, by REST and by the page."""

import pytest
from django.test import Client

from accounts.enums import Role
from annotation.models import Campaign
from annotation.serializers.campaign import campaign_body
from annotation.services.campaigns import open_campaign
from tests.annotation.views.test_research_campaign_form import FORM
from tests.factories import (
    AGE_QUESTION,
    api,
    campaign_spec,
    make_annotator,
    make_campaign,
    make_user,
)

pytestmark = pytest.mark.django_db

ABOUT = {
    "summary": "Why people differ.",
    "pay": "12 € an hour",
    "population_shares": {"age": {"young": 45.5, "old": 54.5}},
    "license": "CC-BY-4.0",
    "url": "https://example.org/tea",
    "authors": [
        {"name": "Ada Doe", "affiliation": "Lab; Town", "orcid": "0000-0002-1825-0097"},
        {"name": "The Tea Group"},
    ],
}


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


def test_what_is_stated_is_kept_and_read_back(owner):
    body = campaign_spec(questions=[AGE_QUESTION], about={**ABOUT, "ethics": "", "authors": []})
    made = api(owner).post("/api/v1/campaigns/", body, format="json")
    assert made.status_code == 201, made.json()
    stated = {key: ABOUT[key] for key in ABOUT if key != "authors"}
    assert made.json()["about"] == stated


def test_it_can_be_changed_while_the_campaign_is_open(owner):
    campaign = open_campaign(make_campaign(owner, questions=[AGE_QUESTION]))
    address = f"/api/v1/campaigns/{campaign.slug}/"
    changed = api(owner).patch(address, {"about": ABOUT}, format="json")
    assert changed.json()["about"] == ABOUT
    assert api(owner).patch(address, {"about": {}}, format="json").json()["about"] == {}


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"payment": "1 €"}, "about.payment"),
        ({"license": "see website!"}, "about.license"),
        ({"url": "javascript:alert(1)"}, "about.url"),
        ({"authors": [{"affiliation": "Lab"}]}, "about.authors.0.name"),
        ({"authors": [{"name": "A", "orcid": "1234"}]}, "about.authors.0.orcid"),
        ({"population_shares": {"age": {"young": -1}}}, "about.population_shares.age.young"),
        ({"population_shares": {"age": {"young": 0}}}, "about.population_shares"),
        ({"population_shares": {"age": {"middling": 1}}}, "about.population_shares"),
        ({"population_shares": {"height": {"tall": 1}}}, "about.population_shares"),
    ],
)
def test_what_does_not_fit_is_named(owner, about, field):
    body = campaign_spec(questions=[AGE_QUESTION], about=about)
    response = api(owner).post("/api/v1/campaigns/", body, format="json")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_annotators_do_not_read_it(owner):
    campaign = open_campaign(make_campaign(owner, about={"pay": "12 €"}))
    seen = api(make_annotator().user).get(f"/api/v1/campaigns/{campaign.slug}/")
    assert seen.status_code == 200
    assert "about" not in seen.json()


PAGE = {
    "about_summary": " Why people\r\ndiffer. ",
    "about_authors": "Ada Doe; Lab; 0000-0002-1825-0097\r\n\r\nThe Tea Group\r\n",
    "about_population_shares": "age, young: 45.5\r\nage, old: 54.5",
    "about_license": "CC-BY-4.0",
    "about_pay": "",
}


def test_the_page_makes_the_same_body(owner, client: Client):
    client.force_login(owner)
    assert client.post("/research/new/", {**FORM, **PAGE}).status_code == 302
    campaign = Campaign.objects.get(slug="tone")
    assert campaign_body(campaign)["about"] == {
        "summary": "Why people\ndiffer.",
        "authors": [
            {"name": "Ada Doe", "affiliation": "Lab", "orcid": "0000-0002-1825-0097"},
            {"name": "The Tea Group"},
        ],
        "population_shares": {"age": {"young": 45.5, "old": 54.5}},
        "license": "CC-BY-4.0",
    }
    page = client.get("/research/tone/edit/").content.decode()
    assert "Ada Doe; Lab; 0000-0002-1825-0097\nThe Tea Group" in page
    assert "age, old: 54.5\nage, young: 45.5" in page


def test_a_form_without_these_fields_leaves_them_as_they_are(owner, client: Client):
    client.force_login(owner)
    client.post("/research/new/", {**FORM, **PAGE})
    client.post("/research/tone/edit/", {**FORM, "title": "Tone again"})
    campaign = Campaign.objects.get(slug="tone")
    assert (campaign.title, campaign.about["license"]) == ("Tone again", "CC-BY-4.0")


@pytest.mark.parametrize(
    ("field", "written", "message"),
    [
        ("about_population_shares", "age young 3", "does not read so: age young 3"),
        ("about_population_shares", "age, young: many", "age: A valid number is required."),
        ("about_license", "ask us", "identifier, such as CC-BY-4.0"),
        ("about_authors", "; Lab", "Line 1: This field is required."),
    ],
)
def test_the_page_says_at_the_field_what_is_wrong(owner, client: Client, field, written, message):
    client.force_login(owner)
    answer = client.post("/research/new/", {**FORM, field: written})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert f'href="#id_{field}"' in page
    assert not Campaign.objects.exists()
