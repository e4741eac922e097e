"""Creating under an idempotency key: once, however often it is sent."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from accounts.models import KeptAnswer, User
from annotation.models import Campaign, ItemImport
from exports.models import Snapshot
from tests.factories import PASSWORD, api, campaign_spec, make_campaign, make_user

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "once-1"}
CAMPAIGNS = "/api/v1/campaigns/"


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


def test_a_repetition_gives_the_first_answer_and_creates_nothing(owner):
    client, spec = api(owner), campaign_spec()
    first = client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    again = client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Campaign.objects.count() == 1


def test_the_first_answer_comes_even_where_the_thing_has_changed_since(owner):
    client, spec = api(owner), campaign_spec(title="First")
    client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    client.patch(f"{CAMPAIGNS}{spec['slug']}/", {"title": "Since"}, format="json")
    assert client.post(CAMPAIGNS, spec, format="json", headers=KEY).json()["title"] == "First"
    assert Campaign.objects.get().title == "Since"


def test_a_key_stands_for_one_request(owner):
    client, spec = api(owner), campaign_spec()
    client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    others = [
        client.post(CAMPAIGNS, {**spec, "title": "Another"}, format="json", headers=KEY),
        client.post(f"{CAMPAIGNS}{spec['slug']}/exports/", {}, format="json", headers=KEY),
    ]
    assert {(one.status_code, one.json()["code"]) for one in others} == {(409, "key-reused")}
    assert not Snapshot.objects.exists()


def test_people_do_not_share_keys(owner):
    spec = campaign_spec()
    other = {**campaign_spec()}
    api(owner).post(CAMPAIGNS, spec, format="json", headers=KEY)
    answer = api(make_user(Role.RESEARCHER)).post(CAMPAIGNS, other, format="json", headers=KEY)
    assert (answer.status_code, answer.json()["slug"]) == (201, other["slug"])


def test_a_refusal_uses_up_no_key(owner):
    client, spec = api(owner), campaign_spec()
    refused = client.post(CAMPAIGNS, {**spec, "slug": "a b"}, format="json", headers=KEY)
    assert refused.status_code == 400
    assert not KeptAnswer.objects.exists()
    assert client.post(CAMPAIGNS, spec, format="json", headers=KEY).status_code == 201


def test_keys_are_forgotten_after_a_day(owner):
    client, spec = api(owner), campaign_spec()
    client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert client.post(CAMPAIGNS, spec, format="json", headers=KEY).status_code == 201
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(days=1))
    late = client.post(CAMPAIGNS, spec, format="json", headers=KEY)
    assert (late.status_code, late.json()["code"]) == (409, "slug-in-use")
    client.post(CAMPAIGNS, campaign_spec(), format="json", headers={"Idempotency-Key": "new"})
    assert [one.key for one in KeptAnswer.objects.all()] == ["new"]


def test_a_key_has_an_end(owner):
    headers = {"Idempotency-Key": "k" * 201}
    refused = api(owner).post(CAMPAIGNS, campaign_spec(), format="json", headers=headers)
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == ["Idempotency-Key"]


def test_uploads_are_told_apart_by_address_and_length(owner):
    campaign = make_campaign(owner)
    client, address = api(owner), f"{CAMPAIGNS}{campaign.slug}/items/"
    first = client.post(address, b"id,prompt\n", content_type="text/csv", headers=KEY)
    again = client.post(address, b"id,prompt\n", content_type="text/csv", headers=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    longer = client.post(address, b"id,prompt\n\n", content_type="text/csv", headers=KEY)
    assert (longer.status_code, longer.json()["code"]) == (409, "key-reused")
    assert ItemImport.objects.count() == 1


def test_snapshots_and_people_are_made_once(owner):
    campaign = make_campaign(owner)
    address = f"{CAMPAIGNS}{campaign.slug}/exports/"
    made = [api(owner).post(address, {}, format="json", headers=KEY).json() for _ in range(2)]
    assert made[0] == made[1]
    assert Snapshot.objects.count() == 1
    body = {"email": "new@variorum.test", "password": PASSWORD, "role": "annotator"}
    admin = api(make_user(Role.ADMIN))
    people = [
        admin.post("/api/v1/users/", body, format="json", headers=KEY).json() for _ in range(2)
    ]
    assert people[0] == people[1]
    assert User.objects.filter(email="new@variorum.test").count() == 1
    assert PASSWORD not in "".join(KeptAnswer.objects.values_list("body", flat=True))


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_it_is_still_once():
    owner = make_user(Role.RESEARCHER)
    spec = campaign_spec()
    ready = threading.Barrier(4)
    answers = []

    def create():
        try:
            client = api(owner)
            ready.wait(timeout=10)
            answers.append(client.post(CAMPAIGNS, spec, format="json", headers=KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert {(one.status_code, one.content) for one in answers} == {(201, answers[0].content)}
    assert sum("Idempotency-Replayed" in one for one in answers) == 3
    assert Campaign.objects.count() == 1
