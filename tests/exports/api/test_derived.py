"""Derived formats over REST."""

from typing import Any

import pytest

from accounts.models import User
from annotation.models import Campaign
from exports.models import Snapshot
from tests.exports.builders import pairwise_campaign, snapshot_of
from tests.factories import api

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/campaigns/pairs/exports/"


@pytest.fixture
def campaign() -> Campaign:
    return pairwise_campaign().campaign


@pytest.fixture
def owner(campaign: Campaign) -> User:
    assert campaign.owner is not None
    return campaign.owner


def asked(user: User, *formats: Any) -> Any:
    return api(user).post(URL, {"formats": list(formats)}, format="json")


def test_formats_are_completed_and_shown(owner: User, sent: list[int]):
    response = asked(owner, "matrix", {"format": "trl-preference", "test_share": 0.25})
    assert response.status_code == 202
    first, second = response.json()["formats"]
    assert first == {
        "format": "matrix",
        "name": "",
        "criteria": [],
        "strata": [],
        "annotators": [],
        "items": [],
        "repeats": False,
    }
    assert (second["mode"], second["test_share"], second["content"]) == (
        "judgments",
        0.25,
        "conversational",
    )
    assert Snapshot.objects.get().derived == [first, second]


@pytest.mark.parametrize(
    ("formats", "message"),
    [
        (["csv"], "format: There is no such format; there are trl-preference"),
        ([{"format": "trl-kto", "test_share": 1.5}], "test_share: Must be a number from 0"),
        ([{"format": "trl-kto", "split": 1}], "split: This format has no such option"),
        (["trl-kto", "trl-kto"], "name: trl-kto is asked for twice"),
        ([None], "null"),
    ],
)
def test_what_is_no_format_is_400(owner: User, formats: list[Any], message: str):
    response = asked(owner, *formats)
    assert response.status_code == 400
    assert message in response.content.decode()
    assert not Snapshot.objects.exists()


def test_what_the_campaign_does_not_have_is_422(owner: User):
    response = asked(owner, {"format": "trl-kto", "criteria": ["tone"]})
    assert response.status_code == 422
    assert "The campaign has no tone; it has overall." in response.content.decode()
    assert not Snapshot.objects.exists()


def test_the_same_moment_may_be_asked_for_with_other_formats(owner: User, campaign: Campaign):
    snapshot = snapshot_of(campaign, derived=["matrix"])
    url = f"/api/v1/exports/{snapshot.pk}/again/"
    same = api(owner).post(url, {}, format="json")
    assert [one["format"] for one in same.json()["formats"]] == ["matrix"]
    other = api(owner).post(url, {"formats": ["lewidi"]}, format="json")
    assert [one["format"] for one in other.json()["formats"]] == ["lewidi"]
    none = api(owner).post(url, {"formats": []}, format="json")
    assert none.json()["formats"] == []
