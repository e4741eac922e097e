"""Versions of a guideline, on a page and over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from annotation.models import Campaign
from annotation.services.campaigns import change_campaign
from tests.factories import api, make_annotator, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    made = make_campaign(guideline="# Tone\n\nSay which is *better*.", slug="tone")
    change_campaign(made, {"guideline": "# Tone\n\nSay which is *kinder*."})
    practice = [{"prompt": "Try", "responses": [{"id": "p1", "text": "One"}], "note": ""}]
    made.refresh_from_db()
    change_campaign(made, {"entry": {**made.entry, "practice": practice}})
    return made


@pytest.fixture
def signed_in(client: Client, campaign: Campaign) -> Client:
    client.force_login(campaign.owner)
    return client


def test_the_page_shows_what_the_newest_version_changed(
    signed_in: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(6):
        page = signed_in.get("/research/tone/guideline/")
    change = page.context["change"]
    assert (change.older.version, change.newer.version) == (2, 3)
    assert (change.text_changed, change.preparation_changed) == (False, True)
    assert "The text itself is the same in both." in page.content.decode()
    assert "<em>kinder</em>" in page.content.decode()


def test_any_two_versions_can_be_compared(signed_in: Client) -> None:
    page = signed_in.get("/research/tone/guideline/?from=1&to=2").content.decode()
    assert "<del>Say which is *<mark>better</mark>*.</del>" in page
    assert "<ins>Say which is *<mark>kinder</mark>*.</ins>" in page
    for address in ("?from=1&to=9", "?from=x", "?to=99999999999999999999", "?to=0"):
        assert signed_in.get(f"/research/tone/guideline/{address}").status_code == 404
    assert signed_in.get("/research/tone/guideline/?to=2").context["change"].older.version == 1


def test_a_first_version_is_shown_alone(client: Client) -> None:
    campaign = make_campaign(guideline="<script>alert(1)</script>Only one.")
    client.force_login(campaign.owner)
    page = client.get(f"/research/{campaign.slug}/guideline/").content.decode()
    assert "Only one." in page
    assert "<script>alert" not in page
    assert 'id="changes-title"' not in page


def test_versions_over_rest(campaign: Campaign) -> None:
    client, path = api(campaign.owner), "/api/v1/campaigns/tone/guidelines/"
    assert [one["version"] for one in client.get(path).json()] == [3, 2, 1]
    first = client.get(f"{path}1/").json()
    assert (first["text"], first["preparation"]) == ("# Tone\n\nSay which is *better*.", {})
    assert "<em>better</em>" in first["html"]
    change = client.get(f"{path}1/changes/3/").json()
    assert (change["older"], change["newer"], change["preparation_changed"]) == (1, 3, True)
    assert [line["kind"] for line in change["lines"]] == ["same", "same", "removed", "added"]
    assert {"text": "kinder", "is_changed": True} in change["lines"][3]["pieces"]
    for missing in ("9/", "1/changes/9/", "99999999999999999999/", "1/changes/99999999999999999/"):
        assert client.get(path + missing).status_code == 404


def test_others_find_nothing(client: Client, campaign: Campaign) -> None:
    for person in (make_user(Role.RESEARCHER), make_annotator().user):
        client.force_login(person)
        assert client.get("/research/tone/guideline/").status_code == 404
        for path in ("", "1/", "1/changes/2/"):
            answer = api(person).get(f"/api/v1/campaigns/tone/guidelines/{path}")
            assert answer.status_code == 404
    assert api().get("/api/v1/campaigns/tone/guidelines/").status_code == 401
