"""Choosing the interface's language, and finding it again."""

import pytest
from django.test import Client

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
CHOOSE = "/accounts/language/"


def test_a_visitor_s_language_is_remembered_in_the_browser(client: Client) -> None:
    answer = client.post(CHOOSE, {"language": "ar", "next": "/accounts/sign-in/?next=/campaigns/"})
    assert answer["Location"] == "/accounts/sign-in/?next=/campaigns/"
    page = client.get("/accounts/sign-in/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<option value="ar" lang="ar" selected>العربية</option>' in page


def test_a_person_s_language_follows_them_to_another_device(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    client.post(CHOOSE, {"language": "sw", "next": "/campaigns/"})
    user.refresh_from_db()
    assert user.language == "sw"
    other = Client()
    other.post("/accounts/sign-in/", {"username": user.email, "password": PASSWORD})
    assert '<html lang="sw" dir="ltr">' in other.get("/accounts/").content.decode()


def test_a_language_that_is_not_offered_changes_nothing(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    answer = client.post(CHOOSE, {"language": "tlh", "next": "/campaigns/"})
    assert (answer.status_code, answer["Location"]) == (302, "/campaigns/")
    user.refresh_from_db()
    assert (user.language, client.cookies.get("django_language")) == ("", None)


@pytest.mark.parametrize("address", ["https://elsewhere.test/", "//elsewhere.test/", ""])
def test_choosing_leads_nowhere_else(client: Client, address: str) -> None:
    assert client.post(CHOOSE, {"language": "de", "next": address})["Location"] == "/"


def test_a_language_is_not_changed_by_a_link(client: Client) -> None:
    assert client.get(CHOOSE).status_code == 405


@pytest.mark.parametrize(
    ("asked", "tag"), [("fr-CA,fr;q=0.9", "fr"), ("zh-CN", "zh-hans"), ("xx", "en")]
)
def test_a_new_visitor_gets_what_their_browser_asks_for(
    client: Client, asked: str, tag: str
) -> None:
    page = client.get("/", headers={"accept-language": asked}).content.decode()
    assert f'<html lang="{tag}"' in page
