"""Light or dark: chosen by anybody, known to the server, kept in a cookie."""

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db
PLACE = "/accounts/appearance/"


def root_of(client: Client, path: str = "/") -> str:
    html = client.get(path).content.decode()
    return html[html.index("<html") : html.index("<head>")]


def test_pages_follow_the_device_until_somebody_chooses(client: Client) -> None:
    assert "data-theme" not in root_of(client)
    assert 'value="auto" required checked' in client.get(PLACE).content.decode()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_choice_is_in_the_first_byte_of_every_page(client: Client, look: str) -> None:
    answer = client.post(PLACE, {"look": look, "next": "/accounts/sign-in/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/sign-in/")
    cookie = answer.cookies["appearance"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (look, "Lax", True)
    assert cookie["max-age"] == 365 * 24 * 3600
    for path in ("/", "/accounts/sign-in/", PLACE, "/nowhere/"):
        assert f'data-theme="{look}"' in root_of(client, path)
    assert f'value="{look}" required checked' in client.get(PLACE).content.decode()
    client.force_login(make_user())
    assert f'data-theme="{look}"' in root_of(client, "/accounts/")


def test_following_the_device_again_forgets_the_cookie(client: Client) -> None:
    client.post(PLACE, {"look": "dark"})
    client.post(PLACE, {"look": "auto"})
    assert client.cookies["appearance"].value == ""
    assert "data-theme" not in root_of(client)


@pytest.mark.parametrize("nonsense", ["", "pink", '"><script>'])
def test_nonsense_is_neither_kept_nor_shown(client: Client, nonsense: str) -> None:
    assert client.post(PLACE, {"look": nonsense}).status_code == 200
    assert "appearance" not in client.cookies
    client.cookies["appearance"] = nonsense
    assert "data-theme" not in root_of(client)


def test_no_foreign_page_is_gone_to_afterwards(client: Client) -> None:
    answer = client.post(PLACE, {"look": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_every_page_leads_to_the_choice_and_back(client: Client) -> None:
    page = client.get("/accounts/sign-in/").content.decode()
    assert 'href="/accounts/appearance/?next=/accounts/sign-in/"' in page
