"""The page on which a release is put together."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from exports.derived import FORMATS, read_request
from exports.models import Snapshot
from tests.exports.builders import ALL_PURPOSES, Built, pairwise_campaign, seat_for
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
PATH = "/campaigns/pairs/exports/new/"
QUERIES = 18
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


DERIVED = {
    **PUBLIC,
    "format": "parquet",
    "use-age": "left-out",
    "use-tongues": "left-out",
    "step": "make",
}


def test_every_option_that_rest_takes_can_be_chosen_on_the_page(client: Client):
    page = client.get(PATH).content.decode()
    for format in FORMATS.values():
        for option in format.options:
            name = f'name="opt-{format.key}-{option.key}'
            assert name in page, name
    body = {
        **DERIVED,
        "derived": ["trl-reward", "matrix"],
        "opt-trl-reward-name": "young",
        "opt-trl-reward-criteria": ["overall"],
        "opt-trl-reward-strata": ["young"],
        "opt-trl-reward-annotators": "p-one\r\n p-two \r\n",
        "opt-trl-reward-items": "q1\nq2",
        "opt-trl-reward-repeats": "1",
        "opt-trl-reward-test_share": "0.25",
        "opt-trl-reward-seed": "7",
        "opt-trl-reward-mode": "weighted",
        "opt-trl-reward-weights": "stratum",
        "opt-trl-reward-shares-young": "3",
        "opt-trl-reward-shares-old": "1",
        "opt-trl-reward-content": "plain",
        "opt-trl-reward-compress": "1",
        "opt-trl-reward-ties": "half",
        "opt-trl-reward-prompt_end": "\\n--\\n",
        "opt-trl-reward-margins": "0.5, 2",
        "opt-trl-reward-within_bounds": "1",
        # Of a format that was not chosen nothing is taken.
        "opt-trl-kto-seed": "9",
    }
    assert client.post(PATH, body).status_code == 302
    reward, matrix = Snapshot.objects.get().derived
    assert reward == {
        "format": "trl-reward",
        "name": "young",
        "criteria": ["overall"],
        "strata": ["young"],
        "annotators": ["p-one", "p-two"],
        "items": ["q1", "q2"],
        "repeats": True,
        "test_share": 0.25,
        "seed": 7,
        "mode": "weighted",
        "weights": "stratum",
        "shares": {"old": 1.0, "young": 3.0},
        "kind": None,
        "population": "",
        "content": "plain",
        "compress": True,
        "ties": "half",
        "prompt_end": "\n--\n",
        "margins": [0.5, 2.0],
        "within_bounds": True,
    }
    assert matrix == read_request("matrix").body


@pytest.mark.parametrize("format", list(FORMATS))
def test_untouched_controls_ask_for_what_a_bare_key_asks_for(client: Client, format: str):
    page = client.get(PATH).content.decode()
    fields = {"derived": format, **controls_in(page, f"opt-{format}-")}
    assert client.post(PATH, {**DERIVED, **fields}).status_code == 302
    assert Snapshot.objects.get().derived == [read_request(format).body]


def controls_in(page: str, prefix: str) -> dict[str, str]:
    """What a browser would send of a format's controls as they stand."""
    found: dict[str, str] = {}
    for tag in re.findall(rf'<input[^>]*name="{prefix}[^>]*>', page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" or "checked" in tag:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, options in re.findall(
        rf'<select name="({prefix}[^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        found[name] = re.findall(r'<option value="([^"]*)" selected>', options)[0]
    return found


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("test_share", "1.5", "Must be a number from 0 to below 1."),
        ("test_share", "much", "Must be a number from 0 to below 1."),
        ("seed", "-1", "Must be a whole number"),
        ("name", "Not this", "small letters, digits and underscores"),
        ("weights", "stratum", "Weights need the mode weighted or soft."),
        ("mode", "guess", "Must be one of"),
    ],
)
def test_an_option_that_does_not_fit_is_told_beside_it_and_keeps_what_was_typed(
    client: Client, option: str, value: str, words: str
):
    body = {**DERIVED, "derived": "trl-kto", f"opt-trl-kto-{option}": value}
    response = client.post(PATH, body)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert 'id="format-trl-kto"' in page
    assert not Snapshot.objects.exists()
    if option in ("name", "seed"):
        assert f'value="{value}"' in page


def test_the_page_costs_the_same_however_many_formats_are_chosen(
    client: Client, django_assert_max_num_queries: Any
):
    with django_assert_max_num_queries(QUERIES):
        client.get(PATH)
    with django_assert_max_num_queries(QUERIES):
        client.post(PATH, {**DERIVED, "step": "show", "derived": list(FORMATS)})
