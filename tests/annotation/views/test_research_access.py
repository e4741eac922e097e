"""Who reaches which of the researchers' pages: the owner, another researcher, an admin, an
annotator, and somebody who is not signed in."""

import pytest
from django.test import Client

from accounts.enums import Role
from annotation.enums import JobState
from annotation.models import Campaign, JudgmentImport, ModelJudgmentImport
from tests.factories import (
    import_lines,
    item_line,
    judge,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db

PAGES = [
    "/research/{slug}/",
    "/research/{slug}/edit/",
    "/research/{slug}/translations/",
    "/research/{slug}/open/",
    "/research/{slug}/pause/",
    "/research/{slug}/close/",
    "/research/{slug}/copy/",
    "/research/{slug}/archive/",
    "/research/{slug}/guideline/",
    "/research/{slug}/build/",
    "/research/{slug}/preview/",
    "/research/{slug}/preview/page/",
    "/research/{slug}/build/strata/",
    "/research/{slug}/import/",
    "/research/{slug}/coverage/",
    "/research/{slug}/judgments/",
    "/research/{slug}/items/",
    "/research/{slug}/items/q1/",
    "/research/{slug}/live/",
    "/research/{slug}/annotators/",
    "/research/imports/{job}/",
    "/research/{slug}/judgments/import/",
    "/research/judgment-imports/{judgments}/",
    "/research/{slug}/model-judgments/",
    "/research/model-imports/{models}/",
]
POSTS = [
    "/research/{slug}/edit/",
    "/research/{slug}/translations/",
    "/research/{slug}/open/",
    "/research/{slug}/pause/",
    "/research/{slug}/close/",
    "/research/{slug}/copy/",
    "/research/{slug}/archive/",
    "/research/{slug}/restore/",
    "/research/{slug}/import/",
    "/research/imports/{job}/cancel/",
    "/research/{slug}/judgments/import/",
    "/research/judgment-imports/{judgments}/cancel/",
    "/research/{slug}/model-judgments/",
    "/research/model-imports/{models}/cancel/",
]
OWN_PAGES = ["/research/", "/research/new/", "/research/new/templates/"]


@pytest.fixture
def campaign() -> Campaign:
    campaign = open_with_items(2)
    judge(serve(take_part(campaign)))
    JudgmentImport.objects.create(campaign=campaign, state=JobState.DONE)
    ModelJudgmentImport.objects.create(campaign=campaign, state=JobState.DONE)
    return campaign


def filled(path: str, campaign: Campaign) -> str:
    return path.format(
        slug=campaign.slug,
        job=campaign.imports.get().pk,
        judgments=campaign.judgment_imports.get().pk,
        models=campaign.model_imports.get().pk,
    )


@pytest.mark.parametrize("path", PAGES)
def test_owner_and_admin_see_a_campaigns_pages(
    client: Client, campaign: Campaign, path: str
) -> None:
    client.force_login(campaign.owner)
    assert client.get(filled(path, campaign)).status_code == 200
    client.force_login(make_user(Role.ADMIN))
    assert client.get(filled(path, campaign)).status_code == 200


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR])
@pytest.mark.parametrize("path", PAGES)
def test_others_find_nothing(client: Client, campaign: Campaign, path: str, role: Role) -> None:
    client.force_login(make_user(role))
    page = client.get(filled(path, campaign))
    assert page.status_code == 404
    assert campaign.title not in page.content.decode()


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR])
@pytest.mark.parametrize("path", POSTS)
def test_others_change_nothing(client: Client, campaign: Campaign, path: str, role: Role) -> None:
    client.force_login(make_user(role))
    assert client.post(filled(path, campaign), {"title": "Mine now"}).status_code == 404
    unchanged = Campaign.objects.get(pk=campaign.pk)
    assert (unchanged.title, unchanged.status) == (campaign.title, campaign.status)
    assert campaign.imports.count() == campaign.judgment_imports.count() == 1
    assert campaign.model_imports.count() == 1


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES])
def test_visitors_are_asked_to_sign_in(client: Client, campaign: Campaign, path: str) -> None:
    address = filled(path, campaign)
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/sign-in/?next={address}"


@pytest.mark.parametrize("path", OWN_PAGES)
def test_lists_and_forms_are_for_those_who_run_campaigns(client: Client, path: str) -> None:
    client.force_login(make_user(Role.RESEARCHER))
    assert client.get(path).status_code == 200
    client.force_login(make_user(Role.ANNOTATOR))
    assert client.get(path).status_code == 404


def test_a_part_asked_for_after_the_session_ended_sends_the_whole_page_to_sign_in(
    client: Client, campaign: Campaign
) -> None:
    address = f"/research/{campaign.slug}/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    response = client.get(address, headers=headers)
    assert response["HX-Redirect"] == f"/accounts/sign-in/?next={address}"


def test_list_holds_own_campaigns_only(client: Client, campaign: Campaign) -> None:
    client.force_login(make_user(Role.RESEARCHER))
    page = client.get("/research/").content.decode()
    assert "No campaigns yet" in page
    client.force_login(make_user(Role.ADMIN))
    page = client.get("/research/").content.decode()
    assert f'href="/research/{campaign.slug}/"' in page


def test_item_ids_may_hold_any_character(client: Client) -> None:
    campaign = make_campaign()
    odd = "a/b?c=d#e %20 ü"
    import_lines(campaign, [item_line(odd)])
    client.force_login(campaign.owner)
    items = client.get(f"/research/{campaign.slug}/items/").content.decode()
    address = f"/research/{campaign.slug}/items/a/b%3Fc=d%23e%20%2520%20%C3%BC/"
    assert f'href="{address}"' in items
    assert client.get(address).status_code == 200
