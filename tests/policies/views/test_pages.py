"""Pages of bounds: what they show, what their forms keep, and what they say when they cannot."""

from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.models import Campaign
from annotation.services.reporting import report_content
from policies.models import (
    BoundsSetting,
    OwnBounds,
    RegisterEntry,
    Rule,
    RuleVersion,
    StatedPreferences,
    Verdict,
)
from policies.selectors.rules import least_people as least_of
from tests.factories import judge, make_user, open_with_items, serve, take_part
from tests.policies.builders import campaign_rule, installation_rule, response_of, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return open_with_items(1)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def form_of(**parts: str) -> dict[str, str]:
    return {
        "title": "No slurs",
        "text": "None.",
        "kind": "restriction",
        "decided_by": "review",
        **parts,
    }


def test_an_admin_writes_a_rule_and_a_second_version(campaign: Campaign):
    client = browser(make_user(Role.ADMIN))
    written = form_of(key="no-slurs", tier="1", languages="en, pt", metadata="topic: law, health")
    made = client.post("/policies/new/", written, follow=True)
    rule = Rule.objects.get()
    assert made.redirect_chain == [(f"/policies/rules/{rule.pk}/", 302)]
    assert rule.versions.get().applies_to == {
        "languages": ["en", "pt"],
        "metadata": {"topic": ["law", "health"]},
    }
    edit = client.get(f"/policies/rules/{rule.pk}/edit/")
    assert 'value="en, pt"' in text_of(edit)
    assert "topic: law, health" in text_of(edit)
    client.post(f"/policies/rules/{rule.pk}/edit/", form_of(title="Stricter"))
    page = text_of(client.get(f"/policies/rules/{rule.pk}/"))
    assert page.index("Version 2") < page.index("Version 1")
    assert rule.versions.get(number=2).verdicts_since == 2
    client.post(f"/policies/rules/{rule.pk}/end/")
    page = text_of(client.get(f"/policies/rules/{rule.pk}/"))
    assert "not in force" in page
    assert "End this rule" not in page


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"title": ""}, "id_title_error"),
        ({"effective_from": "2020-01-01T00:00"}, "A rule cannot begin in the past."),
        ({"campaigns": "nowhere"}, "There is no campaign nowhere."),
        ({"decided_by": "values"}, "id_evidence_campaign_error"),
        ({"metadata": "topic"}, "id_metadata_error"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(parts: dict[str, str], said: str):
    client = browser(make_user(Role.ADMIN))
    refused = client.post("/policies/new/", form_of(key="k", tier="1", **parts))
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert not Rule.objects.exists()


def test_a_key_in_use_is_told(campaign: Campaign):
    campaign_rule(campaign)
    refused = browser(campaign.owner).post(
        f"/research/{campaign.slug}/bounds/new/", form_of(key="no-slurs")
    )
    assert refused.status_code == 422
    assert "There is a rule with this key already." in text_of(refused)


def test_a_campaign_shows_the_installations_rules_above_its_own(campaign: Campaign):
    installation_rule(title="The law")
    elsewhere = {"campaigns": [open_with_items(1).slug]}
    installation_rule(key="other", title="Elsewhere", applies_to=elsewhere)
    client = browser(campaign.owner)
    made = client.post(
        f"/research/{campaign.slug}/bounds/new/", form_of(key="house", title="House")
    )
    assert made.status_code == 302
    page = text_of(client.get(f"/research/{campaign.slug}/bounds/"))
    assert page.index("The law") < page.index("Of this campaign") < page.index("House")
    assert "Elsewhere" not in page
    detail = text_of(client.get(f"/research/{campaign.slug}/"))
    assert f"/research/{campaign.slug}/bounds/" in detail
    assert "/policies/" in text_of(client.get("/research/"))


def test_settings_are_kept_or_refused(campaign: Campaign):
    client, address = browser(campaign.owner), f"/research/{campaign.slug}/bounds/settings/"
    refused = client.post(address, {"least_people": "4"})
    assert refused.status_code == 422
    assert "Give a number from 5 to 1000." in text_of(refused)
    assert client.post(address, {"least_people": "7"}).status_code == 302
    setting = BoundsSetting.objects.get()
    assert (setting.applies_to_training, least_of([campaign])) == (False, 7)
    assert client.post(address, {"least_people": "6"}).status_code == 403
    assert least_of([campaign]) == 7
    assert browser(make_user(Role.ADMIN)).post(address, {"least_people": "6"}).status_code == 302
    assert least_of([campaign]) == 6


def test_a_reviewer_goes_through_the_queue(campaign: Campaign):
    rule = installation_rule()
    report_content(serve(take_part(campaign)), kind="hateful", response="r2", note="Look <here>")
    client, address = browser(campaign.owner), f"/research/{campaign.slug}/bounds/review/"
    page = text_of(client.get(address))
    assert page.index("response r2") < page.index("response r1")
    assert "Look &lt;here&gt;" in page
    said = {"rule": rule.pk, "item_id": "q1", "response_id": "r2", "verdict": "breaks"}
    verdicts = f"/research/{campaign.slug}/bounds/verdicts/"
    refused = client.post(verdicts, said)
    assert refused.status_code == 422
    assert "Say in which way it breaks the rule." in text_of(refused)
    kept = client.post(verdicts, {**said, "reason": "A slur."})
    assert kept.headers["Location"] == f"{address}?rule={rule.pk}"
    assert Verdict.objects.get().reason == "A slur."
    assert "response r2" not in text_of(client.get(address))


def test_without_rules_there_is_nothing_to_review(campaign: Campaign):
    page = browser(campaign.owner).get(f"/research/{campaign.slug}/bounds/review/?rule=x&after=y")
    assert "No rule in force asks for a reviewer’s verdict." in text_of(page)


def test_standing_is_explained_with_what_it_rests_on(campaign: Campaign):
    law = installation_rule(key="law", title="The law")
    house = campaign_rule(campaign, title="House")
    say(law, response_of(campaign), "breaks")
    say(house, response_of(campaign), "keeps")
    page = text_of(browser(campaign.owner).get(f"/research/{campaign.slug}/bounds/items/q1/"))
    assert "Ruled out by tier 1: The law." in page
    assert "cannot loosen the higher one: House." in page
    assert "Because." in page
    assert "not known yet whether the response keeps to: The law and House." in page
    gone = browser(campaign.owner).get(f"/research/{campaign.slug}/bounds/items/q9/")
    assert gone.status_code == 404


def test_the_register_keeps_what_was_changed_alone(campaign: Campaign):
    client, address = browser(campaign.owner), f"/research/{campaign.slug}/bounds/register/"
    page = text_of(client.get(address))
    assert page.count("<fieldset") == 18
    client.post(address, {"likelihood-privacy": "likely", "note-privacy": "Names.", "note-x": "y"})
    entry = RegisterEntry.objects.get()
    assert (entry.key, entry.likelihood, entry.note) == ("privacy", "likely", "Names.")
    assert "Names." in text_of(client.get(address))


def test_a_persons_own_bounds_are_kept_with_consent_and_erased_on_request(campaign: Campaign):
    seat = take_part(campaign)
    judge(serve(seat))
    client, address = browser(seat.annotator.user), "/my-data/bounds/"
    assert address in text_of(client.get("/my-data/"))
    said = {"state-brevity": "70", "text": "Be brief."}
    assert client.post(address, said).status_code == 422
    assert not StatedPreferences.objects.exists()
    assert client.post(address, {**said, "agreed": "1"}).status_code == 302
    assert StatedPreferences.objects.get().answers == {"brevity": 70}
    assert client.post(address, {"state-brevity": "101"}).status_code == 422
    page = text_of(client.get(address))
    assert 'value="70"' in page
    assert "Responses you judged lately" not in page
    client.post("/my-data/bounds/rules/", {"rule": "joke"})
    rule = Rule.objects.get()
    assert "Responses you judged lately" in text_of(client.get(address))
    verdict = {"response": str(response_of(campaign).pk), "verdict": "breaks"}
    assert client.post(f"/my-data/bounds/rules/{rule.pk}/verdict/", verdict).status_code == 302
    assert Verdict.objects.get().verdict == "breaks"
    client.post(address, {"do": "forget"})
    left = [one.objects.count() for one in (OwnBounds, StatedPreferences, RuleVersion, Verdict)]
    assert left == [0, 0, 0, 0]


def test_pages_ask_few_questions(campaign: Campaign, django_assert_max_num_queries):
    for number in range(4):
        rule = installation_rule(key=f"law-{number}")
        say(rule, response_of(campaign), "unsure")
    client = browser(campaign.owner)
    for rest, most in (("", 8), ("review/", 8), ("items/q1/", 10), ("register/", 5)):
        with django_assert_max_num_queries(most):
            assert client.get(f"/research/{campaign.slug}/bounds/{rest}").status_code == 200
