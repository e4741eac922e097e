"""Every route of the installation, taken from its addresses, with every kind of person.

A route that is in no group of `tests/routes/rules.py` fails, and so does one whose address has a
part that `tests/routes/world.py` knows nothing of.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.enums import Role
from tests.factories import make_user
from tests.routes.people import EVERYBODY
from tests.routes.rules import Rule, rules_by_route
from tests.routes.world import World

pytestmark = pytest.mark.django_db
REST = "api/v1/"
# What an answer to somebody who may looks like: done, or refused for what was sent.
ANSWERED = {200, 201, 202, 204, 400, 409, 412, 415, 422}
# A probe says so where no worker runs.
PROBED = {503}
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Route(NamedTuple):
    name: str
    pattern: str
    methods: tuple[str, ...]

    @property
    def is_rest(self) -> bool:
        return self.pattern.startswith(REST)


def routes(
    patterns: Sequence[Any] | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[Route]:
    """Every route but Django's admin site, which is looked at by itself."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        pattern = f"{prefix}{one.pattern}"
        if isinstance(one, URLPattern):
            assert one.name, f"{pattern} has no name"
            yield Route(namespace + one.name, pattern, methods_of(one, pattern))
        elif one.namespace != "admin":
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from routes(one.url_patterns, pattern, inner)


def methods_of(pattern: URLPattern, route: str) -> tuple[str, ...]:
    """Those of a class; of a page that is a function, those that any page has."""
    view = getattr(pattern.callback, "view_class", None)
    if view is None or not route.startswith(REST):
        return ("GET", "POST")
    return tuple(one for one in ("GET", *WRITES) if hasattr(view, one.lower()))


ALL = list(routes())


def test_every_route_has_a_rule() -> None:
    rules = rules_by_route()
    missing = sorted({route.name for route in ALL} - set(rules))
    assert not missing, (
        f"No rule for {', '.join(missing)}: put the name into the group of tests/routes/rules.py "
        "that says who may read and who may write there."
    )
    gone = sorted(set(rules) - {route.name for route in ALL})
    assert not gone, f"{', '.join(gone)}: no such route any more; take it out of the table."


def test_everybody_gets_what_they_may_and_nothing_else(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    world, rules = World(), rules_by_route()
    problems = [
        problem
        for route in ALL
        if route.name in rules
        for who in sorted(EVERYBODY)
        for problem in wrong(world, route, who, rules[route.name])
    ]
    assert not problems, "\n".join(problems)


def wrong(world: World, route: Route, who: str, rule: Rule) -> Iterator[str]:
    """What this person gets of a route other than its rule says."""
    address = world.address(route.pattern)
    for methods, allowed in ((("GET",), rule.reads), (WRITES, rule.writes)):
        told = {
            method: ask(world, who, method, address, world.said.get(route.name))
            for method in methods
            if method in route.methods
        }
        answered = ANSWERED | PROBED if route.name == "readyz" else ANSWERED
        expected = answered if who in allowed else {rule.refusal_of(who, is_rest=route.is_rest)}
        if not allowed:
            expected = {*expected, 403, 404}  # a method that is not there is refused in any way
        for method, status in told.items():
            if status not in expected and not (status == 405 and not (allowed and route.is_rest)):
                yield f"{who}: {method} {route.name} ({address}) gave {status}, not {expected}"
        if who in allowed and set(told.values()) <= {405}:
            yield f"{who}: {route.name} has nothing to {'read' if methods == ('GET',) else 'write'}"


def ask(world: World, who: str, method: str, address: str, said: dict[str, Any] | None) -> int:
    """The answer's status, with whatever was changed put back."""
    with transaction.atomic():
        status = world.asks(who, method, address, said)
        transaction.set_rollback(True)
    return status


def admin_addresses() -> list[str]:
    """Pages of the admin site that name no object and may be looked at."""
    admin = next(
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace == "admin"
    )
    found = [one for one in flat(admin.url_patterns, "/admin/") if "<" not in one]
    return [one for one in found if not one.endswith(("login/", "logout/", "autocomplete/"))]


def flat(patterns: Sequence[Any], prefix: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            if "(" not in f"{one.pattern}":
                yield f"{prefix}{one.pattern}"
        else:
            yield from flat(one.url_patterns, f"{prefix}{one.pattern}")


def test_the_admin_site_is_for_admins() -> None:
    found = admin_addresses()
    assert len(found) > 20
    for role in (None, Role.ANNOTATOR, Role.RESEARCHER, Role.ADMIN):
        client = Client()
        if role:
            client.force_login(make_user(role), backend="accounts.backends.AccountBackend")
        told = {one: client.get(one) for one in found}
        if role == Role.ADMIN:
            assert {answer.status_code for answer in told.values()} <= {200, 302, 403}
        else:
            assert {answer.status_code for answer in told.values()} == {302}
            assert all("/admin/login/" in answer["Location"] for answer in told.values())
