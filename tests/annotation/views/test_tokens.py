"""The page of API tokens."""

import re

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.enums import Role
from accounts.models import ApiToken
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"vrm_[\w-]{43}")
ADDRESS = "/accounts/tokens/"


@pytest.fixture
def user():
    return make_user(Role.RESEARCHER)


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def test_a_token_is_shown_once_works_and_is_revoked(browser, user):
    own = make_campaign(owner=user)
    form = {"name": "Nightly", "scopes": ["read"], "campaign": own.slug, "days": "30"}
    answer = browser.post(ADDRESS, form)
    secret = SECRET.search(answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    page = browser.get(ADDRESS).content.decode()
    assert ("Nightly" in page, own.slug in page, SECRET.search(page)) == (True, True, None)
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert program.get(f"/api/v1/campaigns/{own.slug}/").status_code == 200
    browser.post(f"{ADDRESS}{ApiToken.objects.get().pk}/revoke/")
    assert program.get(f"/api/v1/campaigns/{own.slug}/").status_code == 401
    assert "Nightly" not in browser.get(ADDRESS).content.decode().split("<main")[1].split("<h2")[1]


@pytest.mark.parametrize(
    "parts", [{"name": ""}, {"scopes": []}, {"campaign": "nobodys"}, {"days": "4000"}]
)
def test_a_wrong_form_makes_none(browser, parts):
    form = {"name": "Nightly", "scopes": ["read"], "campaign": "", "days": "", **parts}
    answer = browser.post(ADDRESS, form)
    assert (answer.status_code, ApiToken.objects.count()) == (422, 0)


def test_the_page_asks_a_fixed_number_of_queries(browser, user, django_assert_num_queries):
    for number in range(8):
        browser.post(
            ADDRESS,
            {"name": f"{number}", "scopes": ["read"], "campaign": make_campaign(owner=user).slug},
        )
    with django_assert_num_queries(3):
        assert browser.get(ADDRESS).status_code == 200
