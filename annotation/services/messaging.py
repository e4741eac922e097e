"""Messages to all annotators of a campaign: by mail where there is an address, else on their pages.

Every copy is a row before anything is sent. A copy is taken up once and never again, whatever
becomes of its worker: rather a mail too few than the same one twice.
"""

import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import Annotator, User
from accounts.services.trail import record
from annotation.enums import CopyState
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign, Message, MessageCopy, Seat
from annotation.services.jobs import JobWaits, report_progress
from annotation.wording import shown_title

LONGEST_SUBJECT = 150
LONGEST_TEXT = 10_000
MOST_A_DAY = 5
# The same words again so soon are a button pressed twice.
SAME_WITHIN = timedelta(minutes=10)
COPIES_AT_ONCE = 50
# So often the mail server may be out of reach; then the rest is shown on pages instead.
MOST_TROUBLES = 20

ADDRESS = """
INSERT INTO annotation_messagecopy (message_id, annotator_id, state, changed_at)
SELECT %(message)s, seat.annotator_id,
       CASE WHEN account.is_guest OR account.email = '' THEN 'on-page' ELSE 'waiting' END, %(now)s
FROM annotation_seat seat
JOIN accounts_annotator annotator ON annotator.id = seat.annotator_id
JOIN accounts_user account ON account.id = annotator.user_id
WHERE seat.campaign_id = %(campaign)s AND seat.withdrawn_at IS NULL
  AND annotator.withdrawn_at IS NULL AND account.is_active
  AND NOT EXISTS (SELECT 1 FROM annotation_importedannotator imported
                  WHERE imported.annotator_id = seat.annotator_id)
ON CONFLICT (message_id, annotator_id) DO NOTHING
"""


def request_message(campaign: Campaign, subject: str, text: str, *, by: User) -> Message:
    """A job that will bring a message to all annotators; the same again within minutes is one.

    Raises `Unfit` for words that are missing or too many, and `Conflict` where nobody is there or
    there were too many messages today.
    """
    subject, text = " ".join(subject.split()), text.strip()
    problems = {
        "subject": length_problem(subject, LONGEST_SUBJECT),
        "text": length_problem(text, LONGEST_TEXT),
    }
    if any(problems.values()):
        fields = {name: problem for name, problem in problems.items() if problem}
        raise Unfit(_("Nothing was sent."), fields=fields)
    now = timezone.now()
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        same = campaign.messages.filter(
            subject=subject, text=text, created_at__gt=now - SAME_WITHIN
        ).first()
        if same:
            return same
        if not Seat.objects.filter(campaign=campaign, withdrawn_at=None).exists():
            raise Conflict(_("Nobody has joined this campaign."), code="nobody-there")
        if campaign.messages.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
            raise Conflict(
                _("At most 5 messages a day: people did not come for mail."),
                code="too-many-messages",
            )
        message = Message.objects.create(
            campaign=campaign, subject=subject, text=text, created_by=by
        )
        record(Deed.MESSAGE_SENT, campaign=campaign, thing=message, by=by, subject=subject)
    return message


def length_problem(text: str, longest: int) -> str:
    if not text:
        return _("Write something.")
    if len(text) > longest or "\0" in text:
        return _("At most %(most)s characters.") % {"most": longest}
    return ""


def send_message(job: Message) -> None:
    """The work of a message, from wherever an earlier attempt left it."""
    address_copies(job)
    MessageCopy.objects.filter(message=job, state=CopyState.SENDING).update(
        state=CopyState.UNSURE, changed_at=timezone.now()
    )
    while batch := list(waiting(job)[:COPIES_AT_ONCE]):
        mail_some(job, batch)
        report_progress(job, job.people - waiting(job).count(), job.people)


def address_copies(job: Message) -> None:
    """A copy for everybody who has a seat now; who has one keeps it."""
    if job.people:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        names: dict[str, Any] = {
            "message": job.pk,
            "campaign": job.campaign_id,
            "now": timezone.now(),
        }
        cursor.execute(ADDRESS, names)
        job.people = job.copies.count()
        job.save(update_fields=["people"])


def waiting(job: Message) -> Any:
    return (
        MessageCopy.objects.filter(message=job, state=CopyState.WAITING)
        .select_related("annotator__user")
        .order_by("pk")
    )


def mail_some(job: Message, batch: list[MessageCopy]) -> None:
    """Mail a portion over one connection, each to one person alone."""
    server = get_connection()
    try:
        server.open()
    except (smtplib.SMTPException, OSError):
        return out_of_reach(job)
    try:
        for copy in batch:
            if take_up(copy):
                mail_one(job, copy, server)
    finally:
        server.close()


def out_of_reach(job: Message) -> None:
    """Wait for the mail server; after too long, show what is left on people's pages instead."""
    job.troubles += 1
    job.save(update_fields=["troubles"])
    if job.troubles < MOST_TROUBLES:
        raise JobWaits
    waiting(job).select_related(None).update(state=CopyState.ON_PAGE, changed_at=timezone.now())


def take_up(copy: MessageCopy) -> bool:
    """Mark a copy as being sent; whoever cannot has lost it to another, or to a withdrawal."""
    here = MessageCopy.objects.filter(pk=copy.pk, state=CopyState.WAITING)
    return bool(here.update(state=CopyState.SENDING, changed_at=timezone.now()))


def mail_one(job: Message, copy: MessageCopy, server: Any) -> None:
    """One mail. What the server refuses is shown on the person's page instead."""
    state = CopyState.SENT
    try:
        server.send_messages([mail_of(job, copy.annotator.user)])
    except (smtplib.SMTPException, OSError):
        state = CopyState.ON_PAGE
    MessageCopy.objects.filter(pk=copy.pk).update(state=state, changed_at=timezone.now())


def mail_of(job: Message, user: User) -> EmailMessage:
    """The message with what it needs around it, in the person's language."""
    campaign = job.campaign
    with translation.override(user.language or settings.LANGUAGE_CODE):
        path = reverse("annotation:campaign-start", args=[campaign.slug])
        context = {
            "title": shown_title(campaign),
            "text": job.text,
            "address": f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else "",
        }
        text = render_to_string("annotation/emails/message.txt", context)
    return EmailMessage(job.subject, text.strip() + "\n", to=[user.email])


def mark_read(annotator: Annotator, campaign: Campaign) -> int:
    """The person has read what stands on their page; returns how much that was."""
    there = MessageCopy.objects.filter(
        annotator=annotator, message__campaign=campaign, state=CopyState.ON_PAGE
    )
    return there.update(state=CopyState.READ, changed_at=timezone.now())
