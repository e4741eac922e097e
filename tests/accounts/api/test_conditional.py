"""Documents with tags: read again only where they changed, changed only as they were read."""

import threading

import pytest
from django.db import connection

from accounts.enums import Role
from annotation.models import Campaign
from tests.factories import api, make_campaign, make_user, open_with_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(title="As it was")


def address_of(campaign):
    return f"/api/v1/campaigns/{campaign.slug}/"


def test_a_document_that_one_has_is_not_sent_again(campaign):
    client = api(campaign.owner)
    first = client.get(address_of(campaign))
    assert first["ETag"].startswith('"')
    again = client.get(address_of(campaign), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    client.patch(address_of(campaign), {"title": "Other"}, format="json")
    changed = client.get(address_of(campaign), headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["title"]) == (200, "Other")
    assert changed["ETag"] != first["ETag"]


def test_lists_and_jobs_are_documents_too(campaign):
    client = api(campaign.owner)
    for path in ("campaigns/", f"campaigns/{campaign.slug}/exports/", "schema/"):
        first = client.get(f"/api/v1/{path}")
        if path == "schema/":
            assert "ETag" not in first  # YAML for people; every other answer is JSON
            continue
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304


def test_annotators_have_a_document_of_their_own():
    campaign = open_with_items(1)
    tags = {
        api(person).get(address_of(campaign))["ETag"] for person in (campaign.owner, make_user())
    }
    assert len(tags) == 2


def test_refusals_and_pages_have_no_tag(campaign, client):
    assert "ETag" not in api(campaign.owner).get("/api/v1/campaigns/none/")
    client.force_login(campaign.owner)
    assert "ETag" not in client.get(f"/research/{campaign.slug}/")


def test_two_editors_do_not_overwrite_each_other(campaign):
    one, other = api(campaign.owner), api(make_user(Role.ADMIN))
    tag = one.get(address_of(campaign))["ETag"]
    headers = {"If-Match": tag}
    assert other.get(address_of(campaign))["ETag"] == tag
    first = one.patch(address_of(campaign), {"title": "One"}, format="json", headers=headers)
    assert (first.status_code, first.json()["title"]) == (200, "One")
    second = other.patch(address_of(campaign), {"title": "Two"}, format="json", headers=headers)
    assert (second.status_code, second.json()["code"]) == (412, "changed")
    assert second["Content-Type"] == "application/problem+json"
    campaign.refresh_from_db()
    assert campaign.title == "One"
    newer = {"If-Match": other.get(address_of(campaign))["ETag"]}
    assert (
        other.patch(address_of(campaign), {"title": "Two"}, format="json", headers=newer).json()[
            "title"
        ]
        == "Two"
    )


@pytest.mark.parametrize("expected", ["*", "W/{tag}", '"other", {tag}'])
def test_whatever_names_the_document_as_it_is_lets_through(campaign, expected):
    client = api(campaign.owner)
    tag = client.get(address_of(campaign))["ETag"]
    headers = {"If-Match": expected.format(tag=tag)}
    answer = client.patch(address_of(campaign), {"title": "New"}, format="json", headers=headers)
    assert answer.status_code == 200


def test_a_stranger_learns_nothing_by_a_tag(campaign):
    answer = api(make_user(Role.RESEARCHER)).patch(
        address_of(campaign), {"title": "Mine"}, format="json", headers={"If-Match": '"x"'}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["bounds/", "bounds/register/", "exports/rules/"])
def test_settings_beside_the_campaign_are_guarded_alike(campaign, path):
    client = api(campaign.owner)
    address = f"{address_of(campaign)}{path}"
    headers = {"If-Match": '"of another time"'}
    method = client.put if path == "exports/rules/" else client.patch
    refused = method(address, {}, format="json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed")


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_the_same_moment_one_is_refused():
    campaign = make_campaign(title="As it was")
    owner = campaign.owner
    headers = {"If-Match": api(owner).get(address_of(campaign))["ETag"]}
    ready = threading.Barrier(2)
    answers = {}

    def change(title):
        try:
            client = api(owner)
            ready.wait(timeout=10)
            answer = client.patch(
                address_of(campaign), {"title": title}, format="json", headers=headers
            )
            answers[title] = answer.status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[title]) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers.values()) == [200, 412]
    kept = Campaign.objects.get(pk=campaign.pk).title
    assert answers[kept] == 200
