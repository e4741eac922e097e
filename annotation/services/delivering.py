"""Delivering notices: a try now, others later where it fails, and a row for every try.

An address may get the same delivery twice where nobody knows whether the first arrived: its id says
that it is the same. Mail is never sent twice: where that is not known, it is not sent again.
"""

import smtplib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from annotation.access import campaigns_run_by
from annotation.enums import JobState, NoticeChannel, NotTaken, Right
from annotation.errors import Conflict
from annotation.models import Campaign, DeliveryTry, NoticeDelivery
from annotation.models.job import ENDED
from annotation.services.jobs import JobCancelled, JobFailed, JobWaits
from annotation.services.notice_targets import record_target
from annotation.webhooks import NotDelivered, canonical_body, post, secret_of, signature

# How long after each failed try the next one is made; after the last of them none is.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 6 * 3600, 24 * 3600))
DUE_AT_ONCE = 100
WORKER_SILENCE = timedelta(seconds=30)
TAKEN = range(200, 300)
# The address is gone for good and says so.
GONE = 410


def due_deliveries(now: datetime) -> list[int]:
    """Deliveries whose time has come and that no worker is busy with, one for each target.

    An address that does not answer keeps a worker for some seconds; it shall not keep them all.
    """
    idle = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - WORKER_SILENCE)
    due = NoticeDelivery.objects.exclude(state__in=ENDED).filter(idle, next_at__lte=now)
    first = due.order_by("target_id", "next_at", "pk").distinct("target_id")
    return list(first.values_list("pk", flat=True)[:DUE_AT_ONCE])


def deliver(job: NoticeDelivery) -> None:
    """The work of a delivery: one try. Where it fails, the job waits for its next one."""
    now = timezone.now()
    if job.target.removed_at:
        raise JobCancelled
    if job.next_at > now:
        raise JobWaits
    close_unfinished(job)
    one = DeliveryTry.objects.create(delivery=job, number=job.tries.count() + 1)
    problem = ""
    try:
        one.status = SENDERS[NoticeChannel(job.target.channel)](job)
    except NotDelivered as failure:
        problem = failure.reason.value
    else:
        problem = "" if one.status is None or one.status in TAKEN else NotTaken.REFUSED.value
    one.problem, one.ended_at = problem, timezone.now()
    one.milliseconds = round((one.ended_at - one.began_at) / timedelta(milliseconds=1))
    one.save(update_fields=["status", "problem", "ended_at", "milliseconds"])
    if problem:
        try_later(job, one)


def close_unfinished(job: NoticeDelivery) -> None:
    """A try without an end is one that its worker died in: what became of it is not known."""
    unfinished = job.tries.filter(ended_at=None)
    if not unfinished.update(ended_at=timezone.now(), problem=NotTaken.WORKER_STOPPED):
        return
    if job.target.channel == NoticeChannel.EMAIL:
        raise JobFailed(
            "A worker stopped while it sent this mail. Whether it left is not known, so it is not "
            "sent again."
        )


def try_later(job: NoticeDelivery, one: DeliveryTry) -> None:
    """Put the next try off, longer each time; raises `JobFailed` after the last one."""
    since_asked = job.tries.filter(began_at__gte=job.created_at).count()
    if one.status == GONE or since_asked > len(PAUSES):
        raise JobFailed(f"It could not be delivered ({one.problem}).")
    job.next_at = timezone.now() + PAUSES[since_asked - 1]
    job.save(update_fields=["next_at"])
    raise JobWaits


def send_again(job: NoticeDelivery) -> NoticeDelivery:
    """Begin anew with a delivery that failed. Raises `Conflict` for any other."""
    now = timezone.now()
    with transaction.atomic():
        failed = NoticeDelivery.objects.filter(pk=job.pk, state=JobState.FAILED)
        if not failed.filter(target__removed_at=None).update(
            state=JobState.QUEUED,
            attempts=0,
            error="",
            finished_at=None,
            heartbeat_at=None,
            cancel_requested=False,
            created_at=now,
            next_at=now,
        ):
            raise Conflict(
                _("Only what could not be delivered can be sent again."), code="nothing-to-send"
            )
        record_target(Deed.SENT_AGAIN, job.target, delivery=job.pk)
    job.refresh_from_db()
    return job


def send_mail(job: NoticeDelivery) -> None:
    """One mail to a person who runs the campaign, in their language."""
    user, notice = job.target.user, job.notice
    if (
        user is None
        or not user.is_active
        or not campaigns_run_by(user, Right.EDIT).filter(pk=notice.campaign_id).exists()
    ):
        raise JobFailed("This person does not run the campaign any more.")
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "notice": notice,
            "campaign": notice.campaign,
            "address": public_address(notice.campaign),
        }
        subject = render_to_string("annotation/emails/notice_subject.txt", context)
        text = render_to_string("annotation/emails/notice.txt", context)
    mail = EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[user.email])
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(NotTaken.MAIL_REFUSED) from error


def public_address(campaign: Campaign) -> str:
    """Where the campaign's dashboard is, for mail; "" where the installation's address is open."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('annotation:research-live', args=[campaign.slug])}"


def send_webhook(job: NoticeDelivery) -> int:
    """One signed post; returns the status that was answered."""
    target = job.target
    body = canonical_body(webhook_body(job))
    at = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Variorum",
        "Variorum-Event": job.notice.event,
        "Variorum-Delivery": str(job.pk),
        "Variorum-Signature": signature(secret_of(target.token, target.key_version), body, at),
    }
    return post(target.url, body, headers).status


def webhook_body(job: NoticeDelivery) -> dict[str, Any]:
    notice = job.notice
    return {
        "delivery": job.pk,
        "notice": notice.pk,
        "event": notice.event,
        "campaign": notice.campaign.slug,
        "created_at": notice.created_at.isoformat(),
        "data": notice.body,
    }


Sender = Callable[[NoticeDelivery], int | None]
SENDERS: dict[NoticeChannel, Sender] = {
    NoticeChannel.EMAIL: send_mail,
    NoticeChannel.WEBHOOK: send_webhook,
}
