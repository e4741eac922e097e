"""Templates, copies and the archive over REST."""

import pytest

from accounts.enums import Role
from annotation.library import CAMPAIGN_TEMPLATES, QUESTION_SETS
from annotation.models import Campaign, EntryLink
from annotation.serializers.campaign import campaign_body
from annotation.services.campaigns import close_campaign, open_campaign, pause_campaign
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
HISTORY = ("slug", "title", "status", "guideline_version", "items", "consent")


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


def test_every_template_can_be_sent_back_as_a_campaign(owner):
    listed = api(owner).get("/api/v1/campaign-templates/").json()
    assert [one["key"] for one in listed] == list(CAMPAIGN_TEMPLATES)
    for one in listed:
        read = api(owner).get(f"/api/v1/campaign-templates/{one['key']}/").json()
        assert {**one, "campaign": read["campaign"]} == read
        body = {**read["campaign"], "slug": one["key"]}
        made = api(owner).post("/api/v1/campaigns/", body, format="json")
        assert made.status_code == 201, made.json()
        assert made.json()["criteria"] == read["campaign"]["criteria"]
        assert made.json()["translations"] == read["campaign"]["translations"]
        assert open_campaign(Campaign.objects.get(slug=one["key"])).is_open


def test_templates_come_in_the_language_of_the_request(owner):
    path = "/api/v1/campaign-templates/cultural-fit/"
    read = api(owner).get(path, HTTP_ACCEPT_LANGUAGE="de").json()["campaign"]
    asia = read["questions"][0]["options"][5]
    assert asia == {"key": "eastern-asia", "label": "Ostasien"}
    assert read["translations"]["en"]["questions.region.options.eastern-asia.label"] == (
        "Eastern Asia"
    )


def test_every_set_of_questions_can_be_put_into_a_campaign(owner):
    sets = api(owner).get("/api/v1/question-sets/").json()
    assert [one["key"] for one in sets] == list(QUESTION_SETS)
    assert all(one["source"] for one in sets)
    body = {
        "slug": "all",
        "title": "All",
        "task_type": "pairwise",
        "overlap": 1,
        "questions": [question for one in sets for question in one["questions"]],
        "consent": {"text": "Yes.", "purposes": sets[0]["purposes"] + sets[-1]["purposes"]},
        "translations": sets[3]["translations"],
    }
    made = api(owner).post("/api/v1/campaigns/", body, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["translations"] == sets[3]["translations"]


def test_an_unknown_template_is_not_found(owner):
    assert api(owner).get("/api/v1/campaign-templates/none/").status_code == 404


def judged(owner):
    """A campaign with everything that a design can have, items, a person and a judgment."""
    other = make_campaign(owner)
    campaign = open_with_items(
        2,
        owner=owner,
        title="Tone",
        guideline="Judge *tone*.",
        questions=[AGE_QUESTION],
        strata=AGE_STRATA,
        quotas=[{"key": "youth", "where": {"age": ["young"]}, "seats": 5}],
        item_strata=[{"key": "art", "where": {"topic": ["art"]}}],
        excludes=[other.slug],
        consent={"text": "Yes.", "purposes": [{"key": "demographics"}]},
        translations={"de": {"title": "Ton", "questions.age.label": "Wie alt sind Sie?"}},
        about={"summary": "How tone is heard."},
        entry={"check_rate": 0.1},
        strategy="random",
    )
    EntryLink.objects.create(campaign=campaign, name="wave 1", platform="panel")
    judge(serve(take_part(campaign, age="young")))
    campaign.refresh_from_db()
    return campaign


def test_a_copy_asks_the_same_and_has_neither_items_nor_people(owner):
    campaign = judged(owner)
    before = campaign_body(campaign)
    path = f"/api/v1/campaigns/{campaign.slug}/copy/"
    answer = api(owner).post(path, {"slug": "again", "title": "Again"}, format="json")
    assert answer.status_code == 201, answer.json()
    copy = answer.json()
    assert {key: one for key, one in copy.items() if key not in HISTORY} == {
        key: one for key, one in before.items() if key not in HISTORY
    }
    assert (copy["slug"], copy["title"], copy["status"]) == ("again", "Again", "draft")
    assert (copy["guideline_version"], copy["items"]) == (1, 0)
    assert copy["consent"] == {**before["consent"], "version": 1}
    made = Campaign.objects.get(slug="again")
    assert (made.items.count(), made.seats.count(), made.entry_links.count()) == (0, 0, 0)
    assert made.questionnaire.series != campaign.questionnaire.series
    assert made.seed != campaign.seed
    campaign.refresh_from_db()
    assert campaign_body(campaign) == before


def test_a_copy_of_which_texts_are_gone_leaves_their_translations(owner):
    campaign = make_campaign(
        owner,
        questions=[AGE_QUESTION],
        translations={"de": {"questions.age.label": "Wie alt sind Sie?"}},
    )
    path = f"/api/v1/campaigns/{campaign.slug}/"
    assert api(owner).patch(path, {"questions": []}, format="json").status_code == 200
    copy = api(owner).post(f"{path}copy/", {"slug": "bare"}, format="json")
    assert (copy.status_code, copy.json()["title"]) == (201, campaign.title)
    assert copy.json()["translations"] in ({}, {"de": {}})


def test_a_copy_needs_an_address_of_its_own(owner):
    campaign = make_campaign(owner)
    path = f"/api/v1/campaigns/{campaign.slug}/copy/"
    taken = api(owner).post(path, {"slug": campaign.slug}, format="json")
    assert (taken.status_code, taken.json()["code"]) == (409, "slug-in-use")
    reserved = api(owner).post(path, {"slug": "new"}, format="json")
    assert [one["field"] for one in reserved.json()["errors"]] == ["slug"]
    assert api(owner).post(path, {}, format="json").status_code == 400
    assert Campaign.objects.count() == 1


def slugs_listed(person, query=""):
    listed = api(person).get(f"/api/v1/campaigns/{query}").json()
    return [one["slug"] for one in listed["results"]]


def test_archiving_takes_out_of_lists_and_nothing_else(owner):
    campaign = close_campaign(judged(owner))
    others = slugs_listed(owner)
    others.remove(campaign.slug)
    path = f"/api/v1/campaigns/{campaign.slug}/"
    archived = api(owner).post(f"{path}archive/").json()
    assert archived["archived_at"]
    assert api(owner).post(f"{path}archive/").json() == archived
    assert slugs_listed(owner) == others
    assert slugs_listed(owner, "?archived=true") == [campaign.slug]
    assert api(owner).get(path).json() == archived
    assert len(api(owner).get(f"{path}judgments/").json()["results"]) == 1
    restored = api(owner).post(f"{path}restore/").json()
    assert restored == {**archived, "archived_at": None}
    assert slugs_listed(owner, "?archived=true") == []


def test_an_open_campaign_is_not_archived_and_an_archived_one_not_opened(owner):
    campaign = open_with_items(1, owner=owner)
    path = f"/api/v1/campaigns/{campaign.slug}/"
    refused = api(owner).post(f"{path}archive/")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")
    pause_campaign(campaign)
    assert api(owner).post(f"{path}archive/").status_code == 200
    refused = api(owner).post(f"{path}open/")
    assert (refused.status_code, refused.json()["code"]) == (409, "archived")
    api(owner).post(f"{path}restore/")
    assert api(owner).post(f"{path}open/").json()["status"] == "open"
