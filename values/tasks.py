"""Celery's side of audits: take an id, fetch, delegate."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from annotation.enums import JobKind
from annotation.services.jobs import run_job, silent_jobs
from annotation.services.noticing import tell_failed_jobs
from values.models import Audit
from values.services.auditing import cancelled_or_failed, make_audit


@shared_task(name="values.run_audit")
def run_audit(audit_id: int) -> None:
    run_job(Audit, audit_id, make_audit)
    cancelled_or_failed(audit_id)


@shared_task(name="values.resume_stalled_audits")
def resume_stalled_audits() -> None:
    for audit_id in silent_jobs(Audit):
        run_audit.delay(audit_id)


@shared_task(name="values.tell_failures")
def tell_failures() -> int:
    """Tell those who run the campaigns of audits that failed."""
    return tell_failed_jobs(Audit, JobKind.AUDIT, timezone.now())


def start_audit(audit: Audit) -> None:
    """Send an audit to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_audit.delay(audit.pk))
