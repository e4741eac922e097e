"""Every route of bounds, from the addresses themselves: who is not to see it finds nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.enums import Role
from accounts.models import User
from annotation.models import Campaign
from policies import urls as pages
from policies.api import urls as rest
from policies.models import Rule, RuleVersion, Verdict
from tests.factories import api, make_user, open_with_items, take_part
from tests.policies.builders import campaign_rule, installation_rule

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete")
OWN = ("me/bounds/", "my-data/bounds/")


@pytest.fixture
def campaign() -> Campaign:
    return open_with_items(1)


@pytest.fixture
def rule(campaign: Campaign) -> Rule:
    return campaign_rule(campaign)


def addresses(patterns: list[URLPattern], prefix: str, rule: Rule) -> dict[str, str]:
    """Every route as an address of this campaign's rule, by its pattern."""
    known = {
        "<slug:slug>": rule.campaign.slug,
        "<int:pk>": str(rule.pk),
        "<path:external_id>": "q1",
    }
    found = {}
    for pattern in patterns:
        route = str(pattern.pattern)
        address = route
        for part, value in known.items():
            address = address.replace(part, value)
        assert "<" not in address, f"{route}: say what this part is"
        found[route] = f"{prefix}{address}"
    return found


def answers(client: Any, address: str) -> set[int]:
    """What all methods of a route say, but those that it does not have."""
    return {getattr(client, method)(address).status_code for method in METHODS} - {405}


def is_own(route: str) -> bool:
    return route.startswith(OWN)


def is_for_all(route: str) -> bool:
    """The rules of the installation, which every researcher reads."""
    return route in ("policies/", "policies/new/", "policies/rules/")


def strangers(campaign: Campaign) -> dict[str, User]:
    elsewhere = open_with_items(1)
    return {
        "other researcher": elsewhere.owner,
        "annotator": take_part(campaign).annotator.user,
        "outsider": take_part(elsewhere).annotator.user,
    }


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


@pytest.mark.parametrize("kind", ["pages", "rest"])
def test_strangers_find_nothing(campaign: Campaign, rule: Rule, kind: str):
    is_rest = kind == "rest"
    patterns = rest.urlpatterns if is_rest else pages.urlpatterns
    found = addresses(patterns, "/api/v1/" if is_rest else "/", rule)
    for who, person in strangers(campaign).items():
        client = api(person) if is_rest else browser(person)
        researches = person.runs_campaigns
        told = {
            route: answers(client, address)
            for route, address in found.items()
            if not (is_own(route) if not researches else is_for_all(route))
        }
        own = {403} if is_rest else {404}
        expected = {route: own if is_own(route) and researches else {404} for route in told}
        assert told == expected, who
    nobody = api() if is_rest else Client()
    told = {route: answers(nobody, address) for route, address in found.items()}
    assert told == {route: {401} if is_rest else {302} for route in found}
    assert (Rule.objects.count(), RuleVersion.objects.count()) == (1, 1)
    assert not Verdict.objects.exists()


def test_researchers_read_rules_of_the_installation_and_never_write_them(campaign: Campaign):
    law = installation_rule()
    client, page = api(campaign.owner), browser(campaign.owner)
    assert [one["key"] for one in client.get("/api/v1/policies/rules/").json()] == ["no-slurs"]
    assert client.get(f"/api/v1/policies/rules/{law.pk}/").status_code == 200
    assert page.get("/policies/").status_code == 200
    assert page.get(f"/policies/rules/{law.pk}/").status_code == 200
    for asked in (
        client.post("/api/v1/policies/rules/", {}, format="json"),
        client.post(f"/api/v1/policies/rules/{law.pk}/versions/", {}, format="json"),
        client.post(f"/api/v1/policies/rules/{law.pk}/end/"),
        page.get("/policies/new/"),
        page.post("/policies/new/"),
        page.get(f"/policies/rules/{law.pk}/edit/"),
        page.post(f"/policies/rules/{law.pk}/edit/"),
        page.post(f"/policies/rules/{law.pk}/end/"),
    ):
        assert asked.status_code == 403
    assert RuleVersion.objects.count() == 1


def test_admins_reach_every_campaigns_bounds(campaign: Campaign, rule: Rule):
    admin = make_user(Role.ADMIN)
    for route, address in addresses(pages.urlpatterns, "/", rule).items():
        if not is_own(route):
            assert browser(admin).get(address).status_code in (200, 405), route


def test_own_bounds_are_nobody_elses(campaign: Campaign):
    one, other = take_part(campaign).annotator.user, take_part(campaign).annotator.user
    said = {"agreed": True, "answers": {"brevity": 40}, "text": "Short."}
    assert api(one).put("/api/v1/me/bounds/", said, format="json").status_code == 200
    added = api(one).post("/api/v1/me/bounds/rules/", {"text": "No jokes"}, format="json")
    pk = added.json()["rules"][0]["id"]
    assert api(other).get("/api/v1/me/bounds/").json()["answers"] == {}
    told = {
        answers(api(other), f"/api/v1/me/bounds/rules/{pk}/{part}").pop()
        for part in ("", "verdicts/")
    } | {answers(browser(other), f"/my-data/bounds/rules/{pk}/drop/").pop()}
    assert told == {404}
    for reader in (api(campaign.owner), api(make_user(Role.ADMIN))):
        assert reader.get(f"/api/v1/policies/rules/{pk}/").status_code == 404
        bounds = reader.get(f"/api/v1/campaigns/{campaign.slug}/bounds/").json()
        assert bounds["rules"] == []
    assert Rule.objects.count() == 1
