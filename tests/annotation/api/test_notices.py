"""Notices over REST: targets, secrets, tests, the log; for those who run the campaign."""

import pytest

from accounts.enums import Role
from annotation.enums import JobState, NoticeEvent
from annotation.models import NoticeDelivery, NoticeTarget
from annotation.services.notice_targets import add_webhook, webhook_secret
from annotation.services.noticing import tell
from tests.factories import api, make_annotator, make_user, open_with_items

pytestmark = pytest.mark.django_db
HOOK = {"url": "https://hooks.example.org/a", "events": ["completed", "stuck"]}


@pytest.fixture
def campaign():
    return open_with_items(1)


def base(campaign):
    return f"/api/v1/campaigns/{campaign.slug}/notices/"


def test_a_webhook_is_added_renewed_tested_and_removed(campaign):
    manager = api(campaign.owner)
    made = manager.post(f"{base(campaign)}targets/", HOOK, format="json")
    assert made.status_code == 201
    target = NoticeTarget.objects.get()
    assert made.json()["secret"] == webhook_secret(target)
    listed = manager.get(f"{base(campaign)}targets/").json()
    assert listed["stuck_hours"] == 24
    assert [(one["id"], one["url"]) for one in listed["targets"]] == [(target.pk, HOOK["url"])]
    assert "secret" not in listed["targets"][0]
    own = f"{base(campaign)}targets/{target.pk}/"
    renewed = manager.post(f"{own}secret/").json()["secret"]
    assert renewed != made.json()["secret"]
    tested = manager.post(f"{own}test/")
    assert (tested.status_code, tested.json()["state"]) == (202, "queued")
    assert manager.delete(own).status_code == 204
    assert manager.delete(own).status_code == 404
    assert manager.get(f"{base(campaign)}targets/").json()["targets"] == []


def test_own_mail_is_put(campaign):
    manager = api(campaign.owner)
    path = f"{base(campaign)}mail/"
    put = manager.put(path, {"events": ["stuck"], "stuck_hours": 5}, format="json")
    assert (put.status_code, put.json()) == (200, {"events": ["stuck"], "stuck_hours": 5})
    [target] = manager.get(f"{base(campaign)}targets/").json()["targets"]
    assert (target["channel"], target["email"]) == ("email", campaign.owner.email)
    assert manager.put(path, {"events": []}, format="json").json()["events"] == []
    for wrong in ({"events": ["test"]}, {"events": [], "stuck_hours": 0}, {}):
        assert manager.put(path, wrong, format="json").status_code == 400


def test_what_is_no_webhook_is_refused_by_field(campaign):
    manager = api(campaign.owner)
    path = f"{base(campaign)}targets/"
    inside = manager.post(path, {**HOOK, "url": "https://10.0.0.1/"}, format="json")
    assert (inside.status_code, inside.json()["errors"][0]["field"]) == (422, "url")
    for wrong in ({**HOOK, "events": []}, {"url": HOOK["url"]}, {**HOOK, "events": ["x"]}):
        assert manager.post(path, wrong, format="json").status_code == 400


def test_the_log_comes_page_by_page_with_tries_and_begins_anew(campaign):
    add_webhook(campaign, HOOK["url"], HOOK["events"], by=campaign.owner)
    for number in range(3):
        tell(campaign, NoticeEvent.COMPLETED, str(number), {"items": 1})
    delivery = NoticeDelivery.objects.latest("pk")
    delivery.tries.create(number=1, status=500, problem="refused")
    manager = api(campaign.owner)
    first = manager.get(base(campaign), {"page_size": 2}).json()
    assert len(first["results"]) == 2
    newest = first["results"][0]
    assert (newest["event"], newest["data"]) == ("completed", {"items": 1})
    assert newest["deliveries"][0]["tries"][0]["problem"] == "refused"
    assert len(manager.get(first["next"]).json()["results"]) == 1
    again = f"{base(campaign)}deliveries/{delivery.pk}/again/"
    assert manager.post(again).status_code == 409
    NoticeDelivery.objects.filter(pk=delivery.pk).update(state=JobState.FAILED)
    assert manager.post(again).json()["state"] == "queued"


@pytest.mark.parametrize("who", ["colleague", "annotator", "nobody"])
def test_others_find_nothing(campaign, who):
    target = add_webhook(campaign, HOOK["url"], HOOK["events"], by=campaign.owner)
    tell(campaign, NoticeEvent.STUCK, "x", {})
    delivery = NoticeDelivery.objects.get()
    users = {"colleague": make_user(Role.RESEARCHER), "annotator": make_annotator().user}
    client = api(users.get(who))
    status = 401 if who == "nobody" else 404
    own = f"targets/{target.pk}/"
    for method, rest in (
        *(("get", ""), ("get", "targets/"), ("post", "targets/"), ("put", "mail/")),
        *(("delete", own), ("post", f"{own}secret/"), ("post", f"{own}test/")),
        ("post", f"deliveries/{delivery.pk}/again/"),
    ):
        response = getattr(client, method)(base(campaign) + rest, HOOK, format="json")
        assert response.status_code == status, rest
    assert NoticeTarget.objects.filter(removed_at=None).count() == 1
