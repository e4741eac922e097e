"""Importing judgments over REST."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.enums import Role
from annotation import tasks
from annotation.models import Judgment, JudgmentImport
from annotation.services.campaigns import open_campaign
from tests.factories import api, make_campaign, make_user, open_with_items

pytestmark = pytest.mark.django_db(transaction=True)

CONSENT = {
    "text": "We publish.",
    "purposes": [
        {"key": "research", "label": "Research", "required": True},
        {"key": "teaching", "label": "Teaching", "required": False},
    ],
}
PANDALM = Path(__file__).resolve().parents[3].parent / "shared/data/pandalm/testset-v1.json"


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


@pytest.fixture(autouse=True)
def _worker(monkeypatch):
    """The import runs as soon as it is committed."""
    monkeypatch.setattr(tasks.run_judgment_import, "delay", tasks.run_judgment_import)


def send(owner: Any, campaign: Any, body: bytes, **query: Any) -> Any:
    return api(owner).post(
        f"/api/v1/campaigns/{campaign.slug}/judgments/import/?{urlencode(query)}",
        body,
        content_type="application/x-ndjson",
    )


def line(item: str = "q1", annotator: str = "ann", **parts: Any) -> bytes:
    answers = {"overall": {"outcome": "tie"}}
    return json.dumps(
        {"item_id": item, "annotator_id": annotator, "answers": answers, **parts}
    ).encode()


def read(owner: Any, response: Any) -> dict[str, Any]:
    body: dict[str, Any] = (
        api(owner).get(f"/api/v1/judgment-imports/{response.json()['id']}/").json()
    )
    return body


def test_a_body_becomes_judgments_with_what_was_stated(owner):
    campaign = open_with_items(2, owner=owner, consent=CONSENT)
    response = send(
        owner,
        campaign,
        line() + b"\n" + line("q2"),
        purposes="teaching,research",
        basis="Form of 2024",
        source="pilot",
        name="pilot.jsonl",
    )
    assert (response.status_code, response.json()["state"]) == (202, "queued")
    body = read(owner, response)
    assert body["state"] == "done", body
    assert (body["progress"], body["format"], body["file"]) == (100, "jsonl", "pilot.jsonl")
    assert (body["created"], body["people"], body["errors_total"]) == (2, 1, 0)
    assert (body["purposes"], body["basis"]) == (["research", "teaching"], "Form of 2024")
    assert (body["asserted_by"], body["source"]) == (owner.email, "pilot")
    assert {one.consent.purposes[1] for one in Judgment.objects.all()} == {"teaching"}


def test_wrong_lines_are_named_and_nothing_is_imported(owner):
    campaign = open_with_items(1, owner=owner)
    body = read(owner, send(owner, campaign, line() + b"\n" + line("q9")))
    assert (body["state"], body["created"], body["errors_total"]) == ("failed", 0, 1)
    assert body["errors"] == [{"line": 2, "message": 'The campaign has no item "q9".'}]
    assert not Judgment.objects.exists()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "purposes"),
        ({"purposes": ""}, "purposes"),
        ({"purposes": "research,sale"}, "purposes"),
        ({"purposes": "research", "format": "docx"}, "format"),
        ({"purposes": "research", "strength": "much"}, "strength"),
        ({"purposes": "research", "columns": "pear=a"}, "columns"),
        ({"purposes": "research", "items": "some"}, "items"),
        ({"purposes": "research", "source": "s" * 61}, "source"),
    ],
)
def test_what_cannot_be_stated_is_refused_and_nothing_kept(owner, query, field):
    campaign = open_with_items(1, owner=owner, consent=CONSENT)
    response = send(owner, campaign, line(), **query)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)
    assert not JudgmentImport.objects.exists()


def test_a_draft_takes_none_and_a_form_or_too_much_is_refused(owner, settings):
    draft = make_campaign(owner)
    assert send(owner, draft, line()).json()["code"] == "draft"
    campaign = open_with_items(1, owner=owner)
    address = f"/api/v1/campaigns/{campaign.slug}/judgments/import/"
    assert api(owner).post(address, {"file": "x"}).status_code == 415
    settings.IMPORT_MAX_FILE_BYTES = 10
    assert send(owner, campaign, line()).status_code == 413
    assert not JudgmentImport.objects.exists()


def test_a_waiting_import_can_be_cancelled(owner):
    job = JudgmentImport.objects.create(campaign=make_campaign(owner))
    response = api(owner).post(f"/api/v1/judgment-imports/{job.pk}/cancel/")
    assert (response.status_code, response.json()["state"]) == (202, "cancelled")
    assert api(owner).post(f"/api/v1/judgment-imports/{job.pk}/cancel/").status_code == 409


@pytest.mark.skipif(not PANDALM.exists(), reason="the shared data is not here")
def test_pandalms_test_set_comes_in_whole(owner):
    campaign = open_campaign(make_campaign(owner))
    body = read(owner, send(owner, campaign, PANDALM.read_bytes(), strength=1, source="pandalm"))
    assert (body["state"], body["created"], body["people"]) == ("done", 2997, 3)
    assert (campaign.items.count(), body["format"], body["strength"]) == (999, "pandalm", 1)
