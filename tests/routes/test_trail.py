"""Every route by which researchers change something leaves a row in the trail.

Routes are those of the address book, bodies over REST the examples of the OpenAPI document unless
`tests/routes/deeds.py` has others. A route that is tried and does not succeed fails the test, so
that none goes unseen.
"""

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction

from accounts.models import TrailEntry
from tests.config.openapi.document import DOCUMENT
from tests.routes.deeds import BEFORE, DONE_BY, LIKE, SAID, WITHOUT_TRAIL
from tests.routes.people import ADMIN, ANNOTATORS, OWNER, RESEARCHERS
from tests.routes.rules import rules_by_route
from tests.routes.test_matrix import WRITES, Route, routes
from tests.routes.world import PART, World, finish

pytestmark = pytest.mark.django_db
DONE = {200, 201, 202, 204, 302}
# It is open to everybody who is signed in, but only researchers succeed.
ALSO = {"api-invitation-accept", "api-organisation-join"}


def asked() -> Iterator[tuple[Route, str, str]]:
    """Every route by which researchers and nobody else write, with method and who asks."""
    rules = rules_by_route()
    for route in routes():
        writers = rules[route.name].writes
        if route.name not in ALSO and (not writers & RESEARCHERS or writers & ANNOTATORS):
            continue
        for method in WRITES:
            if method in route.methods and (route.is_rest or method == "POST"):
                who = OWNER if OWNER in writers else ADMIN
                yield route, method, DONE_BY.get(route.name, who)


def sent(world: World, route: Route, method: str) -> Any:
    """What is sent: what is said of the route, else the document's example of its body."""
    said = SAID.get(route.name, world.said.get(route.name))
    if said is not None:
        return said(world) if callable(said) else said
    return example(route, method) if route.is_rest else {}


def example(route: Route, method: str) -> Any:
    path = "/" + PART.sub(lambda part: "{" + part[2] + "}", route.pattern)
    known = {one.replace("{id}", "{pk}"): one for one in DOCUMENT["paths"]}
    operation = DOCUMENT["paths"][known[path]][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example", {})


def ask(world: World, route: Route, method: str, who: str) -> tuple[int, list[TrailEntry]]:
    """The answer's status and what it left in the trail, with everything put back."""
    with transaction.atomic():
        BEFORE.get(route.name, lambda _world: None)(world)
        newest = TrailEntry.objects.first()
        client, address = world.clients[who], world.address(route.pattern)
        client.cookies = SimpleCookie(world.cookies[who])
        body = sent(world, route, method)
        if route.is_rest:
            response = client.generic(
                method, address, json.dumps(body), content_type="application/json"
            )
        else:
            response = client.post(address, body)
        finish(response)
        left = list(TrailEntry.objects.filter(pk__gt=newest.pk if newest else 0))
        transaction.set_rollback(True)
    return response.status_code, left


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    return World()


def test_every_route_that_changes_something_leaves_a_row(world: World) -> None:
    problems = []
    for route, method, who in asked():
        if route.name in WITHOUT_TRAIL or route.name in LIKE:
            continue
        status, left = ask(world, route, method, who)
        if status not in DONE or not left:
            problems.append(f"{method} {route.name} gave {status} and left {len(left)} rows")
            continue
        actors = {one.actor_id for one in left}
        if actors != {world.users[who].pk}:
            problems.append(f"{method} {route.name} was done by {actors}")
    assert not problems, "\n".join(problems)


def test_exceptions_are_routes_that_there_are() -> None:
    names = {route.name for route, _method, _who in asked()}
    assert set(WITHOUT_TRAIL) | set(LIKE) <= names
    assert not set(WITHOUT_TRAIL) & set(LIKE)
    assert set(SAID) | set(BEFORE) | set(DONE_BY) <= names - set(WITHOUT_TRAIL) - set(LIKE)
    assert len(names) > 2 * len([*WITHOUT_TRAIL, *LIKE])


def test_what_shows_only_leaves_nothing(world: World) -> None:
    for route, method, who in asked():
        if route.name in WITHOUT_TRAIL and "preview" in route.name:
            _status, left = ask(world, route, method, who)
            assert left == [], route.name
