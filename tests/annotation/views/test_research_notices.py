"""The page of notices: what one is told of, webhooks with their secrets, and the log."""

import pytest
from django.utils import timezone

from accounts.enums import Role
from annotation.enums import JobState, NoticeEvent
from annotation.models import NoticeDelivery, NoticeTarget
from annotation.selectors.notices import stuck_hours_of
from annotation.services.notice_targets import add_webhook, set_own_mail, webhook_secret
from annotation.services.noticing import tell
from annotation.tasks import run_delivery
from tests.factories import make_user, open_with_items

pytestmark = pytest.mark.django_db
HOOK = "https://hooks.example.org/a"


@pytest.fixture
def campaign(client):
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    return campaign


def path(campaign, rest=""):
    return f"/research/{campaign.slug}/notices/{rest}"


def html_of(client, campaign):
    return client.get(path(campaign)).content.decode()


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR])
def test_others_find_and_change_nothing(client, campaign, role):
    target = add_webhook(campaign, HOOK, ["stuck"], by=campaign.owner)
    tell(campaign, NoticeEvent.STUCK, "x", {"stratum": "all"})
    delivery = NoticeDelivery.objects.get()
    client.force_login(make_user(role))
    assert client.get(path(campaign)).status_code == 404
    posts = ["mail/", "webhooks/", f"deliveries/{delivery.pk}/again/"]
    posts += [f"targets/{target.pk}/{what}/" for what in ("secret", "remove", "test")]
    for rest in posts:
        assert client.post(path(campaign, rest), {"url": HOOK}).status_code == 404
    target.refresh_from_db()
    assert (target.key_version, target.removed_at, NoticeTarget.objects.count()) == (1, None, 1)


def test_targets_of_another_campaign_are_not_reached_by_this_ones_address(client, campaign):
    other = open_with_items(1)
    target = add_webhook(other, HOOK, ["stuck"], by=other.owner)
    assert client.post(path(campaign, f"targets/{target.pk}/remove/")).status_code == 404


def test_own_mail_and_hours_are_set(client, campaign):
    assert html_of(client, campaign).count("checked") == 4  # of the form for a webhook
    given = {"events": ["completed", "stuck"], "stuck_hours": "6"}
    assert client.post(path(campaign, "mail/"), given).status_code == 302
    own = NoticeTarget.objects.get()
    assert (own.user, own.events, stuck_hours_of(campaign)) == (
        *(campaign.owner, ["completed", "stuck"], 6),
    )
    assert html_of(client, campaign).count("checked") == 6
    client.post(path(campaign, "mail/"), {"stuck_hours": "6"})
    assert NoticeTarget.objects.filter(removed_at=None).count() == 0
    assert client.post(path(campaign, "mail/"), {"stuck_hours": "x"}).status_code == 422


def test_a_secret_is_shown_once_when_it_is_made_and_when_it_is_renewed(client, campaign):
    given = {"webhook-url": HOOK, "webhook-events": ["completed"]}
    made = client.post(path(campaign, "webhooks/"), given)
    target = NoticeTarget.objects.get()
    first = webhook_secret(target)
    assert first in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert first not in html_of(client, campaign)
    renewed = client.post(path(campaign, f"targets/{target.pk}/secret/")).content.decode()
    target.refresh_from_db()
    assert webhook_secret(target) in renewed
    assert first not in renewed
    assert webhook_secret(target) not in html_of(client, campaign)


@pytest.mark.parametrize(
    "given",
    [
        {"webhook-url": "https://10.0.0.1/", "webhook-events": ["completed"]},
        {"webhook-url": "http://example.org/", "webhook-events": ["completed"]},
        {"webhook-url": HOOK},
        {"webhook-url": HOOK, "webhook-events": ["test"]},
        {},
    ],
)
def test_what_is_no_webhook_is_refused_at_its_field(client, campaign, given):
    response = client.post(path(campaign, "webhooks/"), given)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert NoticeTarget.objects.count() == 0


def test_the_log_tells_of_every_try_and_lets_begin_anew(client, campaign):
    add_webhook(campaign, HOOK, ["completed"], by=campaign.owner)
    set_own_mail(campaign, campaign.owner, ["stuck"])
    tell(campaign, NoticeEvent.COMPLETED, "1", {"items": 1})
    delivery = NoticeDelivery.objects.get()
    delivery.tries.create(
        number=1, ended_at=timezone.now(), status=503, problem="refused", milliseconds=41
    )
    NoticeDelivery.objects.update(state=JobState.FAILED, error="It could not be delivered (x).")
    html = " ".join(html_of(client, campaign).split())
    assert "Everything wanted has been judged" in html
    assert "refused (503), 41 ms" in html
    assert "Try again" in html
    assert client.post(path(campaign, f"deliveries/{delivery.pk}/again/")).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == JobState.QUEUED
    again = client.post(path(campaign, f"deliveries/{delivery.pk}/again/"))
    assert again.status_code == 409


def test_a_test_is_asked_for_and_a_target_removed(client, campaign):
    target = add_webhook(campaign, HOOK, ["completed"], by=campaign.owner)
    assert client.post(path(campaign, f"targets/{target.pk}/test/")).status_code == 302
    assert campaign.notices.get().event == NoticeEvent.TEST
    assert client.post(path(campaign, f"targets/{target.pk}/remove/")).status_code == 302
    run_delivery(NoticeDelivery.objects.get().pk)
    assert NoticeDelivery.objects.get().state == JobState.CANCELLED
    assert HOOK in html_of(client, campaign)  # in the log


@pytest.mark.parametrize("count", [1, 6])
def test_queries_stay_the_same_however_much_was_told(
    client, campaign, count, django_assert_num_queries
):
    for number in range(count):
        add_webhook(campaign, f"{HOOK}/{number}", ["stuck"], by=campaign.owner)
    set_own_mail(campaign, campaign.owner, ["stuck"])
    for number in range(count):
        tell(campaign, NoticeEvent.STUCK, f"{number}", {"stratum": "all", "hours": 24})
    for delivery in NoticeDelivery.objects.all():
        delivery.tries.create(number=1)
    html_of(client, campaign)
    with django_assert_num_queries(8):
        html_of(client, campaign)
