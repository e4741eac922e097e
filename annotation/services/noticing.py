"""Telling those who run a campaign what happened: once, and to everybody who wants to hear it.

A notice's row is the truth: it is unique by what it is about, and the deliveries that it gives rise
to are written with it. Whoever finds the same thing again finds the row.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from annotation.enums import JobKind, JobState, NoticeEvent
from annotation.models import (
    Campaign,
    ItemImport,
    Job,
    JudgmentImport,
    Message,
    ModelJudgmentImport,
    Notice,
    NoticeDelivery,
    NoticeTarget,
    PlanningRun,
    Reconciliation,
    Summary,
)

# Failures are looked for among jobs that ended lately, so that old ones are not told of again.
LOOKED_BACK = timedelta(days=1)
OWN_JOBS: tuple[tuple[type[Job], JobKind], ...] = (
    (ItemImport, JobKind.ITEM_IMPORT),
    (JudgmentImport, JobKind.JUDGMENT_IMPORT),
    (ModelJudgmentImport, JobKind.MODEL_IMPORT),
    (PlanningRun, JobKind.PLANNING),
    (Summary, JobKind.SUMMARY),
    (Reconciliation, JobKind.RECONCILIATION),
    (Message, JobKind.MESSAGE),
)


def tell(
    campaign: Campaign, event: NoticeEvent, about: str, body: Mapping[str, Any]
) -> Notice | None:
    """Note that something happened, for everybody who wants to hear of it; None if it was noted."""
    with transaction.atomic():
        notice, is_new = Notice.objects.get_or_create(
            campaign=campaign, event=event, about=about, defaults={"body": dict(body)}
        )
        if not is_new:
            return None
        targets = NoticeTarget.objects.filter(
            campaign=campaign, removed_at=None, events__contains=[event]
        )
        NoticeDelivery.objects.bulk_create(
            NoticeDelivery(notice=notice, target=target) for target in targets
        )
    return notice


def tell_one(target: NoticeTarget, about: str) -> Notice:
    """A test: a notice for one target alone."""
    with transaction.atomic():
        notice = Notice.objects.create(
            campaign=target.campaign, event=NoticeEvent.TEST, about=about, body={}
        )
        NoticeDelivery.objects.create(notice=notice, target=target)
    return notice


def tell_failed_jobs(model: type[Job], kind: JobKind, now: datetime) -> int:
    """Tell of each job of a kind that failed lately; returns how many were new.

    `model` has a `campaign`. The jobs of other apps are looked for by these apps.
    """
    failed = model._default_manager.filter(state=JobState.FAILED, finished_at__gt=now - LOOKED_BACK)
    known = set(
        Notice.objects.filter(
            event=NoticeEvent.JOB_FAILED, created_at__gt=now - 2 * LOOKED_BACK
        ).values_list("about", flat=True)
    )
    told = 0
    for job in failed.order_by("pk"):
        about = f"{kind.value}:{job.pk}"
        if about not in known:
            body = {"job": kind.value, "id": job.pk, "error": job.error}
            told += tell(job.campaign, NoticeEvent.JOB_FAILED, about, body) is not None  # type: ignore[attr-defined]
    return told
