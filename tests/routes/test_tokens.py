"""Every route of REST with personal tokens: what they may not do, they may nowhere."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS

from accounts.models import ApiToken
from accounts.services.tokens import make_token, revoke_token
from tests.factories import open_with_items
from tests.routes.people import ADMIN, OWNER
from tests.routes.test_matrix import WRITES, Route, routes
from tests.routes.world import World, finish

pytestmark = pytest.mark.django_db
# They ask for no token at all.
OPEN = {"api-schema", "api-docs", "api-token"}
REST = [route for route in routes() if route.is_rest and route.name not in OPEN]
# What names no campaign and is read by a token for one all the same.
READ_BY_LIMITED = {"api-campaigns", "api-campaign-templates", "api-question-sets"}
# What names a campaign, but reaches beyond it.
BEYOND = {
    ("POST", "api-campaign-copy"),
    ("POST", "api-value-samples"),
    ("PUT", "api-campaign-organisation"),
}
# What names no campaign's object.
OF_ALL = {"api-campaign-template", "api-personal-token"}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.API_LIMITS = {"requests": 10**9, "starts": 10**9}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    return World()


def methods() -> Iterator[tuple[Route, str]]:
    for route in REST:
        for method in ("GET", *WRITES):
            if method in route.methods:
                yield route, method


def ask(world: World, route: Route, method: str, secret: str) -> tuple[int, str]:
    """Status and code of the refusal, with whatever was changed put back."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        response = client.generic(
            method,
            world.address(route.pattern),
            b"{}",
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Token {secret}",
        )
        finish(response)
        transaction.set_rollback(True)
    is_problem = response.headers.get("Content-Type") == "application/problem+json"
    return response.status_code, response.json()["code"] if is_problem else ""


def test_there_are_routes_of_every_kind() -> None:
    asked = list(methods())
    assert len(asked) > 120
    assert {method for _route, method in asked} == {"GET", *WRITES}


@pytest.mark.parametrize("who", [OWNER, ADMIN])
def test_a_token_that_reads_changes_nothing_anywhere(world: World, who: str) -> None:
    _token, secret = make_token(world.users[who], name="Dashboard", scopes=["read"])
    wrong = [
        f"{method} {route.name}: {told}"
        for route, method in methods()
        if method not in SAFE_METHODS
        and (told := ask(world, route, method, secret)) != (403, "token")
    ]
    assert wrong == []


def test_a_token_that_writes_reads_nothing_and_makes_no_tokens(world: World) -> None:
    _token, secret = make_token(world.users[OWNER], name="Import", scopes=["write"])
    for route, method in methods():
        told = ask(world, route, method, secret)
        if method == "GET" or route.name in ("api-tokens", "api-personal-token"):
            assert told == (403, "token"), f"{method} {route.name}"
        else:
            assert told[1] != "token", f"{method} {route.name}"


@pytest.mark.parametrize("who", [OWNER, ADMIN])
def test_a_token_for_another_campaign_finds_nothing(world: World, who: str) -> None:
    user = world.users[who]
    other = open_with_items(1, owner=user)
    _token, secret = make_token(user, name="Other", scopes=["read", "write"], limited_to=other.pk)
    for route, method in methods():
        status, code = ask(world, route, method, secret)
        if method == "GET" and route.name in READ_BY_LIMITED | OF_ALL:
            assert status == 200, route.name
        else:
            assert status in (403, 404), f"{method} {route.name}: {status} {code}"


def test_a_token_for_the_campaign_gets_there_what_its_person_gets(world: World) -> None:
    user = world.users[OWNER]
    both = ["read", "write"]
    _token, full = make_token(user, name="All", scopes=both)
    _token, limited = make_token(user, name="One", scopes=both, limited_to=world.campaign.pk)
    for route, method in methods():
        told, expected = (ask(world, route, method, one) for one in (limited, full))
        names_object = "<" in route.pattern
        beyond = (method, route.name) in BEYOND
        if "<slug:organisation>" in route.pattern:
            assert told == (404, "not-found"), f"{method} {route.name}"
            continue
        if (names_object and not beyond) or (method == "GET" and route.name in READ_BY_LIMITED):
            assert told == expected, f"{method} {route.name}"
        else:
            assert told == (403, "token"), f"{method} {route.name}"


def test_revoked_expired_and_unknown_tokens_are_none(world: World) -> None:
    user = world.users[OWNER]
    revoked, secret_of_revoked = make_token(user, name="Old", scopes=["read", "write"])
    revoke_token(revoked)
    expired, secret_of_expired = make_token(user, name="Older", scopes=["read", "write"], days=1)
    past = timezone.now() - timedelta(seconds=1)
    ApiToken.objects.filter(pk=expired.pk).update(expires_at=past)
    for secret in (secret_of_revoked, secret_of_expired, "vrm_unknown"):
        for route, method in methods():
            told = ask(world, route, method, secret)
            assert told == (401, "authentication-failed"), f"{method} {route.name}"
