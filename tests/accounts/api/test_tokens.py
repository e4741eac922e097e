"""Personal tokens: made once, kept as a hash, and what a request by one costs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import ApiToken, TrailEntry
from accounts.services import tokens
from accounts.services.tokens import make_token, secret_sha256
from accounts.services.users import token_of
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db


def by(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def made(user, **parts):
    body = {"name": "CI", "scopes": ["read"], **parts}
    return api(user).post("/api/v1/tokens/", body, format="json")


def test_a_token_is_told_once_and_kept_as_a_hash():
    user = make_user(Role.RESEARCHER)
    answer = made(user, scopes=["write", "read"], days=7)
    assert answer.status_code == 201
    body = answer.json()
    secret = body.pop("token")
    token = ApiToken.objects.get()
    assert token.secret_sha256 == secret_sha256(secret)
    assert (len(secret), secret[:8]) == (47, token.hint)
    stored = [str(value) for value in ApiToken.objects.values().get().values()]
    assert not any(secret[8:] in one for one in stored)
    assert token.expires_at - token.created_at == timedelta(days=7)
    assert (body["scopes"], body["campaign"], body["last_used_at"]) == (
        ["read", "write"],
        None,
        None,
    )
    assert api(user).get("/api/v1/tokens/").json() == [body]
    assert by(secret).get("/api/v1/campaigns/").status_code == 200


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_field(parts, field):
    answer = made(make_user(Role.RESEARCHER), **parts)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert not ApiToken.objects.exists()


def test_a_limit_is_a_campaign_of_ones_own():
    user = make_user(Role.RESEARCHER)
    foreign, own = make_campaign(), make_campaign(owner=user)
    assert made(user, campaign=foreign.slug).status_code == 404
    limited = made(user, campaign=own.slug).json()
    assert limited["campaign"] == own.slug
    make_campaign(owner=user)
    listed = by(limited["token"]).get("/api/v1/campaigns/").json()["results"]
    assert [one["slug"] for one in listed] == [own.slug]


def test_a_limited_token_of_an_admin_writes_no_rules_of_the_installation():
    admin = make_user(Role.ADMIN)
    rule = {"key": "kind", "title": "Kind", "text": "Be kind.", "kind": "restriction", "tier": 1}
    written = api(admin).post("/api/v1/policies/rules/", rule, format="json")
    assert written.status_code == 201, written.content
    campaign = make_campaign()
    _token, secret = make_token(admin, name="One", scopes=["read", "write"], limited_to=campaign.pk)
    address = f"/api/v1/policies/rules/{written.json()['id']}/end/"
    assert by(secret).post(address).status_code == 403
    assert api(admin).post(address).status_code == 200


def test_annotators_have_no_personal_tokens():
    assert made(make_user()).status_code == 403


def test_somebody_elses_token_cannot_be_revoked():
    token, secret = make_token(make_user(Role.RESEARCHER), name="Mine", scopes=["read"])
    address = f"/api/v1/tokens/{token.pk}/"
    assert api(make_user(Role.ADMIN)).delete(address).status_code == 404
    assert api(token.user).delete(address).status_code == 204
    assert api(token.user).delete(address).status_code == 404
    assert by(secret).get("/api/v1/campaigns/").status_code == 401


def test_an_admin_sees_tokens_without_their_hash_and_revokes_them():
    token, secret = make_token(make_user(Role.RESEARCHER), name="Left behind", scopes=["read"])
    admin = make_user(Role.ADMIN)
    client = Client()
    client.force_login(admin, backend="accounts.backends.AccountBackend")
    address = "/admin/accounts/apitoken/"
    assert "Left behind" in client.get(address).content.decode()
    assert token.secret_sha256 not in client.get(f"{address}{token.pk}/change/").content.decode()
    client.post(address, {"action": "revoke", "_selected_action": [token.pk]})
    assert by(secret).get("/api/v1/campaigns/").status_code == 401
    assert TrailEntry.objects.filter(deed="token.revoked").get().actor == admin


def test_who_is_signed_out_for_good_gets_nowhere_by_a_token():
    token, secret = make_token(make_user(Role.RESEARCHER), name="Mine", scopes=["read"])
    token.user.is_active = False
    token.user.save()
    assert by(secret).get("/api/v1/campaigns/").status_code == 401


def test_there_are_at_most_so_many(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    user = make_user(Role.RESEARCHER)
    first, _secret = make_token(user, name="1", scopes=["read"])
    make_token(user, name="2", scopes=["read"])
    with pytest.raises(Conflict):
        make_token(user, name="3", scopes=["read"])
    tokens.revoke_token(first)
    make_token(user, name="3", scopes=["read"])


@pytest.mark.parametrize("scopes", [[], ["read", "all"]])
def test_the_database_keeps_no_other_scopes(scopes):
    token, _secret = make_token(make_user(Role.RESEARCHER), name="1", scopes=["read"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(scopes=scopes)


def test_use_is_noted_once_in_five_minutes_and_costs_nothing_in_between():
    user = make_user(Role.RESEARCHER)
    _token, secret = make_token(user, name="1", scopes=["read"])

    def cost(client):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get("/api/v1/campaigns/").status_code == 200
        return len(caught)

    cost(by(secret))
    noted = ApiToken.objects.get().last_used_at
    assert timezone.now() - noted < timedelta(minutes=1)
    account = api(user)
    assert token_of(user)
    assert cost(by(secret)) == cost(account)
    assert ApiToken.objects.get().last_used_at == noted
    ApiToken.objects.update(last_used_at=noted - timedelta(minutes=5))
    assert cost(by(secret)) == cost(account) + 1
    assert ApiToken.objects.get().last_used_at >= noted


def test_a_limited_token_does_not_get_what_another_was_answered():
    user = make_user(Role.RESEARCHER)
    own, other = make_campaign(owner=user), make_campaign(owner=user)
    address, key = f"/api/v1/campaigns/{own.slug}/exports/", {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = api(user).post(address, {"format": "csv"}, format="json", **key)
    assert first.status_code == 202, first.content
    _token, secret = make_token(user, name="1", scopes=["write"], limited_to=other.pk)
    again = by(secret).post(address, {"format": "csv"}, format="json", **key)
    assert (again.status_code, "id" in again.json()) == (409, False)
