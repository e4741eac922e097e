"""Messages to all annotators: by mail or on their pages, each copy once whatever happens."""

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from annotation.enums import CopyState, JobState
from annotation.errors import Conflict, Unfit
from annotation.models import Message, MessageCopy
from annotation.selectors.messages import message_lines, people_to_tell, unread_of
from annotation.services import messaging
from annotation.services.erasing import withdraw
from annotation.services.messaging import mark_read, request_message
from annotation.tasks import run_erasure, run_message
from tests.annotation.services.test_arriving import come, link_to, prolific
from tests.factories import make_annotator, open_with_items, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return open_with_items(2)


def write(campaign, subject="A pause", text="We pause until Monday."):
    job = request_message(campaign, subject, text, by=campaign.owner)
    run_message(job.pk)
    job.refresh_from_db()
    return job


def states(job):
    return sorted(job.copies.values_list("state", flat=True))


def guest(campaign, name="a"):
    return take_part(campaign, come(link_to(campaign), prolific(name * 24)).annotator)


def test_everybody_gets_one_copy_by_mail_or_on_their_page(campaign):
    first, second = take_part(campaign), take_part(campaign)
    came_by_link = guest(campaign)
    take_part(open_with_items(1))
    gone = take_part(campaign)
    withdraw(gone.annotator, campaign)
    assert people_to_tell(campaign) == 3
    job = write(campaign)
    assert (job.state, job.people, states(job)) == (
        *(JobState.DONE, 3),
        ["on-page", "sent", "sent"],
    )
    assert {tuple(one.to) for one in mail.outbox} == {
        (first.annotator.user.email,),
        (second.annotator.user.email,),
    }
    assert unread_of(came_by_link.annotator) == {campaign.pk: [job]}
    assert unread_of(first.annotator) == {}
    run_message(job.pk)
    assert len(mail.outbox) == 2


def test_the_mail_says_who_writes_and_that_nobody_knows_the_address(campaign, settings):
    settings.PUBLIC_URL = "https://variorum.example.org"
    take_part(campaign)
    write(campaign, subject="  A\n pause ", text="Until <Monday>.\n")
    [sent] = mail.outbox
    assert sent.subject == "A pause"
    assert "The researchers of “A campaign”, in which you take part, write:" in sent.body
    assert "Until <Monday>." in sent.body
    assert f"https://variorum.example.org/campaigns/{campaign.slug}/" in sent.body
    assert "They do not know your address" in sent.body
    assert campaign.owner.email not in sent.body + str(sent.message())


def test_a_copy_whose_worker_died_is_not_sent_again(campaign):
    for _person in range(3):
        take_part(campaign)
    job = request_message(campaign, "A pause", "Until Monday.", by=campaign.owner)
    messaging.address_copies(job)
    dead = job.copies.first()
    MessageCopy.objects.filter(pk=dead.pk).update(state=CopyState.SENDING)
    run_message(job.pk)
    job.refresh_from_db()
    assert (job.state, states(job), len(mail.outbox)) == (
        *(JobState.DONE, ["sent", "sent", "unsure"]),
        2,
    )
    [line] = message_lines(campaign)
    assert (line.mailed, line.unsure, line.waiting) == (2, 1, 0)


def test_who_joins_later_is_not_told_of_what_was_said_before(campaign):
    take_part(campaign)
    job = write(campaign)
    late = take_part(campaign)
    run_message(job.pk)
    assert not MessageCopy.objects.filter(annotator=late.annotator).exists()


def test_what_the_mail_server_refuses_stands_on_the_persons_page(campaign, monkeypatch):
    seat, other = take_part(campaign), take_part(campaign)
    refused = seat.annotator.user.email
    send = EmailBackend.send_messages

    def sending(self, messages):
        if messages[0].to == [refused]:
            raise smtplib.SMTPRecipientsRefused({refused: (550, b"no such mailbox")})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", sending)
    job = write(campaign)
    assert states(job) == ["on-page", "sent"]
    assert campaign.pk in unread_of(seat.annotator)
    assert [one.to for one in mail.outbox] == [[other.annotator.user.email]]


def test_a_mail_server_out_of_reach_is_waited_for_but_not_endlessly(campaign, monkeypatch):
    take_part(campaign)
    monkeypatch.setattr(messaging, "MOST_TROUBLES", 3)

    def broken(self):
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "open", broken)
        job = write(campaign)
        assert (job.state, job.attempts, states(job)) == ("running", 0, ["waiting"])
        run_message(job.pk)
        run_message(job.pk)
    job.refresh_from_db()
    assert (job.state, job.troubles, states(job)) == (JobState.DONE, 3, ["on-page"])
    assert mail.outbox == []


def test_a_message_that_is_called_off_goes_no_further(campaign, monkeypatch):
    monkeypatch.setattr(messaging, "COPIES_AT_ONCE", 1)
    for _person in range(3):
        take_part(campaign)
    job = request_message(campaign, "A pause", "Until Monday.", by=campaign.owner)
    send = EmailBackend.send_messages

    def sending(self, messages):
        Message.objects.update(cancel_requested=True)
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", sending)
    run_message(job.pk)
    job.refresh_from_db()
    assert (job.state, len(mail.outbox)) == (JobState.CANCELLED, 1)


def test_the_same_words_again_are_the_same_message(campaign):
    take_part(campaign)
    first = write(campaign)
    assert (
        request_message(campaign, "A pause", "We pause until Monday. ", by=campaign.owner) == first
    )
    assert request_message(campaign, "A pause", "Until Tuesday.", by=campaign.owner) != first


def test_there_are_few_messages_a_day_and_none_to_nobody(campaign):
    with pytest.raises(Conflict, match="Nobody has joined"):
        request_message(campaign, "A", "B", by=campaign.owner)
    take_part(campaign)
    for number in range(messaging.MOST_A_DAY):
        request_message(campaign, f"A {number}", "B", by=campaign.owner)
    with pytest.raises(Conflict, match="At most 5 messages a day"):
        request_message(campaign, "One more", "B", by=campaign.owner)


@pytest.mark.parametrize(
    ("subject", "text", "field"),
    [
        *(("", "B", "subject"), (" \n", "B", "subject"), ("A" * 151, "B", "subject")),
        *(("A", "", "text"), ("A", "B" * 10_001, "text"), ("A", "B\0", "text")),
    ],
)
def test_words_that_are_missing_or_too_many_are_refused(campaign, subject, text, field):
    take_part(campaign)
    with pytest.raises(Unfit) as refusal:
        request_message(campaign, subject, text, by=campaign.owner)
    assert list(refusal.value.fields) == [field]
    assert Message.objects.count() == 0


def test_what_is_read_does_not_stand_there_any_more(campaign):
    seat = guest(campaign)
    write(campaign)
    assert mark_read(seat.annotator, campaign) == 1
    assert unread_of(seat.annotator) == {}
    assert mark_read(make_annotator(), campaign) == 0
    [line] = message_lines(campaign)
    assert (line.on_page, line.read) == (1, 1)


def test_whoever_withdraws_keeps_no_copies(campaign):
    seat = guest(campaign)
    other = open_with_items(1, owner=campaign.owner)
    assert guest(other).annotator == seat.annotator
    write(campaign)
    write(other)
    run_erasure(withdraw(seat.annotator, campaign).pk)
    assert list(MessageCopy.objects.values_list("message__campaign", flat=True)) == [other.pk]
