"""Templates, copies and the archive on pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.library import CAMPAIGN_TEMPLATES
from annotation.models import Campaign
from annotation.serializers.beginnings import template_body
from annotation.serializers.campaign import campaign_body
from tests.annotation.views.test_research_campaign_form import form_fields
from tests.factories import make_annotator, make_campaign, make_user, open_with_items

pytestmark = pytest.mark.django_db
PAGES = ("copy/", "archive/", "restore/")


@pytest.fixture
def researcher() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def signed_in(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def test_new_campaigns_begin_with_a_choice(
    signed_in: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    assert 'href="/research/new/templates/"' in signed_in.get("/research/").content.decode()
    with django_assert_max_num_queries(4):
        page = signed_in.get("/research/new/templates/").content.decode()
    for key in CAMPAIGN_TEMPLATES:
        assert f'href="/research/new/?template={key}"' in page
    assert 'href="/research/new/"' in page


@pytest.mark.parametrize("key", CAMPAIGN_TEMPLATES)
def test_sending_a_templates_form_as_it_is_makes_its_campaign(
    signed_in: Client, key: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    address = f"/research/new/?template={key}"
    with django_assert_max_num_queries(6):
        editor = signed_in.get(address).context["editor"]
    data = form_fields(editor)
    assert data["slug"] == key
    made = signed_in.post(address, data)
    assert made["Location"] == f"/research/{key}/", made.context["editor"].problems
    body = campaign_body(Campaign.objects.get(slug=key))
    wanted = template_body(CAMPAIGN_TEMPLATES[key])
    assert {name: body[name] for name in wanted if name not in ("overlap", "consent")} == {
        name: wanted[name] for name in wanted if name not in ("overlap", "consent")
    }
    assert {**body["consent"], "version": 1} == {**wanted["consent"], "version": 1}
    # The next campaign from it finds the address taken.
    assert signed_in.get(address).context["editor"].current["slug"] == f"{key}-2"


def test_an_unknown_template_is_an_empty_form(signed_in: Client) -> None:
    editor = signed_in.get("/research/new/?template=none").context["editor"]
    assert editor.fields["title"].value() is None


def test_a_copy_is_named_and_made(
    signed_in: Client, researcher: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    campaign = make_campaign(researcher, slug="tone", title="Tone")
    with django_assert_max_num_queries(6):
        form = signed_in.get("/research/tone/copy/").context["form"]
    assert (form["title"].value(), form["slug"].value()) == ("Copy of Tone", "tone-2")
    refused = signed_in.post("/research/tone/copy/", {"title": "", "slug": "tone"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["title"]
    refused = signed_in.post("/research/tone/copy/", {"title": "Again", "slug": "tone"})
    assert list(refused.context["form"].errors) == ["slug"]
    assert Campaign.objects.get() == campaign
    made = signed_in.post("/research/tone/copy/", {"title": "Again", "slug": "tone-2"})
    assert made["Location"] == "/research/tone-2/"
    assert Campaign.objects.get(slug="tone-2").title == "Again"


def test_the_archive_is_a_list_of_its_own(signed_in: Client, researcher: User) -> None:
    make_campaign(researcher, slug="tone", title="Tone of voice")
    assert signed_in.get("/research/tone/archive/").status_code == 200
    signed_in.post("/research/tone/archive/")
    assert "Tone of voice" not in signed_in.get("/research/").content.decode()
    assert "Tone of voice" in signed_in.get("/research/?archived=1").content.decode()
    page = signed_in.get("/research/tone/").content.decode()
    assert 'action="/research/tone/restore/"' in page
    assert 'href="/research/tone/open/"' not in page
    signed_in.post("/research/tone/restore/")
    assert "Tone of voice" in signed_in.get("/research/").content.decode()
    assert "Nothing is archived." in signed_in.get("/research/?archived=1").content.decode()


def test_an_open_campaign_offers_no_archive(signed_in: Client, researcher: User) -> None:
    campaign = open_with_items(1, owner=researcher)
    address = f"/research/{campaign.slug}/"
    assert f"{address}archive/" not in signed_in.get(address).content.decode()
    assert signed_in.post(f"{address}archive/").status_code == 409
    campaign.refresh_from_db()
    assert campaign.archived_at is None


def test_others_find_nothing(client: Client) -> None:
    campaign = make_campaign()
    for person in (make_user(Role.RESEARCHER), make_annotator().user):
        client.force_login(person)
        for page in PAGES:
            assert client.post(f"/research/{campaign.slug}/{page}").status_code == 404
    assert client.get("/research/new/templates/").status_code == 404
    client.logout()
    assert client.get("/research/new/templates/").status_code == 302
    assert Campaign.objects.get() == campaign
    assert campaign.archived_at is None
