"""The page on which a release is put together."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from exports.models import Snapshot
from tests.exports.builders import ALL_PURPOSES, Built, pairwise_campaign, seat_for
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
PATH = "/campaigns/pairs/exports/new/"
PUBLIC = {"profile": "public", "text": "excluded", "pseudonyms": "per-release", "k": "5"}


@pytest.fixture
def built() -> Built:
    built = pairwise_campaign()
    for number in range(7):
        seat_for(built.campaign, f"old{number}", {"age": "old", "tongues": ["en"]}, ALL_PURPOSES)
    return built


@pytest.fixture
def client(built: Built) -> Client:
    client = Client()
    client.force_login(built.campaign.owner, backend="accounts.backends.AccountBackend")
    return client


def part(client: Client, target: str, **data: Any) -> str:
    headers = {"HX-Request": "true", "HX-Target": target}
    response = client.post(PATH, {**PUBLIC, **data}, headers=headers)
    assert response.status_code == 200
    page: str = response.content.decode()
    assert "<!DOCTYPE html>" not in page
    return page


def test_the_page_begins_with_research_and_leaves_answers_as_given(client: Client):
    page = client.get(PATH).content.decode()
    assert '<option value="as-given" selected>' in page
    assert "What this comes to" not in page
    assert "4 judgments on 2 items" in page
    assert 'value="trl-preference"' in page


def test_public_puts_every_question_in_groups_and_shows_small_cells(client: Client):
    page = part(client, "choices")
    assert page.count('<option value="in-groups" selected>') == 2
    assert "Small cells" in page
    assert "(blanked)" in page
    assert 'value="as-given"' not in page
    assert "As it was written" not in page


def test_only_the_outcome_comes_back_while_names_are_typed(client: Client):
    names = {"as-age-young": "adult", "as-age-old": "adult", "as-tongues-hi": "some"}
    page = part(client, "outcome", **names)
    assert '<div id="outcome"' in page
    assert 'id="choices"' not in page
    clash = part(client, "outcome", **{"as-age-young": "old", "shown-age": "1"})
    assert "What this comes to" in clash


def test_a_proposal_fills_the_names_or_says_that_there_is_none(client: Client):
    page = part(client, "choices", step="propose")
    assert "Groups are proposed above" in page or "none are proposed" in page


def test_a_smaller_k_than_the_campaign_asks_for_is_refused_at_once(client: Client):
    assert "need at least 5" in part(client, "outcome", k="3") + part(client, "choices", k="3")
    refused = client.post(PATH, {**PUBLIC, "k": "3", "format": "csv", "step": "make"})
    assert refused.status_code == 422
    assert not Snapshot.objects.exists()


def test_the_snapshot_is_asked_for_as_it_was_put_together(client: Client):
    wish = {
        **PUBLIC,
        **{"format": "csv", "note": "First", "step": "make", "derived": "trl-preference"},
        **{"use-age": "in-groups", "as-age-young": "adult", "as-age-old": "adult"},
        "use-tongues": "left-out",
    }
    response = client.post(PATH, wish)
    snapshot = Snapshot.objects.get()
    assert response["Location"] == reverse("exports:snapshot-detail", args=[snapshot.pk])
    assert (snapshot.format, snapshot.note) == ("csv", "First")
    assert snapshot.choices["identifying"] == [
        {
            "question": "age",
            "groups": [
                {"key": "adult", "label": "Under 40; 40 or more", "options": ["young", "old"]}
            ],
        }
    ]
    assert snapshot.choices["withheld"] == ["tongues"]
    assert [one["format"] for one in snapshot.derived] == ["trl-preference"]


def test_only_own_campaigns_come_into_the_same_snapshot(client: Client, built: Built):
    make_campaign(built.campaign.owner, slug="also-mine", title="Also mine")
    make_campaign(make_user(Role.RESEARCHER), slug="foreign", title="Foreign one")
    page = client.get(PATH).content.decode()
    assert "Also mine" in page
    assert "Foreign one" not in page
    wish = {**PUBLIC, "format": "csv", "step": "make"}
    assert client.post(PATH, {**wish, "campaigns": "foreign"}).status_code == 404
    assert client.post(PATH, {**wish, "campaigns": "also-mine"}).status_code == 302
    assert Snapshot.objects.get().moment.versions.count() == 2


def test_looks_ask_the_database_the_same_for_any_number_of_people(
    client: Client, built: Built, django_assert_max_num_queries: Any
):
    with django_assert_max_num_queries(26) as first:
        part(client, "choices")
    for number in range(5):
        seat_for(built.campaign, f"new{number}", {"age": "young"}, ALL_PURPOSES)
    with django_assert_max_num_queries(len(first)):
        part(client, "choices")
