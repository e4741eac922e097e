"""Pausing, extending, retargeting, writing to all: as pages, over REST, and what people see."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.enums import Role
from annotation.models import Campaign, Message, PlanningRun
from annotation.services.erasing import withdraw
from annotation.services.messaging import request_message
from annotation.tasks import run_message, run_planning
from tests.annotation.services.test_messaging import guest, write
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge_everything,
    make_annotator,
    make_user,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(client):
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    client.force_login(campaign.owner)
    return campaign


def path(campaign, rest):
    return f"/research/{campaign.slug}/{rest}"


def given(**parts):
    return {
        "ends_at": "",
        "max_per_annotator": "",
        **{"target-0": "2", "quota-0": "", "target-1": "1", "quota-1": ""},
        **parts,
    }


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR])
def test_others_find_and_change_nothing(client, campaign, role):
    take_part(campaign, age="old")
    message = request_message(campaign, "A", "B", by=campaign.owner)
    user = make_user(role)
    client.force_login(user)
    rest = f"/api/v1/campaigns/{campaign.slug}/"
    for page in ("steer/", "messages/", f"messages/{message.pk}/"):
        assert client.get(path(campaign, page)).status_code == 404
    for page in ("steer/", "messages/"):
        assert client.post(path(campaign, page), {"subject": "A"}).status_code == 404
    assert api(user).put(f"{rest}end/", {"ends_at": None}, format="json").status_code == 404
    for part in ("end/", "messages/", f"messages/{message.pk}/"):
        assert api(user).get(rest + part).status_code == 404
        assert api().get(rest + part).status_code == 401
    assert api(user).post(f"{rest}messages/", {"subject": "C"}, format="json").status_code == 404
    assert Message.objects.count() == 1


def test_the_end_targets_seats_and_limit_are_changed_together(client, campaign, monkeypatch):
    sent = []
    monkeypatch.setattr(run_planning, "delay", sent.append)
    ends_at = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    changes = given(ends_at=ends_at, max_per_annotator="7", **{"target-0": "3", "quota-1": "20"})
    assert client.post(path(campaign, "steer/"), changes).status_code == 302
    changed = Campaign.objects.get(pk=campaign.pk)
    assert changed.ends_at.strftime("%Y-%m-%dT%H:%M") == ends_at
    assert changed.max_per_annotator == 7
    assert list(changed.strata.values_list("target", "quota")) == [(3, None), (1, 20)]
    run_planning(PlanningRun.objects.latest("pk").pk)
    assert changed.strata.first().coverage.first().target == 3
    html = client.get(path(campaign, "steer/")).content.decode()
    assert f'value="{ends_at}"' in html
    runs = PlanningRun.objects.count()
    again = given(ends_at=ends_at, max_per_annotator="7", **{"target-0": "3", "quota-1": "20"})
    assert client.post(path(campaign, "steer/"), again).status_code == 302
    assert PlanningRun.objects.count() == runs


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": "2020-01-01T00:00"},
        {"ends_at": "soon"},
        {"target-0": "0"},
        {"target-0": ""},
        {"quota-0": "1"},
        {"max_per_annotator": "-1"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(client, campaign, wrong):
    for _person in range(2):
        take_part(campaign, age="young")
    response = client.post(path(campaign, "steer/"), given(**{"target-1": "4", **wrong}))
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert campaign.strata.get(key="old").target == 1


def test_without_strata_the_overlap_is_changed(client):
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    changes = {"ends_at": "", "max_per_annotator": "", "overlap": "5"}
    assert client.post(path(campaign, "steer/"), changes).status_code == 302
    assert campaign.strata.get().target == 5


def test_an_overlap_that_is_shared_out_is_said_to_stay(client):
    strata = [{key: one[key] for key in ("key", "where")} for one in AGE_STRATA]
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=strata, overlap=3)
    client.force_login(campaign.owner)
    html = client.get(path(campaign, "steer/")).content.decode()
    assert "so it stays as it is" in html
    changes = {"ends_at": "", "max_per_annotator": "4"}
    assert client.post(path(campaign, "steer/"), changes).status_code == 302
    assert Campaign.objects.get(pk=campaign.pk).max_per_annotator == 4


def test_the_end_over_rest(campaign):
    manager = api(campaign.owner)
    route = f"/api/v1/campaigns/{campaign.slug}/end/"
    assert manager.get(route).json() == {"ends_at": None}
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    assert manager.put(route, {"ends_at": soon}, format="json").status_code == 200
    assert manager.get(route).json()["ends_at"] is not None
    past = (timezone.now() - timedelta(days=1)).isoformat()
    assert manager.put(route, {"ends_at": past}, format="json").status_code == 422
    assert manager.put(route, {}, format="json").status_code == 400
    assert manager.put(route, {"ends_at": None}, format="json").json() == {"ends_at": None}


def test_a_message_is_written_and_what_became_of_it_is_shown(client, campaign, monkeypatch):
    assert (
        "Nobody has joined this campaign yet."
        in client.get(path(campaign, "messages/")).content.decode()
    )
    take_part(campaign, age="old")
    assert "Send to 1 person" in client.get(path(campaign, "messages/")).content.decode()
    words = {"subject": "A pause", "text": "Until Monday."}
    assert client.post(path(campaign, "messages/"), words).status_code == 302
    message = Message.objects.get()
    assert message.created_by == campaign.owner
    part = client.get(path(campaign, f"messages/{message.pk}/")).content.decode()
    assert 'hx-trigger="every 2s"' in part
    run_message(message.pk)
    part = client.get(path(campaign, f"messages/{message.pk}/")).content.decode()
    assert "hx-trigger" not in part
    assert "<dt>Mailed</dt><dd>1</dd>" in part
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("words", [{}, {"subject": "A", "text": ""}, {"subject": "", "text": "B"}])
def test_a_message_without_words_is_refused(client, campaign, words):
    take_part(campaign, age="old")
    assert client.post(path(campaign, "messages/"), words).status_code == 422
    assert Message.objects.count() == 0


def test_messages_over_rest(campaign):
    manager = api(campaign.owner)
    route = f"/api/v1/campaigns/{campaign.slug}/messages/"
    words = {"subject": "A pause", "text": "Until Monday."}
    assert manager.post(route, words, format="json").json()["code"] == "nobody-there"
    take_part(campaign, age="old")
    sent = manager.post(route, words, format="json")
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    run_message(sent.json()["id"])
    one = manager.get(f"{route}{sent.json()['id']}/").json()
    assert (one["state"], one["people"], one["mailed"], one["waiting"]) == ("done", 1, 1, 0)
    assert manager.get(route).json() == [one]
    assert manager.post(route, {"subject": "A"}, format="json").status_code == 400


def test_a_message_stands_on_the_persons_pages_until_it_is_read(client):
    campaign = open_with_items(1)
    seat = guest(campaign)
    write(campaign, subject="A <pause>", text="Until Monday.\nThen on.")
    client.force_login(seat.annotator.user)
    start = f"/campaigns/{campaign.slug}/"
    part = client.get(f"{start}messages/").content.decode()
    assert "A &lt;pause&gt;" in part
    assert "Until Monday.<br>Then on." in part
    assert "A &lt;pause&gt;" in client.get("/campaigns/").content.decode()
    assert f'data-messages="{start}messages/"' in client.get(f"{start}judge/").content.decode()
    read = client.post(f"{start}messages/read/", headers={"HX-Request": "true"})
    assert (read.status_code, read.content) == (200, b"")
    assert client.get(f"{start}messages/").status_code == 204
    assert "A &lt;pause&gt;" not in client.get("/campaigns/").content.decode()


def test_whoever_has_withdrawn_finds_a_page_without_messages(client):
    campaign = open_with_items(1)
    seat = guest(campaign)
    write(campaign)
    withdraw(seat.annotator, campaign)
    client.force_login(seat.annotator.user)
    assert client.get(f"/campaigns/{campaign.slug}/messages/").status_code == 204


def test_nobody_reads_what_was_written_to_others(client):
    campaign = open_with_items(1)
    guest(campaign)
    write(campaign)
    client.force_login(make_annotator().user)
    assert client.get(f"/campaigns/{campaign.slug}/messages/").status_code == 404
    assert client.post(f"/campaigns/{campaign.slug}/messages/read/").status_code == 404
    client.logout()
    assert client.get(f"/campaigns/{campaign.slug}/messages/").status_code == 302


@pytest.mark.parametrize("count", [1, 4])
def test_queries_stay_the_same_however_many_messages(
    client, campaign, count, django_assert_num_queries
):
    for _person in range(count):
        judge_everything(take_part(campaign, age="old"))
    for number in range(count):
        write(campaign, subject=f"A {number}")
    client.get("/research/")
    with django_assert_num_queries(5):
        client.get(path(campaign, "messages/"))
    with django_assert_num_queries(3):
        client.get(path(campaign, "steer/"))
