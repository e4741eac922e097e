"""The landing page, a person's own account, the error pages and the navigation by role."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, override_settings

from accounts.access import annotator_of
from accounts.enums import Role
from accounts.views.home import READINGS
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_home_explains_the_platform_to_visitors(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for word in ("Annotators", "Researchers", "Admins", "/accounts/sign-up/"):
        assert word in page.content.decode()


def test_the_example_on_the_landing_page_adds_up(client: Client) -> None:
    page = client.get("/").content.decode()
    assert [reading.ages for reading in READINGS] == ["18–34", "35–54", "55+"]
    for reading in READINGS:
        assert reading.first + reading.neither + reading.second == 100
        assert f"A {reading.first} % · A = B {reading.neither} % · B {reading.second} %" in page
    # The one label is the majority's, and one group would have chosen the other.
    assert sum(reading.first for reading in READINGS) > sum(one.second for one in READINGS)
    assert READINGS[-1].second > 50


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ANNOTATOR, "/campaigns/"),
        (Role.RESEARCHER, "/research/"),
        (Role.ADMIN, "/research/"),
    ],
)
def test_home_leads_each_role_to_its_list(client: Client, role: Role, place: str) -> None:
    client.force_login(make_user(role))
    assert client.get("/")["Location"] == place


@pytest.mark.parametrize(
    ("role", "links", "hidden"),
    [
        (Role.ANNOTATOR, ["/campaigns/"], ["/research/", "/admin/"]),
        (Role.RESEARCHER, ["/research/"], ['href="/campaigns/"', "/admin/"]),
        (Role.ADMIN, ["/research/", "/admin/"], ['href="/campaigns/"']),
    ],
)
def test_navigation_is_that_of_the_role(
    client: Client, role: Role, links: list[str], hidden: list[str]
) -> None:
    client.force_login(make_user(role))
    page = client.get("/accounts/").content.decode()
    assert all(link in page for link in links)
    assert not any(link in page for link in hidden)


def test_account_shows_an_annotator_the_pseudonym(client: Client) -> None:
    user = make_user()
    annotator = annotator_of(user)
    assert annotator is not None
    client.force_login(user)
    page = client.get("/accounts/").content.decode()
    assert annotator.pseudonym in page
    assert user.email in page


def test_account_of_a_researcher_has_no_pseudonym(client: Client) -> None:
    client.force_login(make_user(Role.RESEARCHER))
    assert "pseudonym" not in client.get("/accounts/").content.decode()


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/password/"])
def test_account_needs_signing_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/sign-in/?next={path}"


def test_password_change_keeps_the_person_signed_in(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    new = {"new_password1": "entirely-other-words", "new_password2": "entirely-other-words"}
    wrong = client.post("/accounts/password/", {"old_password": "wrong", **new})
    assert list(wrong.context["form"].errors) == ["old_password"]
    done = client.post("/accounts/password/", {"old_password": PASSWORD, **new}, follow=True)
    assert "Your new password holds from now on." in done.content.decode()


def test_unknown_address_has_a_page_of_its_own(client: Client) -> None:
    page = client.get("/nothing-here/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_expired_form_is_explained() -> None:
    page = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {})
    assert page.status_code == 403
    assert "This form had expired" in page.content.decode()


def test_error_page_needs_neither_request_nor_database() -> None:
    assert "Something went wrong" in render_to_string("500.html")


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_pages_have_no_inline_styles_or_scripts(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
