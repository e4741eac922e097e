"""Limits by person and minute, and the headers that tell of them."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as CacheGone

from accounts.api import limits
from accounts.enums import Role
from annotation.models import ItemImport
from tests.factories import api, make_campaign, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000  # a whole minute


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    cache.clear()
    now = [NOON]
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: now[0]))
    return now


@pytest.fixture
def few(settings):
    settings.API_LIMITS = {"requests": 3, "starts": 1}


def test_each_answer_says_what_is_left(few, clock):
    client = api(make_user(Role.RESEARCHER))
    clock[0] = NOON + 18
    answers = [client.get("/api/v1/campaigns/") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert [one["RateLimit"] for one in answers] == [
        f'"requests";r={left};t=42' for left in (2, 1, 0)
    ]
    assert {one["RateLimit-Policy"] for one in answers} == {'"requests";q=3;w=60'}


def test_beyond_the_limit_it_says_how_long_to_wait(few, clock):
    client = api(make_user(Role.RESEARCHER))
    clock[0] = NOON + 18
    refused = [client.get("/api/v1/campaigns/") for _ in range(4)][-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused["Retry-After"], refused["RateLimit"]) == ("42", '"requests";r=0;t=42')
    clock[0] = NOON + 60
    assert client.get("/api/v1/campaigns/").status_code == 200


def test_people_are_counted_apart(few):
    one, other = api(make_user(Role.RESEARCHER)), api(make_user(Role.RESEARCHER))
    assert [one.get("/api/v1/campaigns/").status_code for _ in range(4)][-1] == 429
    assert other.get("/api/v1/campaigns/").status_code == 200


def test_slow_work_has_a_narrower_limit(few):
    campaign = make_campaign()
    client, address = api(campaign.owner), f"/api/v1/campaigns/{campaign.slug}/items/"
    sent = [client.post(address, b"{}", content_type="text/csv") for _ in range(2)]
    assert [one.status_code for one in sent] == [202, 429]
    assert sent[0]["RateLimit-Policy"] == '"requests";q=3;w=60, "starts";q=1;w=60'
    assert sent[1]["RateLimit"].startswith('"requests";r=1;t=60, "starts";r=0')
    assert ItemImport.objects.count() == 1
    assert client.get(f"/api/v1/campaigns/{campaign.slug}/imports/").status_code == 200


def test_judging_is_not_counted(few):
    seat = take_part(open_with_items(3))
    client = api(seat.annotator.user)
    assignment = serve(seat)
    answers = [client.post(f"/api/v1/assignments/{assignment.pk}/heartbeat/") for _ in range(10)]
    assert {one.status_code for one in answers} == {200}
    assert "RateLimit" not in answers[0]


def test_nobody_is_refused_because_nobody_can_count(few, monkeypatch):
    def gone(self):
        raise CacheGone

    monkeypatch.setattr("redis.client.Pipeline.execute", gone)
    client = api(make_user(Role.RESEARCHER))
    assert {client.get("/api/v1/campaigns/").status_code for _ in range(5)} == {200}
