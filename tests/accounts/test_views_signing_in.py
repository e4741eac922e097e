"""Signing up, in and out, and setting a forgotten password anew."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Annotator, User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/sign-up/"
SIGN_IN = "/accounts/sign-in/"


def test_sign_up_makes_an_annotator_who_is_signed_in(client: Client) -> None:
    response = client.post(SIGN_UP, {"email": "Ada@Variorum.test", "password": PASSWORD})

    user = User.objects.get()
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert user.role == Role.ANNOTATOR
    assert Annotator.objects.get(user=user).pseudonym.startswith("a-")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_sign_up_goes_on_to_where_the_person_came_from(client: Client) -> None:
    page = client.get(SIGN_UP, {"next": "/campaigns/tone/"})
    assert b'name="next" value="/campaigns/tone/"' in page.content

    data = {"email": "ada@variorum.test", "password": PASSWORD, "next": "/campaigns/tone/"}
    assert client.post(SIGN_UP, data)["Location"] == "/campaigns/tone/"


def test_sign_up_does_not_lead_to_other_sites(client: Client) -> None:
    data = {"email": "ada@variorum.test", "password": PASSWORD, "next": "https://evil.test/"}
    assert client.post(SIGN_UP, data)["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("no-address", PASSWORD, "email"),
        ("ada@variorum.test", "short", "password"),
        ("ada@variorum.test", "1234567890123", "password"),
        ("adalovelace@variorum.test", "adalovelace@variorum", "password"),
        ("taken@variorum.test", PASSWORD, "email"),
        ("TAKEN@variorum.test", PASSWORD, "email"),
    ],
)
def test_sign_up_says_what_is_wrong(client: Client, email: str, password: str, field: str) -> None:
    make_user(email="taken@variorum.test")
    response = client.post(SIGN_UP, {"email": email, "password": password})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == 1


def test_sign_up_sends_signed_in_people_on(client: Client) -> None:
    client.force_login(make_user())
    assert client.get(SIGN_UP)["Location"] == "/"


def test_sign_in_takes_the_email_in_any_case(client: Client) -> None:
    make_user(email="ada@variorum.test")
    data = {"username": "Ada@variorum.TEST", "password": PASSWORD}
    response = client.post(f"{SIGN_IN}?next=/campaigns/", data)
    assert response["Location"] == "/campaigns/"


def test_sign_in_does_not_tell_a_wrong_email_from_a_wrong_password(client: Client) -> None:
    make_user(email="ada@variorum.test")
    wrong_email = client.post(SIGN_IN, {"username": "bob@variorum.test", "password": PASSWORD})
    wrong_password = client.post(SIGN_IN, {"username": "ada@variorum.test", "password": "wrong"})
    errors = [
        list(response.context["form"].non_field_errors())
        for response in (wrong_email, wrong_password)
    ]
    assert errors[0] == errors[1]
    assert len(errors[0]) == 1


def test_too_many_attempts_are_held_back_with_a_page(client: Client) -> None:
    make_user(email="ada@variorum.test")
    data = {"username": "ada@variorum.test", "password": "wrong"}
    responses = [client.post(SIGN_IN, data) for _ in range(10)]
    assert responses[0].status_code == 200
    assert responses[-1].status_code == 429
    assert "accounts/locked_out.html" in [one.name for one in responses[-1].templates]
    # The right password does not help before the wait is over.
    assert client.post(SIGN_IN, {**data, "password": PASSWORD}).status_code == 429


def test_sign_out_only_by_post(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_reset_sets_a_new_password_through_the_mailed_link(client: Client) -> None:
    user = make_user(email="ada@variorum.test")
    response = client.post("/accounts/password-reset/", {"email": "ada@variorum.test"})
    assert response["Location"] == "/accounts/password-reset/sent/"
    assert mail.outbox[0].to == ["ada@variorum.test"]
    assert mail.outbox[0].subject == "A new password for Variorum"
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None

    form = client.get(link[1], follow=True)
    new = {"new_password1": "entirely-other-words", "new_password2": "entirely-other-words"}
    done = client.post(form.request["PATH_INFO"], new)
    assert done["Location"] == "/accounts/password-reset/complete/"
    user.refresh_from_db()
    assert user.check_password("entirely-other-words")
    assert "no longer works" in client.get(link[1], follow=True).content.decode()


def test_reset_does_not_tell_whether_there_is_an_account(client: Client) -> None:
    response = client.post("/accounts/password-reset/", {"email": "nobody@variorum.test"})
    assert response["Location"] == "/accounts/password-reset/sent/"
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["password-reset", "password-reset-sent", "sign-in", "sign-up"])
def test_pages_open_without_an_account(client: Client, name: str) -> None:
    assert client.get(reverse(f"accounts:{name}")).status_code == 200
