import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from annotation.models import Judgment
from annotation.services.campaigns import pause_campaign
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge_everything,
    make_annotator,
    make_user,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db
TIE = {"answers": {"overall": {"outcome": "tie"}}}


@pytest.fixture
def campaign():
    return open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA, guideline="Be *kind*.")


@pytest.fixture
def annotator():
    return make_annotator()


def join(client, campaign, **answers):
    body = {"consent": {"version": 1, "purposes": []}, "answers": answers}
    return client.post(f"/api/v1/campaigns/{campaign.slug}/join/", body, format="json")


def test_from_joining_to_the_last_item(campaign, annotator):
    client = api(annotator.user)
    joined = join(client, campaign, age="young")
    assert joined.status_code == 201
    assert joined.json()["stratum"] == "young"
    seen = []
    while (served := client.post(f"/api/v1/campaigns/{campaign.slug}/next/")).status_code == 200:
        seen.append(served.json()["item"]["id"])
        path = f"/api/v1/assignments/{served.json()['id']}/judgment/"
        assert client.post(path, TIE, format="json").status_code == 201
    assert sorted(seen) == ["q1", "q2", "q3"]
    assert (served.status_code, served["Variorum-Reason"]) == (204, "done")


def test_an_assignment_has_everything_needed_to_show_it_and_nothing_more(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="young")
    body = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    assert set(body) == {
        *(
            "id",
            "status",
            "lease_expires_at",
            "task_type",
            "criteria",
            "asking",
            "guideline",
            "item",
            "draft",
        ),
    }
    assert body["guideline"] == {"version": 1, "html": "<p>Be <em>kind</em>.</p>\n"}
    item = body["item"]
    assert set(item) == {"id", "language", "prompt", "prompt_html", "responses"}
    assert item["prompt_html"] == f"<p>What about {item['id']}?</p>\n"
    assert sorted(response["id"] for response in item["responses"]) == ["r1", "r2"]
    for response in item["responses"]:
        assert set(response) == {"id", "text", "html"}
    assert "model" not in json.dumps(body)


def test_the_receipt_is_the_stored_judgment(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="old")
    served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    body = {
        "answers": {"overall": {"preferred": "r2", "strength": 1}},
        "reason": "Kinder.",
        "confidence": 70,
        "active_ms": 900,
    }
    path = f"/api/v1/assignments/{served['id']}/judgment/"
    first = client.post(path, body, format="json", HTTP_IDEMPOTENCY_KEY="abc")
    again = client.post(path, body, format="json", HTTP_IDEMPOTENCY_KEY="abc")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    stored = Judgment.objects.get()
    assert first.json()["judgment_id"] == stored.pk
    assert first.json()["answers"] == stored.answers == body["answers"]
    assert (stored.reason, stored.confidence, stored.active_ms) == ("Kinder.", 70.0, 900)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "request"),
        ({}, "answers"),
        ({"answers": {"overall": {"preferred": "r9", "strength": 1}}}, "answers.overall.preferred"),
        ({**TIE, "mood": "good"}, "mood"),
        ({**TIE, "confidence": "high"}, "confidence"),
        ({**TIE, "reason": ["x"]}, "reason"),
    ],
)
def test_what_does_not_fit_is_422_naming_the_field(campaign, annotator, body, field):
    client = api(annotator.user)
    join(client, campaign, age="old")
    served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    response = client.post(f"/api/v1/assignments/{served['id']}/judgment/", body, format="json")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Judgment.objects.exists()


def test_a_key_too_long_is_refused(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="old")
    served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    path = f"/api/v1/assignments/{served['id']}/judgment/"
    response = client.post(path, TIE, format="json", HTTP_IDEMPOTENCY_KEY="k" * 201)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_a_full_stratum_and_a_missing_stratum_are_conflicts(annotator):
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=[{**AGE_STRATA[0], "quota": 0}])
    client = api(annotator.user)
    assert join(client, campaign, age="young").json()["code"] == "stratum-full"
    assert join(client, campaign, age="old").json()["code"] == "no-stratum"
    assert join(client, campaign, age="old").status_code == 409


def test_joining_checks_consent_and_answers(campaign, annotator):
    client = api(annotator.user)
    path = f"/api/v1/campaigns/{campaign.slug}/join/"
    old = client.post(path, {"consent": {"version": 9, "purposes": []}}, format="json")
    assert (old.status_code, old.json()["code"]) == (409, "consent-changed")
    unknown = client.post(path, {"consent": {"version": 1, "purposes": ["fame"]}}, format="json")
    assert unknown.json()["errors"][0]["field"] == "consent.purposes"
    assert join(client, campaign, age="middle").json()["errors"][0]["field"] == "answers.age"
    assert client.post(path, [], format="json").status_code == 400


def test_next_says_why_there_is_nothing(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="young")
    pause_campaign(campaign)
    response = client.post(f"/api/v1/campaigns/{campaign.slug}/next/")
    assert (response.status_code, response["Variorum-Reason"]) == (204, "paused")


def test_a_draft_comes_back_with_the_assignment(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="young")
    served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    path = f"/api/v1/assignments/{served['id']}/draft/"
    assert client.put(path, {"note": "half"}, format="json").status_code == 200
    again = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    assert again["draft"] == {"note": "half"}
    for bad in ([], {"x": "a\x00"}, {"x": "y" * 70_000}):
        assert client.put(path, bad, format="json").status_code == 400


def test_skip_release_and_heartbeat(campaign, annotator):
    client = api(annotator.user)
    join(client, campaign, age="young")

    def served():
        return client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()["id"]

    first = served()
    assert client.post(f"/api/v1/assignments/{first}/heartbeat/").json()["status"] == "leased"
    skipped = client.post(f"/api/v1/assignments/{first}/skip/", {"reason": "x"}, format="json")
    assert skipped.json()["status"] == "skipped"
    second = served()
    assert client.post(f"/api/v1/assignments/{second}/release/").json()["status"] == "released"
    response = client.post(f"/api/v1/assignments/{second}/heartbeat/")
    assert (response.status_code, response.json()["code"]) == (409, "not-leased")


def test_owners_page_through_raw_judgments_by_pseudonym():
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(3, owner=owner)
    seat = take_part(campaign)
    given = judge_everything(seat)
    client = api(owner)
    first = client.get(f"/api/v1/campaigns/{campaign.slug}/judgments/", {"page_size": 2}).json()
    rest = client.get(first["next"]).json()
    found = first["results"] + rest["results"]
    assert [one["judgment_id"] for one in found] == [one.pk for one in given]
    assert {one["annotator"] for one in found} == {seat.annotator.pseudonym}
    assert found[0]["answers"] == given[0].answers
    assert rest["next"] is None
    assert seat.annotator.user.email not in json.dumps(found)


@pytest.mark.parametrize("items", [1, 30])
def test_serving_and_accepting_ask_constant_numbers_of_queries(items):
    campaign = open_with_items(items, overlap=9)
    for _ in range(2 if items > 1 else 0):
        judge_everything(take_part(campaign))
    seat = take_part(campaign)
    client = api(seat.annotator.user)
    with CaptureQueriesContext(connection) as serving:
        served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/").json()
    path = f"/api/v1/assignments/{served['id']}/judgment/"
    with CaptureQueriesContext(connection) as accepting:
        client.post(path, TIE, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert (len(serving), len(accepting)) == (10, 9)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Say on what it depends."), ("de", "Sagen Sie, worauf es ankommt.")],
)
def test_a_refused_judgment_is_told_in_the_language_of_the_request(annotator, language, said):
    seat = take_part(open_with_items(1), annotator)
    client = api(annotator.user)
    served = client.post(f"/api/v1/campaigns/{seat.campaign.slug}/next/").json()
    refused = client.post(
        f"/api/v1/assignments/{served['id']}/judgment/",
        {"answers": {"overall": {"outcome": "depends"}}},
        format="json",
        headers={"Accept-Language": language},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "unfit")
    assert refused.json()["errors"] == [{"field": "reason", "message": said}]
