"""Who may do what with snapshots over REST, and what comes back."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.enums import Role
from accounts.models import User
from annotation.enums import JobState
from annotation.models import Campaign
from exports.models import Snapshot
from tests.exports.builders import moment_of, published_snapshot
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def campaign(owner: User) -> Campaign:
    return make_campaign(owner, slug="mine")


def routes(snapshot: Snapshot) -> list[tuple[str, str]]:
    detail = f"/api/v1/exports/{snapshot.pk}/"
    return [
        ("get", "/api/v1/campaigns/mine/exports/"),
        ("post", "/api/v1/campaigns/mine/exports/"),
        ("get", detail),
        ("post", f"{detail}cancel/"),
        ("post", f"{detail}again/"),
        ("post", f"{detail}reissue/"),
        ("get", f"{detail}difference/?since={snapshot.pk}"),
        ("get", f"{detail}files/judgments.jsonl.gz"),
        ("head", f"{detail}files/judgments.jsonl.gz"),
    ]


def statuses(client: APIClient, snapshot: Snapshot) -> list[int]:
    found = []
    for method, path in routes(snapshot):
        response = getattr(client, method)(path)
        found.append(response.status_code)
        assert b"".join(response) or not response.streaming  # read to its end, which closes it
    return found


def test_owner_and_admin_reach_every_route(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    assert statuses(api(owner), snapshot) == [200, 202, 200, 409, 409, 409, 409, 200, 200]
    assert statuses(api(make_user(Role.ADMIN)), snapshot) == [
        200,
        202,
        200,
        409,
        409,
        409,
        409,
        200,
        200,
    ]


def test_everybody_else_finds_nothing_on_any_route(campaign: Campaign):
    snapshot = published_snapshot(campaign)
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        assert statuses(api(make_user(role)), snapshot) == [404] * 9
    assert statuses(api(), snapshot) == [401] * 9
    assert Snapshot.objects.count() == 1


def test_a_snapshot_is_asked_for_and_sent_to_the_workers(
    campaign: Campaign, owner: User, sent: list[int], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        response = api(owner).post("/api/v1/campaigns/mine/exports/", {}, format="json")
    assert response.status_code == 202
    snapshot = Snapshot.objects.get()
    assert sent == [snapshot.pk]
    assert snapshot.created_by == owner
    body = response.json()
    assert body.pop("created_at")
    assert body == {
        "id": snapshot.pk,
        "campaign": "mine",
        "format": "parquet",
        "pseudonyms": "per-release",
        "state": "queued",
        "progress": 0,
        "error": "",
        "as_of": None,
        "schema_version": "2.2",
        "software_version": "0.1.0",
        "finished_at": None,
        "note": "",
        "formats": [],
        "choices": {
            "profile": "full",
            "text": "included",
            "k": 0,
            "identifying": [],
            "withheld": [],
        },
        "approval": None,
        "versions": [{"campaign": "mine", "version": None}],
        "withdrawn": {"people": 0, "judgments": 0},
        "files": [],
    }


def test_format_is_a_choice(campaign: Campaign, owner: User):
    client = api(owner)
    path = "/api/v1/campaigns/mine/exports/"
    assert client.post(path, {"format": "csv"}, format="json").json()["format"] == "csv"
    refused = client.post(path, {"format": "xlsx"}, format="json")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert [one["field"] for one in refused.json()["errors"]] == ["format"]


def test_stable_names_are_an_admins_choice(campaign: Campaign, owner: User):
    path, body = "/api/v1/campaigns/mine/exports/", {"pseudonyms": "stable"}
    refused = api(owner).post(path, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert not Snapshot.objects.exists()
    taken = api(make_user(Role.ADMIN)).post(path, body, format="json")
    assert (taken.status_code, taken.json()["pseudonyms"]) == (202, "stable")


def test_a_done_snapshot_lists_its_files(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    body = api(owner).get(f"/api/v1/exports/{snapshot.pk}/").json()
    assert (body["state"], body["progress"]) == ("done", 100)
    assert body["as_of"] == "2026-01-02T03:04:05.678901Z"
    file = snapshot.files.get(name="judgments.jsonl.gz")
    path = reverse("api-export-file", kwargs={"pk": snapshot.pk, "name": file.name})
    assert body["files"][0] == {
        "name": "judgments.jsonl.gz",
        "table": "judgments",
        "bytes": file.bytes,
        "rows": 7,
        "sha256": file.sha256,
        "url": f"http://testserver{path}",
    }
    assert [(one["table"], one["rows"]) for one in body["files"][1:]] == [(None, None)]


def test_the_list_is_newest_first_and_asks_the_database_the_same_for_any_number(
    campaign: Campaign, owner: User, django_assert_num_queries: Any
):
    client = api(owner)
    path = "/api/v1/campaigns/mine/exports/"
    snapshots = [published_snapshot(campaign)]
    with django_assert_num_queries(7):
        assert len(client.get(path).json()["results"]) == 1
    snapshots += [published_snapshot(campaign) for _ in range(2)]
    with django_assert_num_queries(7):
        listed = client.get(path).json()["results"]
    assert [one["id"] for one in listed] == [one.pk for one in reversed(snapshots)]
    assert [len(one["files"]) for one in listed] == [2, 2, 2]


def test_cancelling_a_waiting_snapshot_ends_it(campaign: Campaign, owner: User):
    client = api(owner)
    pk = client.post("/api/v1/campaigns/mine/exports/").json()["id"]
    response = client.post(f"/api/v1/exports/{pk}/cancel/")
    assert (response.status_code, response.json()["state"]) == (202, JobState.CANCELLED)
    again = client.post(f"/api/v1/exports/{pk}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "job-ended")


def test_a_failed_snapshot_tells_why(campaign: Campaign, owner: User):
    snapshot = Snapshot.objects.create(
        campaign=campaign,
        moment=moment_of(campaign),
        state=JobState.FAILED,
        error="No room.",
        key=b"",
    )
    body = api(owner).get(f"/api/v1/exports/{snapshot.pk}/").json()
    assert (body["state"], body["error"], body["files"]) == ("failed", "No room.", [])


def test_campaigns_and_snapshots_that_do_not_exist_are_not_found(owner: User):
    client = api(owner)
    for path in ("/api/v1/campaigns/none/exports/", "/api/v1/exports/999999999999999999999/"):
        assert client.get(path).status_code == 404
