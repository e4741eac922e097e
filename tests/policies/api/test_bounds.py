"""Bounds over REST: what goes in, what comes out, and what is refused."""

import json
from typing import Any

import pytest

from accounts.enums import Role
from annotation.models import Campaign
from policies.models import RuleVersion, StatedPreferences, Verdict
from tests.factories import api, judge, make_user, open_with_items, serve, take_part
from tests.policies.builders import campaign_rule, installation_rule, rule_spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return open_with_items(1)


def bounds(campaign: Campaign, rest: str = "") -> str:
    return f"/api/v1/campaigns/{campaign.slug}/bounds/{rest}"


def post(user: Any, address: str, body: Any) -> Any:
    return api(user).post(address, body, format="json")


def test_an_admin_writes_versions_of_a_rule(campaign: Campaign):
    admin = make_user(Role.ADMIN)
    made = post(
        admin,
        "/api/v1/policies/rules/",
        rule_spec(source="Act 1", jurisdiction="EU", applies_to={"languages": ["en"]}),
    )
    assert made.status_code == 201, made.json()
    rule = made.json()
    assert (rule["reference"], rule["tier"], rule["campaign"]) == ("no-slurs", 1, None)
    versions = f"/api/v1/policies/rules/{rule['id']}/versions/"
    body = {**rule_spec(title="Stricter"), "keeps_verdicts": False}
    del body["key"]
    newer = post(admin, versions, body).json()
    assert (newer["number"], newer["title"], newer["verdicts_since"]) == (2, "Stricter", 2)
    found = api(campaign.owner).get(f"/api/v1/policies/rules/{rule['id']}/").json()
    assert [one["title"] for one in found["versions"]] == ["No slurs", "Stricter"]
    assert found["versions"][0]["applies_to"] == {"languages": ["en"]}
    ended = post(admin, f"/api/v1/policies/rules/{rule['id']}/end/", {})
    assert len(ended.json()["versions"]) == 3
    again = post(admin, f"/api/v1/policies/rules/{rule['id']}/end/", {})
    assert (again.status_code, again.json()["code"]) == (409, "rule-ended")


def test_organisation_rules_are_of_tier_2(campaign: Campaign):
    body = rule_spec(tier=2)
    made = post(make_user(Role.ADMIN), "/api/v1/policies/rules/", body).json()
    assert (made["tier"], made["campaign"]) == (2, None)
    own = post(campaign.owner, bounds(campaign, "rules/"), rule_spec()).json()
    assert (own["tier"], own["campaign"]) == (2, campaign.slug)
    found = api(campaign.owner).get(bounds(campaign)).json()
    assert [one["reference"] for one in found["rules"]] == [
        "no-slurs",
        f"{campaign.slug}/no-slurs",
    ]


@pytest.mark.parametrize(
    ("parts", "status", "field"),
    [
        ({"kind": "wish"}, 400, "kind"),
        ({"key": "no slurs"}, 400, "key"),
        ({"decided_by": "own"}, 400, "decided_by"),
        ({"decided_by": "values"}, 400, "evidence"),
        ({"effective_from": "2020-01-01T00:00:00Z"}, 422, "effective_from"),
        ({"applies_to": {"campaigns": ["x"]}}, 422, "applies_to.campaigns"),
    ],
)
def test_what_is_no_rule_is_refused(campaign: Campaign, parts: Any, status: int, field: str):
    refused = post(campaign.owner, bounds(campaign, "rules/"), rule_spec(**parts))
    assert refused.status_code == status
    assert [one["field"].split(".0")[0] for one in refused.json()["errors"]] == [field]
    assert not RuleVersion.objects.exists()


def test_settings_of_a_campaign(campaign: Campaign):
    client = api(campaign.owner)
    assert client.get(bounds(campaign)).json()["least_people"] == 5
    changed = client.patch(bounds(campaign), {"applies_to_training": False}, format="json")
    assert changed.json() == {"applies_to_training": False, "least_people": 5}
    refused = client.patch(bounds(campaign), {"least_people": 4}, format="json")
    assert refused.status_code == 400
    changed = client.patch(bounds(campaign), {"least_people": 9}, format="json")
    assert changed.json() == {"applies_to_training": False, "least_people": 9}
    less = client.patch(bounds(campaign), {"least_people": 8}, format="json")
    assert less.status_code == 403
    again = client.patch(bounds(campaign), {"applies_to_training": True}, format="json")
    assert again.json() == {"applies_to_training": True, "least_people": 9}


def test_from_the_queue_to_the_standing(campaign: Campaign):
    law, house = installation_rule(key="law"), campaign_rule(campaign, kind="requirement")
    client = api(campaign.owner)
    queue = client.get(bounds(campaign, "review/"), {"rule": law.pk}).json()
    assert [one["response_id"] for one in queue["responses"]] == ["r1", "r2"]
    assert queue["responses"][0]["content"] == "Answer 1 to q1"
    for rule, verdict in ((law, "breaks"), (house, "keeps")):
        said = {"rule": rule.pk, "item_id": "q1", "response_id": "r1", "verdict": verdict}
        made = client.post(bounds(campaign, "verdicts/"), {**said, "reason": "So."}, format="json")
        assert made.status_code == 201
    assert Verdict.objects.count() == 2
    queue = client.get(bounds(campaign, "review/"), {"rule": law.pk}).json()
    assert [one["response_id"] for one in queue["responses"]] == ["r2"]
    first, second = client.get(bounds(campaign, "standing/"), {"item": "q1"}).json()["responses"]
    assert (first["standing"], first["tier"]) == ("ruled_out", 1)
    assert first["decisive"] == ["law"]
    assert first["overruled"] == [f"{campaign.slug}/no-slurs"]
    assert [one["verdicts"][0]["author"] for one in first["rules"]] == [campaign.owner.email] * 2
    assert (second["standing"], second["tier"]) == ("undecided", None)
    before = {"item": "q1", "at": "2020-01-01T00:00:00Z"}
    earlier = client.get(bounds(campaign, "standing/"), before).json()
    assert [one["standing"] for one in earlier["responses"]] == ["allowed", "allowed"]


def test_a_verdict_needs_its_reason_and_its_response(campaign: Campaign):
    rule = installation_rule()
    said = {"rule": rule.pk, "item_id": "q1", "response_id": "r1", "verdict": "breaks"}
    refused = post(campaign.owner, bounds(campaign, "verdicts/"), said)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    for wrong in ({"response_id": "r9"}, {"item_id": "q9"}, {"rule": rule.pk + 1}):
        gone = post(campaign.owner, bounds(campaign, "verdicts/"), {**said, "reason": "x", **wrong})
        assert gone.status_code == 404
    assert not Verdict.objects.exists()


def test_the_register_is_prefilled_and_changed_by_heading(campaign: Campaign):
    client = api(campaign.owner)
    entries = client.get(bounds(campaign, "register/")).json()["entries"]
    assert len(entries) == 18
    sides = [(one["side"], one["level"]) for one in entries]
    assert sides.count(("risk", "individual")) == 6
    change = {"entries": [{"key": "privacy", "likelihood": "likely", "mitigation": "Names go."}]}
    changed = client.patch(bounds(campaign, "register/"), change, format="json").json()["entries"]
    privacy = next(one for one in changed if one["key"] == "privacy")
    assert (privacy["likelihood"], privacy["importance"], privacy["mitigation"]) == (
        *("likely", "", "Names go."),
    )
    refused = client.patch(
        bounds(campaign, "register/"), {"entries": [{"key": "luck"}]}, format="json"
    )
    assert refused.status_code == 422


def test_a_person_states_and_takes_back(campaign: Campaign):
    seat = take_part(campaign)
    judge(serve(seat))
    client = api(seat.annotator.user)
    nothing: dict[str, Any] = {
        "agreed_at": None,
        "version": None,
        "answers": {},
        "text": "",
        "rules": [],
    }
    assert client.get("/api/v1/me/bounds/").json() == nothing
    said = {"agreed": True, "answers": {"brevity": 40}, "text": "Short."}
    stated = client.put("/api/v1/me/bounds/", said, format="json").json()
    assert (stated["version"], stated["answers"], stated["text"]) == (1, {"brevity": 40}, "Short.")
    refused = client.put(
        "/api/v1/me/bounds/", {"agreed": True, "answers": {"speed": 1}}, format="json"
    )
    assert refused.json()["errors"][0]["field"] == "answers.speed"
    rule = client.post("/api/v1/me/bounds/rules/", {"text": "No jokes"}, format="json").json()
    address = f"/api/v1/me/bounds/rules/{rule['rules'][0]['id']}/"
    response = campaign.items.get().responses.first()
    body = {"response": response.pk, "verdict": "breaks"}
    assert client.post(f"{address}verdicts/", body, format="json").status_code == 204
    unseen = open_with_items(1).items.get().responses.first()
    body = {"response": unseen.pk, "verdict": "breaks"}
    assert client.post(f"{address}verdicts/", body, format="json").status_code == 404
    assert client.delete(address).status_code == 204
    assert not Verdict.objects.exists()
    assert client.put("/api/v1/me/bounds/", {"agreed": False}, format="json").json() == nothing
    assert not StatedPreferences.objects.exists()


def test_own_bounds_are_in_the_file_of_ones_data(campaign: Campaign):
    client = api(take_part(campaign).annotator.user)
    said = {"agreed": True, "answers": {"brevity": 40}, "text": "Short."}
    client.put("/api/v1/me/bounds/", said, format="json")
    client.post("/api/v1/me/bounds/rules/", {"text": "No jokes"}, format="json")
    data = json.loads(b"".join(client.get("/api/v1/me/data/").streaming_content))
    assert data["stated_preferences"][0]["text"] == "Short."
    assert data["own_rules"][0]["text"] == "No jokes"
    assert data["own_verdicts"] == []


def test_queries_of_reading_stay_the_same(campaign: Campaign, django_assert_max_num_queries):
    for number in range(4):
        installation_rule(key=f"law-{number}")
        campaign_rule(campaign, key=f"house-{number}")
    client = api(campaign.owner)
    for address, most in (("", 5), ("register/", 3), ("standing/?item=q1", 7)):
        with django_assert_max_num_queries(most):
            assert client.get(bounds(campaign, address)).status_code == 200
