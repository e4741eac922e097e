"""What the health endpoints say, and what they need to say it."""

import pytest
import redis
from django.conf import settings
from django.test import Client

from config.heartbeat import KEY, LIFETIME


@pytest.fixture
def broker():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client
        client.delete(KEY)


def test_healthz_answers_without_database_and_for_any_host(client: Client):
    response = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert not response.cookies


@pytest.mark.django_db
def test_readyz_is_ok_while_everything_answers(client: Client, broker):
    broker.set(KEY, 1, ex=LIFETIME)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"}


@pytest.mark.django_db
def test_readyz_misses_a_silent_worker(client: Client, broker, caplog):
    broker.delete(KEY)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["worker"] == "no sign of life from any worker"
    assert response.json()["database"] == "ok"


@pytest.mark.django_db
def test_readyz_names_a_missing_broker_and_no_address(client: Client, settings):
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "database": "ok",
        "broker": "does not answer",
        "worker": "unknown without the broker",
    }
