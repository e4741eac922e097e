"""Notices: what is told, to whom, once; by mail and webhook, with tries that can be read."""

import json
import smtplib
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone

from accounts.enums import Role
from annotation.enums import JobState, NoticeEvent, NotTaken
from annotation.errors import Conflict, Unfit
from annotation.models import (
    DeliveryTry,
    Erasure,
    ItemImport,
    Job,
    ModelJudgmentImport,
    Notice,
    NoticeDelivery,
    NoticeTarget,
    Seat,
    Watch,
)
from annotation.services import delivering
from annotation.services.campaigns import change_campaign, open_campaign, pause_campaign
from annotation.services.delivering import PAUSES, due_deliveries, send_again
from annotation.services.notice_targets import (
    MOST_WEBHOOKS,
    add_webhook,
    remove_target,
    renew_secret,
    send_test,
    set_own_mail,
    set_stuck_hours,
    webhook_secret,
)
from annotation.services.noticing import OWN_JOBS, tell
from annotation.services.planning import plan_coverage
from annotation.services.watching import watch_campaigns
from annotation.tasks import deliver_notices, run_delivery
from annotation.webhooks import signature
from tests.annotation.receiver import receiving
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
ALL = [NoticeEvent.COMPLETED, NoticeEvent.STUCK, NoticeEvent.JOB_FAILED]


@pytest.fixture(autouse=True)
def _open_network(settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


@pytest.fixture
def campaign():
    return open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)


def told(campaign):
    return [(one.event, one.about) for one in campaign.notices.order_by("pk")]


def look(hours=0.0):
    return watch_campaigns(timezone.now() + timedelta(hours=hours))


def complete(campaign):
    for age in ("young", "young", "old"):
        judge_everything(take_part(campaign, age=age))


def deliver_all():
    """Every delivery that is due, as workers would."""
    while due := due_deliveries(timezone.now()):
        for delivery_id in due:
            run_delivery(delivery_id)


def make_due(delivery):
    now = timezone.now()
    NoticeDelivery.objects.filter(pk=delivery.pk).update(
        next_at=now, heartbeat_at=now - timedelta(minutes=5)
    )


# What is told


def test_completion_is_told_once_when_nothing_is_wanted_or_held_any_more(campaign):
    assert look() == 0
    complete(campaign)
    held = take_part(campaign, age="old")
    assert (look(), look()) == (1, 0)
    assert told(campaign) == [("completed", "1")]
    assert campaign.notices.get().body == {"items": 2}
    assert held.submitted == 0


def test_an_item_that_somebody_holds_is_not_yet_judged(campaign):
    for age in ("young", "young"):
        judge_everything(take_part(campaign, age=age))
    last = take_part(campaign, age="old")
    judge(serve(last))
    serve(last)
    assert look() == 0


def test_more_wanted_and_judged_is_told_again(campaign):
    complete(campaign)
    look()
    rest = {"targets": {}, "share": None, "quota": None}
    strata = [{**AGE_STRATA[0], **rest, "target": 3}, {**AGE_STRATA[1], **rest}]
    change_campaign(campaign, {"strata": strata})
    plan_coverage(campaign)
    assert look() == 0
    assert Watch.objects.get(campaign=campaign).is_complete is False
    judge_everything(take_part(campaign, age="young"))
    assert look() == 1
    assert told(campaign) == [("completed", "1"), ("completed", "2")]


def test_a_stratum_without_judgments_for_so_long_is_told_once(campaign):
    judge_everything(take_part(campaign, age="young"))
    look()
    assert look(hours=23) == 0
    assert look(hours=25) == 2
    assert look(hours=48) == 0
    first, second = campaign.notices.order_by("pk")
    assert (first.event, first.body["stratum"], second.body["stratum"]) == ("stuck", "young", "old")
    assert first.body["hours"] == 24


def test_after_another_judgment_the_time_begins_anew(campaign):
    look()
    assert look(hours=25) == 2
    judge(serve(take_part(campaign, age="young")))
    later = timezone.now() + timedelta(hours=26)
    Seat.objects.update(last_submitted_at=later)
    assert look(hours=49) == 0
    assert look(hours=51) == 1
    assert campaign.notices.latest("pk").body["stratum"] == "young"


def test_hours_are_the_campaigns_own_and_pauses_do_not_count(campaign):
    set_stuck_hours(campaign, 2)
    look()
    pause_campaign(campaign)
    assert look(hours=30) == 0
    assert Watch.objects.get(campaign=campaign).open_since is None
    open_campaign(campaign)
    assert look(hours=40) == 0
    assert look(hours=41) == 0
    assert look(hours=42.5) == 2
    with pytest.raises(Unfit):
        set_stuck_hours(campaign, 0)


def test_a_full_stratum_is_never_stuck(campaign):
    judge_everything(take_part(campaign, age="old"))
    look()
    assert look(hours=25) == 1
    assert campaign.notices.get().body["stratum"] == "young"


def test_failed_jobs_are_told_once_with_what_they_said(campaign):
    job = campaign.imports.get()
    ItemImport.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="No items here.")
    assert (look(), look()) == (1, 0)
    assert told(campaign) == [("job-failed", f"import:{job.pk}")]
    assert campaign.notices.get().body == {
        "job": "import",
        "id": job.pk,
        "error": "No items here.",
    }
    long_ago = timezone.now() - timedelta(days=3)
    ItemImport.objects.filter(pk=job.pk).update(finished_at=long_ago)
    Notice.objects.all().delete()
    assert look() == 0


def test_every_kind_of_job_of_this_app_tells_when_it_failed(campaign):
    # A delivery shows on the page of notices itself, and an erasure belongs to no campaign.
    told_elsewhere = {NoticeDelivery, Erasure}
    jobs = {
        model
        for model in apps.get_app_config("annotation").get_models()
        if issubclass(model, Job) and model not in told_elsewhere
    }
    assert jobs == {model for model, _kind in OWN_JOBS}
    job = ModelJudgmentImport.objects.create(
        campaign=campaign, state=JobState.FAILED, error="No answers.", finished_at=timezone.now()
    )
    assert look() == 1
    assert told(campaign) == [("job-failed", f"model-import:{job.pk}")]


def test_campaigns_that_are_not_open_are_left_alone(campaign):
    complete(campaign)
    pause_campaign(campaign)
    assert look() == 0


# To whom


def test_everybody_is_told_what_they_chose_and_nobody_else(campaign):
    mailed = set_own_mail(campaign, campaign.owner, [NoticeEvent.COMPLETED])
    hook = add_webhook(campaign, "http://127.0.0.1/a", ALL, by=campaign.owner)
    gone = add_webhook(campaign, "http://127.0.0.1/b", ALL, by=campaign.owner)
    remove_target(gone)
    tell(campaign, NoticeEvent.STUCK, "x", {"stratum": "young"})
    tell(campaign, NoticeEvent.COMPLETED, "1", {})
    targets = NoticeDelivery.objects.order_by("pk").values_list("notice__event", "target")
    assert list(targets) == [
        ("stuck", hook.pk),
        ("completed", mailed.pk),
        ("completed", hook.pk),
    ]


def test_own_mail_is_changed_and_ended(campaign):
    first = set_own_mail(campaign, campaign.owner, [NoticeEvent.COMPLETED])
    again = set_own_mail(campaign, campaign.owner, [NoticeEvent.STUCK])
    assert (again.pk, again.events) == (first.pk, ["stuck"])
    assert set_own_mail(campaign, campaign.owner, []) is None
    assert NoticeTarget.objects.get().removed_at
    assert set_own_mail(campaign, campaign.owner, ALL).pk != first.pk


def test_webhooks_are_limited_and_their_addresses_looked_at(campaign, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    with pytest.raises(Unfit) as refusal:
        add_webhook(campaign, "https://127.0.0.1/", ALL, by=campaign.owner)
    assert "url" in refusal.value.fields
    for number in range(MOST_WEBHOOKS):
        add_webhook(campaign, f"https://example.org/{number}", ALL, by=campaign.owner)
    with pytest.raises(Conflict):
        add_webhook(campaign, "https://example.org/x", ALL, by=campaign.owner)


# By webhook


def test_a_webhook_is_posted_to_once_signed_with_its_secret(campaign):
    with receiving() as receiver:
        target = add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        complete(campaign)
        look()
        deliver_all()
        deliver_all()
    [taken] = receiver.taken
    delivery = NoticeDelivery.objects.get()
    assert json.loads(taken.body) == {
        "delivery": delivery.pk,
        "notice": campaign.notices.get().pk,
        "event": "completed",
        "campaign": campaign.slug,
        "created_at": campaign.notices.get().created_at.isoformat(),
        "data": {"items": 2},
    }
    sent = taken.headers["Variorum-Signature"]
    at = int(sent.partition(",")[0].removeprefix("t="))
    assert abs(at - timezone.now().timestamp()) < 60
    assert sent == signature(webhook_secret(target), taken.body, at)
    assert taken.headers["Variorum-Event"] == "completed"
    assert taken.headers["Variorum-Delivery"] == str(delivery.pk)
    [one] = delivery.tries.all()
    assert (delivery.state, one.status, one.problem, one.number) == ("done", 200, "", 1)


def test_a_renewed_secret_signs_from_then_on(campaign):
    target = add_webhook(campaign, "http://127.0.0.1/", ALL, by=campaign.owner)
    before = webhook_secret(target)
    assert renew_secret(target) != before
    remove_target(target)
    with pytest.raises(Conflict):
        renew_secret(target)


def test_what_fails_is_tried_again_ever_later_and_every_try_is_kept(campaign):
    with receiving(answers=[500, 302, 204]) as receiver:
        add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        tell(campaign, NoticeEvent.COMPLETED, "1", {})
        for number in range(3):
            deliver_all()
            delivery = NoticeDelivery.objects.get()
            if number < 2:
                waits = delivery.next_at - timezone.now()
                assert PAUSES[number] - timedelta(seconds=10) < waits <= PAUSES[number]
                assert (delivery.state, delivery.attempts) == ("running", 0)
                deliver_all()
                assert len(receiver.taken) == number + 1
                make_due(delivery)
    delivery.refresh_from_db()
    tries = delivery.tries.values_list("number", "status", "problem")
    assert list(tries) == [(1, 500, "refused"), (2, 302, "refused"), (3, 204, "")]
    assert delivery.state == JobState.DONE
    assert len({one.headers["Variorum-Delivery"] for one in receiver.taken}) == 1


def test_after_the_last_try_it_failed_and_can_be_begun_anew(campaign):
    with receiving(answers=[503]) as receiver:
        add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        tell(campaign, NoticeEvent.COMPLETED, "1", {})
        delivery = NoticeDelivery.objects.get()
        for _number in range(len(PAUSES) + 3):
            run_delivery(delivery.pk)
            make_due(delivery)
        delivery.refresh_from_db()
        assert (delivery.state, len(receiver.taken)) == (JobState.FAILED, len(PAUSES) + 1)
        assert delivery.error == "It could not be delivered (refused)."
        receiver.answers = [200]
        send_again(delivery)
        deliver_all()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.tries.count()) == (JobState.DONE, len(PAUSES) + 2)
        with pytest.raises(Conflict):
            send_again(delivery)


def test_an_address_that_is_gone_for_good_is_not_tried_again(campaign):
    with receiving(answers=[410]) as receiver:
        add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        tell(campaign, NoticeEvent.COMPLETED, "1", {})
        deliver_all()
    assert NoticeDelivery.objects.get().state == JobState.FAILED


def test_a_name_that_leads_inside_is_refused_when_it_is_posted_to(campaign, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    add_webhook(campaign, "https://localhost/hook", ALL, by=campaign.owner)
    tell(campaign, NoticeEvent.COMPLETED, "1", {})
    deliver_all()
    assert DeliveryTry.objects.get().problem == NotTaken.PRIVATE_ADDRESS


def test_a_worker_that_died_in_a_try_leaves_it_and_the_same_delivery_goes_again(campaign):
    with receiving() as receiver:
        add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        tell(campaign, NoticeEvent.COMPLETED, "1", {})
        delivery = NoticeDelivery.objects.get()
        delivery.tries.create(number=1)
        deliver_all()
    tries = delivery.tries.values_list("number", "problem", "status")
    assert list(tries) == [(1, "worker-stopped", None), (2, "", 200)]
    assert len(receiver.taken) == 1


def test_beat_sends_what_is_due(campaign, monkeypatch):
    add_webhook(campaign, "http://127.0.0.1:1/", ALL, by=campaign.owner)
    tell(campaign, NoticeEvent.COMPLETED, "1", {})
    sent = []
    monkeypatch.setattr(run_delivery, "delay", sent.append)
    deliver_notices()
    assert sent == [NoticeDelivery.objects.get().pk]
    run_delivery(sent[0])
    deliver_notices()
    assert len(sent) == 1


def test_a_target_keeps_one_worker_at_most_and_is_told_in_order(campaign):
    with receiving() as receiver:
        add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        add_webhook(campaign, receiver.url("/other"), ALL, by=campaign.owner)
        for number in range(3):
            tell(campaign, NoticeEvent.COMPLETED, str(number), {"items": number})
        assert len(due_deliveries(timezone.now())) == 2
        deliver_all()
    told = [json.loads(one.body)["data"]["items"] for one in receiver.taken if one.path == "/hook"]
    assert told == [0, 1, 2]


def test_what_is_removed_is_not_posted_to_any_more(campaign):
    with receiving() as receiver:
        target = add_webhook(campaign, receiver.url(), ALL, by=campaign.owner)
        tell(campaign, NoticeEvent.COMPLETED, "1", {})
        remove_target(target)
        deliver_all()
    assert receiver.taken == []
    assert NoticeDelivery.objects.get().state == JobState.CANCELLED


def test_a_test_goes_to_one_target_alone_and_not_endlessly(campaign, monkeypatch):
    monkeypatch.setattr("annotation.services.notice_targets.MOST_TESTS_AN_HOUR", 2)
    with receiving() as receiver:
        target = add_webhook(campaign, receiver.url(), ["stuck"], by=campaign.owner)
        add_webhook(campaign, receiver.url("/other"), ALL, by=campaign.owner)
        send_test(target)
        deliver_all()
        send_test(target)
        with pytest.raises(Conflict):
            send_test(target)
    assert [(one.path, json.loads(one.body)["event"]) for one in receiver.taken] == [
        ("/hook", "test")
    ]


# By mail


def test_mail_goes_once_to_the_person_in_their_language_with_the_address(campaign, settings):
    settings.PUBLIC_URL = "https://variorum.example.org"
    set_own_mail(campaign, campaign.owner, ALL)
    tell(campaign, NoticeEvent.STUCK, "x", {"stratum": "young", "hours": 24})
    deliver_all()
    deliver_all()
    [sent] = mail.outbox
    assert sent.to == [campaign.owner.email]
    assert sent.subject == f"{campaign.title}: no judgments from young"
    assert "has had none for 24 hours" in sent.body
    assert f"https://variorum.example.org/research/{campaign.slug}/live/" in sent.body
    assert NoticeDelivery.objects.get().state == JobState.DONE


def test_mail_of_each_kind_says_what_happened(campaign):
    set_own_mail(campaign, campaign.owner, ALL)
    tell(campaign, NoticeEvent.COMPLETED, "1", {"items": 2})
    tell(
        campaign,
        NoticeEvent.JOB_FAILED,
        "import:1",
        {"job": "import", "id": 1, "error": "This file is empty."},
    )
    send_test(NoticeTarget.objects.get())
    deliver_all()
    complete_mail, failed, test = mail.outbox
    assert "Every judgment that “A campaign” wants has been given." in complete_mail.body
    assert "A job of “A campaign” failed: an import of items.\nThis file is empty." in failed.body
    assert "notices of “A campaign” reach you" in test.body
    assert "http" not in test.body  # nobody has said where the installation is


def test_mail_that_the_server_does_not_take_is_tried_later(campaign, monkeypatch):
    set_own_mail(campaign, campaign.owner, ALL)
    tell(campaign, NoticeEvent.COMPLETED, "1", {})

    def refuse(_mail):
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr(delivering.EmailMessage, "send", refuse)
        deliver_all()
    delivery = NoticeDelivery.objects.get()
    assert delivery.tries.get().problem == NotTaken.MAIL_REFUSED
    make_due(delivery)
    deliver_all()
    assert len(mail.outbox) == 1


def test_mail_of_which_nobody_knows_whether_it_left_is_not_sent_again(campaign):
    set_own_mail(campaign, campaign.owner, ALL)
    tell(campaign, NoticeEvent.COMPLETED, "1", {})
    delivery = NoticeDelivery.objects.get()
    delivery.tries.create(number=1)
    deliver_all()
    delivery.refresh_from_db()
    assert (delivery.state, mail.outbox) == (JobState.FAILED, [])
    assert "is not known" in delivery.error


def test_whoever_does_not_run_the_campaign_any_more_gets_no_mail(campaign):
    set_own_mail(campaign, campaign.owner, ALL)
    tell(campaign, NoticeEvent.COMPLETED, "1", {})
    campaign.owner = make_user(Role.RESEARCHER)
    campaign.save(update_fields=["owner"])
    deliver_all()
    assert mail.outbox == []
    assert NoticeDelivery.objects.get().state == JobState.FAILED
