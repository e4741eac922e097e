from datetime import timedelta

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from annotation import tasks
from annotation.enums import JobState
from annotation.errors import Conflict
from annotation.models import ItemImport, PlanningRun
from annotation.services.jobs import (
    MOST_ATTEMPTS,
    JobFailed,
    advisory_lock,
    report_progress,
    request_cancel,
    run_job,
    silent_jobs,
)
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return PlanningRun.objects.create(campaign=make_campaign())


def run(job, work):
    run_job(PlanningRun, job.pk, work)
    job.refresh_from_db()
    return job


def test_a_job_that_returns_is_done(job):
    run(job, lambda one: report_progress(one, 3, 4))
    assert (job.state, job.steps_done, job.steps_total, job.percent) == ("done", 3, 4, 100)
    assert job.started_at <= job.finished_at


def test_a_job_that_fails_says_why(job):
    def work(one):
        raise JobFailed("The file is empty.")

    run(job, work)
    assert (job.state, job.error) == (JobState.FAILED, "The file is empty.")


def test_an_unexpected_error_is_a_failure_without_its_details(job, caplog):
    run(job, lambda one: 1 / 0)
    assert job.state == JobState.FAILED
    assert job.error.startswith("An unexpected error stopped this job.")
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_database_leaves_the_job_to_be_resumed(job):
    def work(one):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        run(job, work)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert run(job, lambda one: None).state == JobState.DONE
    assert job.attempts == 2


def test_an_ended_job_is_not_run_again(job):
    run(job, lambda one: None)
    run(job, lambda one: pytest.fail("must not run"))
    assert job.attempts == 1


def test_a_job_that_keeps_killing_its_workers_is_given_up(job):
    PlanningRun.objects.update(attempts=MOST_ATTEMPTS, state=JobState.RUNNING)
    run(job, lambda one: pytest.fail("must not run"))
    assert (job.state, job.error) == ("failed", "The workers stopped five times on this job.")


def test_a_job_that_is_gone_is_tolerated():
    run_job(PlanningRun, 987654, lambda one: pytest.fail("must not run"))


def test_a_waiting_job_is_cancelled_at_once(job):
    request_cancel(job)
    assert run(job, lambda one: pytest.fail("must not run")).state == JobState.CANCELLED


def test_a_running_job_is_cancelled_at_its_next_report(job):
    def work(one):
        request_cancel(one)
        report_progress(one, 1)
        pytest.fail("must have stopped")

    assert run(job, work).state == JobState.CANCELLED


def test_an_ended_job_cannot_be_cancelled(job):
    run(job, lambda one: None)
    with pytest.raises(Conflict):
        request_cancel(job)


def test_a_job_that_another_worker_holds_is_left_alone(job):
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    other = psycopg2.connect(**parameters)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(hashtext(%s), %s)",
                [PlanningRun._meta.db_table, job.pk],
            )
        assert run(job, lambda one: pytest.fail("must not run")).state == JobState.QUEUED
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert run(job, lambda one: None).state == JobState.DONE


def test_the_lock_is_given_back_after_the_block():
    with advisory_lock("x", 1) as held:
        assert held
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)


def test_silent_jobs_are_sent_again_and_others_are_not(job, monkeypatch):
    long_ago = timezone.now() - timedelta(minutes=5)
    stalled = PlanningRun.objects.create(
        campaign=job.campaign, state=JobState.RUNNING, heartbeat_at=long_ago
    )
    PlanningRun.objects.create(
        campaign=job.campaign, state=JobState.RUNNING, heartbeat_at=timezone.now()
    )
    PlanningRun.objects.create(
        campaign=job.campaign, state=JobState.DONE, heartbeat_at=long_ago, created_at=long_ago
    )
    forgotten = ItemImport.objects.create(campaign=job.campaign, created_at=long_ago)
    assert silent_jobs(PlanningRun) == [stalled.pk]
    sent = []
    monkeypatch.setattr(tasks.run_planning, "delay", lambda pk: sent.append(("planning", pk)))
    monkeypatch.setattr(tasks.run_import, "delay", lambda pk: sent.append(("import", pk)))
    tasks.resume_stalled_jobs()
    assert sent == [("import", forgotten.pk), ("planning", stalled.pk)]
