"""Buttons of the campaign page that add to what is written, and save nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.enums import Role
from accounts.models import User
from annotation.library import QUESTION_SETS
from annotation.models import Campaign
from annotation.serializers.campaign import campaign_body
from tests.annotation.views.test_research_campaign_form import FORM as WHOLE_FORM
from tests.annotation.views.test_research_campaign_form import form_fields, form_of
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
FORM = {name: one for name, one in WHOLE_FORM.items() if not name.startswith("questions-2-")}
BUILD: dict[str, Any] = {
    "build_strata": "1",
    "split": ["age"],
    "split_target": "2",
    "split_others": "on",
}


@pytest.fixture
def researcher() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def signed_in(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def clicked(client: Client, data: dict[str, Any], address: str = "/research/new/") -> Any:
    """The editor after a button was pressed, and every field of its page."""
    response = client.post(address, data)
    assert response.status_code == 200, response
    assert "Nothing is saved yet" in response.content.decode()
    return response.context["editor"]


@pytest.mark.parametrize("key", QUESTION_SETS)
def test_each_standard_question_can_be_added_and_saved(signed_in: Client, key: str) -> None:
    bare = {name: FORM[name] for name in FORM if not name.startswith(("questions", "strata"))}
    editor = clicked(signed_in, {**bare, "add_set": key})
    assert not Campaign.objects.exists()
    signed_in.post("/research/new/", form_fields(editor))
    body = campaign_body(Campaign.objects.get())
    (question,) = body["questions"]
    chosen = QUESTION_SETS[key]
    assert (question["key"], question["label"]) == (key, str(chosen.question["label"]))
    assert len(question["options"]) == len(chosen.question["options"])
    assert question["purpose"] in [one["key"] for one in body["consent"]["purposes"]]


def test_what_was_written_stays_and_nothing_is_added_twice(signed_in: Client) -> None:
    editor = clicked(signed_in, {**FORM, "title": "Half", "add_set": "region"})
    data = form_fields(editor)
    assert data["title"] == "Half"
    assert [row.text("key") for row in editor.questions.forms] == ["age", "region"]
    assert [row.text("key") for row in editor.purposes.forms] == ["demographics", "publish"]
    again = clicked(signed_in, {**data, "add_set": "age"})
    assert [row.text("key") for row in again.questions.forms] == ["age", "region"]
    unknown = clicked(signed_in, {**data, "add_set": "shoe-size"})
    assert form_fields(unknown) == data


def test_a_question_of_the_library_brings_its_translations_until_it_is_changed(
    signed_in: Client,
) -> None:
    data = form_fields(clicked(signed_in, {**FORM, "add_set": "region"}))
    options = data["questions-1-options"].splitlines()
    assert options[0] == "northern-africa = Northern Africa"
    options[0] = "northern-africa = The Maghreb"
    signed_in.post("/research/new/", {**data, "questions-1-options": "\n".join(options)})
    campaign = Campaign.objects.get(slug="tone")
    german = campaign.translations["de"]
    assert german["questions.region.options.western-asia.label"] == "Westasien"
    assert "questions.region.options.northern-africa.label" not in german
    # What somebody asked by themselves is theirs, though it reads as the library does.
    assert "questions.age.label" not in german

    options[9] = "eastern-europe = The east"
    changed = form_of(campaign, signed_in, **{"questions-1-options": "\n".join(options)})
    signed_in.post("/research/tone/edit/", changed)
    campaign.refresh_from_db()
    german = campaign.translations["de"]
    assert "questions.region.options.eastern-europe.label" not in german
    assert german["questions.region.options.western-asia.label"] == "Westasien"


def test_the_library_speaks_the_language_of_the_page(signed_in: Client, researcher: User) -> None:
    signed_in.cookies["django_language"] = "de"
    with override("de"):
        data = form_fields(clicked_in_german(signed_in))
    assert "western-asia = Westasien" in data["questions-1-options"].splitlines()
    signed_in.post("/research/new/", data)
    english = Campaign.objects.get(slug="tone").translations["en"]
    assert english["questions.region.options.western-asia.label"] == "Western Asia"


def clicked_in_german(client: Client) -> Any:
    return client.post("/research/new/", {**FORM, "add_set": "region"}).context["editor"]


def test_strata_are_built_of_what_is_asked(signed_in: Client) -> None:
    editor = clicked(signed_in, {**FORM, **BUILD})
    assert [row.text("key") for row in editor.strata.forms] == ["young", "old", "others"]
    assert editor.numbers.per_item == 5
    signed_in.post("/research/new/", form_fields(editor))
    strata = campaign_body(Campaign.objects.get())["strata"]
    assert [(one["where"], one["target"]) for one in strata] == [
        ({"age": ["young"]}, 2),
        ({"age": ["old"]}, 2),
        ({}, 1),
    ]


def test_what_cannot_be_built_is_said(signed_in: Client) -> None:
    response = signed_in.post("/research/new/", {**FORM, **BUILD, "split": []})
    assert "Choose at least one question" in response.content.decode()
    kept = [row.text("key") for row in response.context["editor"].strata.forms]
    assert kept == ["young", "others"]


def test_a_draft_is_clicked_together_the_same_way(
    signed_in: Client, researcher: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    campaign = make_campaign(researcher)
    address = f"/research/{campaign.slug}/edit/"
    before = campaign_body(campaign)
    written = {**form_of(campaign, signed_in), "add_set": "age"}
    with django_assert_max_num_queries(12):
        editor = clicked(signed_in, written, address)
    assert campaign_body(Campaign.objects.get()) == before
    editor = clicked(signed_in, {**form_fields(editor), **BUILD}, address)
    assert len(editor.strata.forms) == 7
    assert signed_in.post(address, form_fields(editor)).status_code == 302
    assert campaign_body(Campaign.objects.get())["strata"][0]["where"] == {"age": ["18-24"]}


def test_numbers_are_calculated_without_saving(signed_in: Client) -> None:
    page = signed_in.post(
        "/research/new/numbers/", {**FORM, "numbers_items": "50", "numbers_seconds": "60"}
    )
    assert '<td class="num">150</td>' in page.content.decode()
    nothing = signed_in.post("/research/new/numbers/", {"overlap": "x"})
    assert "Say how many judgments" in nothing.content.decode()
    assert not Campaign.objects.exists()
