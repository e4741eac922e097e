"""What changed between two snapshots: at once, by a worker, on the page and over REST."""

from typing import Any

import pytest
from django.test import Client

from annotation.enums import JobState
from exports.errors import Conflict
from exports.models import Comparison, Moment, Snapshot
from exports.services import comparing, versions
from exports.services.comparing import compare
from exports.tasks import resume_stalled_snapshots, run_comparison
from tests.exports.builders import Built, pairwise_campaign, snapshot_of, supersede
from tests.factories import api, judge, serve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


@pytest.fixture
def two(built: Built) -> tuple[Snapshot, Snapshot]:
    """Two snapshots: one judgment more in the newer one, which supersedes an older one."""
    older = snapshot_of(built.campaign)
    supersede(built.judgments["cy q1"], {"overall": {"outcome": "tie"}})
    return older, snapshot_of(built.campaign)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "LIVE_JUDGMENTS", 8)


def asked(two: tuple[Snapshot, Snapshot]) -> Any:
    return compare(*two, send=lambda _job: None, requested_by=None)


def page_of(client: Client, two: tuple[Snapshot, Snapshot], **parts: Any) -> str:
    older, newer = two
    response = client.get(f"/exports/{newer.pk}/difference/?since={older.pk}", **parts)
    assert response.status_code == 200
    return response.content.decode()


def owner_of(built: Built) -> Client:
    client = Client()
    client.force_login(built.campaign.owner, backend="accounts.backends.AccountBackend")
    return client


def test_small_snapshots_are_compared_at_once(built: Built, two: tuple[Snapshot, Snapshot]):
    found = asked(two)
    first = built.judgments["cy q1"].pk
    assert found["superseded"] == {"count": 1, "judgment_ids": [first]}
    assert found["added"]["count"] == 1
    assert found["withdrawn"] == {"count": 0, "judgment_ids": []}
    assert (found["items_added"], found["people_added"], found["people_withdrawn"]) == (0, 0, 0)
    assert not Comparison.objects.exists()
    assert "Judgments superseded" in page_of(owner_of(built), two)


@pytest.mark.usefixtures("large")
def test_large_ones_are_compared_once_by_a_worker(
    built: Built, two: tuple[Snapshot, Snapshot], sent_comparisons: list[int]
):
    older, newer = two
    path = f"/api/v1/exports/{newer.pk}/difference/?since={older.pk}"
    client = api(built.campaign.owner)
    waiting = client.get(path)
    assert (waiting.status_code, waiting.json()) == (
        202,
        {"since": older.pk, "state": "queued", "progress": 0},
    )
    page = page_of(owner_of(built), two)
    assert 'hx-trigger="every 1s"' in page
    assert "a worker compares them" in page
    assert len(sent_comparisons) == 1
    run_comparison(sent_comparisons[0])
    job = Comparison.objects.get()
    assert (job.state, job.steps_done, job.steps_total) == (JobState.DONE, 9, 9)
    done = client.get(path)
    assert done.status_code == 200
    assert done.json()["superseded"] == {
        "count": 1,
        "judgment_ids": [built.judgments["cy q1"].pk],
    }
    assert client.get(f"{path}&listed=0").json()["added"] == {"count": 1, "judgment_ids": []}
    part = page_of(owner_of(built), two, headers={"HX-Request": "true"})
    assert "<dd>1</dd>" in part
    assert "hx-trigger" not in part
    assert len(sent_comparisons) == 1


@pytest.mark.usefixtures("large")
def test_a_worker_says_the_same_as_the_request(
    two: tuple[Snapshot, Snapshot], monkeypatch: pytest.MonkeyPatch
):
    job = asked(two)
    run_comparison(job.pk)
    by_worker = asked(two)
    monkeypatch.setattr(comparing, "LIVE_JUDGMENTS", 100)
    assert asked(two) == by_worker


@pytest.mark.usefixtures("large")
def test_a_silent_comparison_is_sent_again(
    two: tuple[Snapshot, Snapshot], sent_comparisons: list[int]
):
    job = asked(two)
    old = "2020-01-01T00:00:00Z"
    Comparison.objects.update(state=JobState.RUNNING, heartbeat_at=old)
    resume_stalled_snapshots()
    assert sent_comparisons == [job.pk]


@pytest.mark.usefixtures("large")
def test_one_that_failed_says_so_once_and_is_tried_again(
    built: Built, two: tuple[Snapshot, Snapshot], monkeypatch: pytest.MonkeyPatch
):
    job = asked(two)
    with monkeypatch.context() as patch:

        def breaks(*_: Any) -> None:
            raise RuntimeError("storage is away")

        patch.setattr(versions, "column_of", breaks)
        run_comparison(job.pk)
    page = page_of(owner_of(built), two)
    assert "An unexpected error stopped this job." in page
    again = asked(two)
    assert again.state == JobState.QUEUED
    run_comparison(again.pk)
    assert asked(two)["added"]["count"] == 1


@pytest.mark.usefixtures("large")
def test_data_that_is_written_anew_is_compared_anew(two: tuple[Snapshot, Snapshot]):
    from django.utils import timezone

    job = asked(two)
    run_comparison(job.pk)
    Moment.objects.filter(pk=two[0].moment_id).update(frozen_at=timezone.now())
    two[0].moment.refresh_from_db()
    again = asked(two)
    assert (again.pk != job.pk, again.state) == (True, JobState.QUEUED)


def test_data_that_is_gone_is_a_conflict(two: tuple[Snapshot, Snapshot]):
    two[0].moment.frozen_at = None
    with pytest.raises(Conflict) as refused:
        asked(two)
    assert refused.value.code == "not-kept"


@pytest.mark.usefixtures("large")
def test_asking_costs_the_same_whatever_there_is(
    built: Built, two: tuple[Snapshot, Snapshot], django_assert_num_queries: Any
):
    run_comparison(asked(two).pk)
    older, newer = two
    api_client = api(built.campaign.owner)
    with django_assert_num_queries(4):
        api_client.get(f"/api/v1/exports/{newer.pk}/difference/?since={older.pk}")
    judge(serve(built.seats["ben"]), {"overall": {"outcome": "tie"}})
    latest = snapshot_of(built.campaign)
    run_comparison(asked((older, latest)).pk)
    with django_assert_num_queries(4):
        api_client.get(f"/api/v1/exports/{latest.pk}/difference/?since={older.pk}")
