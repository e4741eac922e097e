"""Running a job so that it ends once, whatever happens to workers and messages.

The job's row says what is to be done and how far it is. A worker holds the job by a PostgreSQL
advisory lock, which goes with its connection: a killed worker holds nothing. Beat sends every
job that has not ended again; whoever gets the lock goes on.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.services.trail import record
from annotation.enums import JobState
from annotation.errors import Conflict
from annotation.models import Job

logger = logging.getLogger(__name__)

JobT = TypeVar("JobT", bound=Job)

MOST_ATTEMPTS = 5
# Sending a job once too often costs a look at its lock, so a silent one is sent again soon.
RUNNING_SILENCE = timedelta(seconds=10)
QUEUED_SILENCE = timedelta(seconds=60)


class JobCancelled(Exception):
    """The person who asked for the job has called it off."""


class JobFailed(Exception):
    """The job cannot succeed; the message says why, for people."""


class JobWaits(Exception):
    """The rest is up to other jobs; the last of them to end sends this one again."""


def run_job(model: type[JobT], pk: int, work: Callable[[JobT], None]) -> None:
    """Do `work` on the job unless it has ended, is gone, or another worker has it.

    Work that raises `JobFailed` or any unexpected error ends the job as failed; a lost database
    leaves it running, to be resumed.
    """
    with advisory_lock(model._meta.db_table, pk) as held:
        if not held:
            return
        job = model._default_manager.filter(pk=pk).first()
        if job is None or job.has_ended:
            return
        if job.attempts >= MOST_ATTEMPTS:
            end_job(job, JobState.FAILED, error="The workers stopped five times on this job.")
            return
        begin_attempt(job)
        do_work(job, work)


def do_work(job: JobT, work: Callable[[JobT], None]) -> None:
    try:
        report_progress(job, job.steps_done)
        work(job)
    except JobCancelled:
        end_job(job, JobState.CANCELLED)
    except JobWaits:
        # An attempt that was seen through is none that a worker stopped on.
        job.attempts -= 1
        job.save(update_fields=["attempts"])
    except JobFailed as failure:
        end_job(job, JobState.FAILED, error=str(failure))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s %s failed", type(job).__name__, job.pk)
        end_job(
            job,
            JobState.FAILED,
            error="An unexpected error stopped this job. The installation's log says more.",
        )
    else:
        end_job(job, JobState.DONE)


@contextmanager
def advisory_lock(name: str, number: int) -> Iterator[bool]:
    """Hold a session-level advisory lock for the block, if it is free; tells whether it is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [name, number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [name, number])


def begin_attempt(job: Job) -> None:
    now = timezone.now()
    job.state = JobState.RUNNING
    job.attempts += 1
    job.started_at = job.started_at or now
    job.heartbeat_at = now
    job.save(update_fields=["state", "attempts", "started_at", "heartbeat_at"])


def report_progress(job: Job, done: int, total: int | None = None) -> None:
    """Note how far the job is; raises `JobCancelled` where somebody asked for that."""
    job.steps_done = done
    if total is not None:
        job.steps_total = total
    job.heartbeat_at = timezone.now()
    job.save(update_fields=["steps_done", "steps_total", "heartbeat_at"])
    if type(job)._default_manager.filter(pk=job.pk, cancel_requested=True).exists():
        raise JobCancelled


def end_job(job: Job, state: JobState, *, error: str = "") -> None:
    job.state = state
    job.error = error
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "error", "finished_at"])


def request_cancel(job: Job) -> None:
    """Call a job off: at once where no worker has it, else at its next report.

    Raises `Conflict` where it has ended.
    """
    jobs = type(job)._default_manager.filter(pk=job.pk)
    now = timezone.now()
    with transaction.atomic():
        waiting = jobs.filter(state=JobState.QUEUED).update(
            state=JobState.CANCELLED, cancel_requested=True, finished_at=now
        )
        if not waiting and not jobs.filter(state=JobState.RUNNING).update(cancel_requested=True):
            raise Conflict(_("This job has ended already."), code="job-ended")
        record_called_off(job)


def record_called_off(job: Job) -> None:
    """Put into the trail that a job was called off."""
    record(
        Deed.JOB_CALLED_OFF,
        campaign=getattr(job, "campaign_id", None),
        thing=job,
        job=str(job._meta.model_name),
        number=job.pk,
    )


def silent_jobs(model: type[JobT]) -> list[int]:
    """Jobs that should be under way but have not been heard of for a while."""
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, heartbeat_at__lt=now - RUNNING_SILENCE) | Q(
        state=JobState.QUEUED, created_at__lt=now - QUEUED_SILENCE
    )
    return list(
        model._default_manager.filter(silent).order_by(F("pk")).values_list("pk", flat=True)[:100]
    )
