"""Every route of datasets, taken from the addresses themselves: who is not to see it finds nothing.

A new route is tried without being named here; one whose address has a part that nobody knows fails.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from exports import urls as pages
from exports.api import urls as rest
from exports.models import Comparison, ShareLink, Snapshot, TextDecision
from exports.services.sharing import create_link, token_of
from tests.exports.builders import Built, pairwise_campaign, published_snapshot
from tests.factories import api, make_user, open_with_items, take_part

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete")
SHARED = "shared/"
TRICKS = (
    *("../secret_key", "..%2fsecret_key", "%2e%2e/secret_key", "..%5csecret_key", "./README.md"),
    *("%2fetc%2fpasswd", "README.md%00", "README.md/", "readme.md", "%20README.md", "*"),
)


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


@pytest.fixture
def snapshot(built: Built) -> Snapshot:
    found = published_snapshot(built.campaign)
    body = {"profile": "research", "text": "included", "k": 0, "identifying": [], "withheld": []}
    Snapshot.objects.filter(pk=found.pk).update(choices=body)
    return Snapshot.objects.get(pk=found.pk)


@pytest.fixture
def link(snapshot: Snapshot) -> ShareLink:
    return create_link(snapshot, hours=1, created_by=snapshot.campaign.owner)


def addresses(
    patterns: list[URLPattern], prefix: str, snapshot: Snapshot, link: ShareLink
) -> list[str]:
    """Every route that is not for people without an account, as an address of this snapshot."""
    known = {
        "<slug:slug>": snapshot.campaign.slug,
        "<int:pk>": str(snapshot.pk),
        "<str:name>": "README.md",
    }
    found = []
    for pattern in patterns:
        route = str(pattern.pattern)
        if route.startswith(SHARED):
            continue
        if route.startswith(("links/", "export-links/")):
            route = route.replace("<int:pk>", str(link.pk))
        for part, value in known.items():
            route = route.replace(part, value)
        assert "<" not in route, f"{route}: say what this part is"
        found.append(f"{prefix}{route}")
    return found


def strangers(built: Built) -> list[User]:
    """A researcher of another campaign, somebody who annotates this one, and one who does not."""
    other = make_user(Role.RESEARCHER)
    elsewhere = open_with_items(1, owner=other)
    outsider = take_part(elsewhere).annotator.user
    return [other, built.annotator("ada").user, outsider]


def answers(client: Any, address: str, **parts: Any) -> set[int]:
    """What all methods of a route say, but those that it does not have."""
    found = {getattr(client, method)(address, **parts).status_code for method in METHODS}
    return found - {405}


def untouched(link: ShareLink) -> bool:
    link.refresh_from_db()
    return (
        link.is_open
        and ShareLink.objects.count() == Snapshot.objects.count() == 1
        and not TextDecision.objects.exists()
        and not Comparison.objects.exists()
    )


def test_strangers_find_nothing_over_rest(built: Built, snapshot: Snapshot, link: ShareLink):
    found = addresses(rest.urlpatterns, "/api/v1/", snapshot, link)
    assert len(found) == len(rest.urlpatterns)
    for person in strangers(built):
        client = api(person)
        told = {address: answers(client, address) for address in found}
        assert told == {one: {404} for one in found}, person.role
    told = {address: answers(api(), address) for address in found}
    assert told == {one: {401} for one in found}
    assert untouched(link)


def test_strangers_find_nothing_on_pages(built: Built, snapshot: Snapshot, link: ShareLink):
    found = addresses(pages.urlpatterns, "/", snapshot, link)
    assert len(found) == len(pages.urlpatterns) - 3
    for person in strangers(built):
        client = Client()
        client.force_login(person, backend="accounts.backends.AccountBackend")
        told = {address: answers(client, address) for address in found}
        assert told == {one: {404} for one in found}, person.role
    for address in found:
        assert answers(Client(), address) == {302}, address  # to the page for signing in
    assert untouched(link)


def test_what_was_given_to_nobody_opens_nothing(snapshot: Snapshot, link: ShareLink):
    """Expired, closed and forged links, on each route for people without an account."""
    token = token_of(link)
    shared = [str(one.pattern) for one in pages.urlpatterns if str(one.pattern).startswith(SHARED)]
    assert len(shared) == 3

    def opened(given: str) -> list[int]:
        routes = [
            one.replace("<str:token>", given).replace("<str:name>", "README.md") for one in shared
        ]
        return [Client().get(f"/{route}").status_code for route in routes]

    assert opened(token) == [200, 200, 200]
    assert opened(f"{token}x") == opened("x") == opened(str(link.pk)) == [404, 404, 404]
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opened(token) == [404, 404, 404]
    ShareLink.objects.update(
        expires_at=timezone.now() + timedelta(hours=1), revoked_at=timezone.now()
    )
    assert opened(token) == [404, 404, 404]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_name_of_a_file_leads_out_of_the_snapshot(
    snapshot: Snapshot, link: ShareLink, trick: str
):
    owner = snapshot.campaign.owner
    client = Client()
    client.force_login(owner, backend="accounts.backends.AccountBackend")
    token = token_of(link)
    for asker, address in (
        (client, f"/exports/{snapshot.pk}/files/{trick}"),
        (api(owner), f"/api/v1/exports/{snapshot.pk}/files/{trick}"),
        (Client(), f"/shared/{token}/files/{trick}"),
    ):
        assert asker.get(address).status_code == 404, address
