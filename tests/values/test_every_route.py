"""Every route of values, taken from the addresses: who is not to see it finds nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.enums import Role
from accounts.models import User
from tests.factories import api, make_user, open_with_items, take_part
from tests.values.builders import audit_of, corpus, labelled_sample
from values import urls as pages
from values.api import urls as rest
from values.models import Audit, Taxonomy, ValueSample

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete")
TRICKS = ("../secret_key", "..%2fsecret_key", "%2e%2e/x", "%2fetc%2fpasswd", "report.html%00", "*")
ONES_OWN = "taxonomies/"  # no object of anybody's: a list of what is one's own


@pytest.fixture
def audit() -> Audit:
    source = corpus(40)
    return audit_of(source, labelled_sample(source))


def addresses(patterns: list[URLPattern], prefix: str, audit: Audit) -> list[str]:
    known = {
        "<slug:slug>": audit.campaign.slug,
        "<int:pk>": str(audit.pk),
        "<str:name>": "report.html",
    }
    found = []
    for pattern in patterns:
        route = str(pattern.pattern)
        for part, value in known.items():
            route = route.replace(part, value)
        assert "<" not in route, f"{route}: say what this part is"
        found.append(f"{prefix}{route}")
    return [one for one in found if not one.endswith(f"/{ONES_OWN}")]


def strangers(audit: Audit) -> list[User]:
    """Another researcher, somebody who labels, and one who annotates something else."""
    labeller = audit.labels.seats.order_by("pk").first().annotator.user
    outsider = take_part(open_with_items(1)).annotator.user
    return [make_user(Role.RESEARCHER), labeller, outsider]


def answers(client: Any, address: str) -> set[int]:
    found = {getattr(client, method)(address).status_code for method in METHODS}
    return found - {405}


def page_client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def test_strangers_find_nothing(audit: Audit):
    over_rest = addresses(rest.urlpatterns, "/api/v1/", audit)
    on_pages = addresses(pages.urlpatterns, "/", audit)
    assert (len(over_rest), len(on_pages)) == (5, 6)
    for person in strangers(audit):
        told = {one: answers(api(person), one) for one in over_rest}
        assert told == {one: {404} for one in over_rest}, person.role
        told = {one: answers(page_client(person), one) for one in on_pages}
        assert told == {one: {404} for one in on_pages}, person.role
    assert {one: answers(api(), one) for one in over_rest} == {one: {401} for one in over_rest}
    assert {one: answers(Client(), one) for one in on_pages} == {one: {302} for one in on_pages}
    assert (Audit.objects.count(), ValueSample.objects.count()) == (1, 1)


def test_taxonomies_are_for_researchers_and_everybody_s_own(audit: Audit):
    owner, other = audit.campaign.owner, make_user(Role.RESEARCHER)
    body = {"key": "mine", "title": "Mine", "values": [{"key": "joy"}]}
    said = api(owner).post("/api/v1/taxonomies/", body, format="json")
    assert said.status_code == 201
    again = api(owner).post("/api/v1/taxonomies/", body, format="json")
    assert (again.status_code, again.json()) == (200, said.json())
    listed = api(owner).get("/api/v1/taxonomies/").json()["results"]
    assert [one["id"] for one in listed] == [said.json()["id"]]
    assert api(other).get("/api/v1/taxonomies/").json()["results"] == []
    assert api(strangers(audit)[1]).get("/api/v1/taxonomies/").status_code == 403
    assert page_client(strangers(audit)[1]).get("/taxonomies/").status_code == 404
    refused = api(other).post(
        f"/api/v1/campaigns/{corpus(2, owner=other).slug}/value-samples/",
        {"taxonomy": Taxonomy.objects.get().pk},
        format="json",
    )
    assert refused.status_code == 404


def test_an_audit_needs_both_campaigns_to_be_one_s_own(audit: Audit):
    """Whoever runs the corpus alone must not learn from another's labels, nor the other way."""
    other = make_user(Role.RESEARCHER)
    own = corpus(2, owner=other)
    client = api(other)
    asked = client.post(
        f"/api/v1/campaigns/{own.slug}/audits/", {"labels": audit.labels.slug}, format="json"
    )
    assert asked.status_code == 404
    audit.campaign.owner = other
    audit.campaign.save(update_fields=["owner"])
    assert client.get(f"/api/v1/audits/{audit.pk}/").status_code == 404
    listed = client.get(f"/api/v1/campaigns/{audit.campaign.slug}/audits/").json()
    assert listed["results"] == []
    admin = api(make_user(Role.ADMIN))
    assert admin.get(f"/api/v1/audits/{audit.pk}/").status_code == 200


@pytest.mark.parametrize("trick", TRICKS)
def test_no_name_of_a_file_leads_out_of_the_audit(audit: Audit, trick: str):
    owner = audit.campaign.owner
    for client, address in (
        (page_client(owner), f"/audits/{audit.pk}/files/{trick}"),
        (api(owner), f"/api/v1/audits/{audit.pk}/files/{trick}"),
    ):
        assert client.get(address).status_code == 404
