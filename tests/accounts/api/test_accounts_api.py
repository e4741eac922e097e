import pytest
from django.core.cache import cache

from accounts.enums import Role
from accounts.models import User
from tests.factories import PASSWORD, api, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttle():
    cache.clear()


def ask(email, password):
    body = {"email": email, "password": password}
    return api().post("/api/v1/auth/token/", body, format="json")


def test_e_mail_and_password_give_a_token_that_works():
    user = make_user(Role.RESEARCHER)
    answer = ask(user.email.upper(), PASSWORD)
    assert answer.status_code == 200
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get("/api/v1/campaigns/").status_code == 200


def test_wrong_credentials_tell_nothing_about_accounts():
    user = make_user()
    wrong, unknown = ask(user.email, "wrong"), ask("nobody@variorum.test", "wrong")
    assert (wrong.status_code, unknown.status_code) == (400, 400)
    assert wrong.json() == unknown.json()
    assert wrong.json()["errors"][0]["message"] == "E-mail and password do not match."


def test_an_inactive_person_gets_no_token():
    user = make_user()
    User.objects.update(is_active=False)
    assert ask(user.email, PASSWORD).status_code == 400


def test_guessing_is_slowed_down():
    user = make_user()
    answers = [ask(user.email, f"guess-{number}").status_code for number in range(21)]
    assert answers[0] == 400
    assert answers[-1] == 429
    refused = ask(user.email, PASSWORD)
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) > 0
    other = make_user()
    assert ask(other.email, PASSWORD).status_code == 200


def test_throttling_says_how_long_to_wait():
    for _ in range(20):
        ask("nobody@variorum.test", "x")
    refused = ask("nobody@variorum.test", "x")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= 61


def test_admins_create_people_of_each_role():
    client = api(make_user(Role.ADMIN))
    for role in Role.values:
        body = {"email": f"new-{role}@variorum.test", "password": PASSWORD, "role": role}
        made = client.post("/api/v1/users/", body, format="json")
        assert (made.status_code, made.json()["role"]) == (201, role)
        assert "password" not in made.json()
    again = client.post("/api/v1/users/", body, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "email-in-use")
    bad = client.post("/api/v1/users/", {**body, "role": "king"}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "role")
