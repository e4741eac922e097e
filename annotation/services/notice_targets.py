"""Where a campaign's notices go: people's own mail, and addresses that take webhooks."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import NoticeChannel, NoticeEvent
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign, Notice, NoticeDelivery, NoticeTarget, Watch
from annotation.services.noticing import tell_one
from annotation.webhooks import address_problem, secret_of

MOST_WEBHOOKS = 20
MOST_TESTS_AN_HOUR = 20
HOURS = range(1, 24 * 14 + 1)


def set_own_mail(campaign: Campaign, user: User, events: Sequence[str]) -> NoticeTarget | None:
    """What this person is told of by e-mail; of nothing, where `events` is empty."""
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        own = NoticeTarget.objects.filter(campaign=campaign, user=user, removed_at=None)
        record(Deed.OWN_MAIL, campaign=campaign, by=user, events=", ".join(events))
        if not events:
            own.update(removed_at=timezone.now())
            return None
        if own.update(events=list(events)):
            return own.get()
        return NoticeTarget.objects.create(
            campaign=campaign,
            channel=NoticeChannel.EMAIL,
            user=user,
            events=list(events),
            created_by=user,
        )


def add_webhook(campaign: Campaign, url: str, events: Sequence[str], *, by: User) -> NoticeTarget:
    """An address that is posted to; its secret is told once, by `webhook_secret`.

    Raises `Unfit` for an address that is none to post to, and `Conflict` where there are too many.
    """
    problem = address_problem(url)
    if problem:
        raise Unfit(_("Nothing was stored."), fields={"url": problem})
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        there = campaign.notice_targets.filter(channel=NoticeChannel.WEBHOOK, removed_at=None)
        if there.count() >= MOST_WEBHOOKS:
            raise Conflict(_("A campaign has at most 20 webhooks."), code="too-many-webhooks")
        target = NoticeTarget.objects.create(
            campaign=campaign,
            channel=NoticeChannel.WEBHOOK,
            url=url,
            events=list(events),
            created_by=by,
        )
        record_target(Deed.WEBHOOK_MADE, target, events=list(events))
    return target


def record_target(deed: Deed, target: NoticeTarget, **details: Any) -> None:
    """Put into the trail what was done with a target; addresses may hold secrets, hosts do not."""
    host = urlsplit(target.url).hostname or ""
    if target.user is not None:
        host = target.user.email
    record(deed, campaign=target.campaign_id, thing=target, host=host, **details)


def webhook_secret(target: NoticeTarget) -> str:
    """What posts to the address are signed with; shown when it is made or renewed, then never."""
    return secret_of(target.token, target.key_version)


def renew_secret(target: NoticeTarget) -> str:
    """Another secret from now on. Raises `Conflict` for a target that is no webhook in use."""
    webhooks = NoticeTarget.objects.filter(
        pk=target.pk, channel=NoticeChannel.WEBHOOK, removed_at=None
    )
    with transaction.atomic():
        if not webhooks.update(key_version=F("key_version") + 1):
            raise Conflict(_("Only webhooks in use have a secret."), code="not-signed")
        record_target(Deed.WEBHOOK_SECRET, target)
    target.refresh_from_db(fields=["key_version"])
    return webhook_secret(target)


def remove_target(target: NoticeTarget) -> None:
    """Send nothing there any more; what was sent stays in the log."""
    with transaction.atomic():
        in_use = NoticeTarget.objects.filter(pk=target.pk, removed_at=None)
        if in_use.update(removed_at=timezone.now()):
            record_target(Deed.TARGET_REMOVED, target)


def send_test(target: NoticeTarget) -> NoticeDelivery:
    """A test for this target alone. Raises `Conflict` where it is removed or had many lately."""
    with transaction.atomic():
        held = NoticeTarget.objects.select_for_update(no_key=True).get(pk=target.pk)
        hour_ago = timezone.now() - timedelta(hours=1)
        lately = Notice.objects.filter(
            deliveries__target=held, event=NoticeEvent.TEST, created_at__gt=hour_ago
        )
        if held.removed_at or lately.count() >= MOST_TESTS_AN_HOUR:
            raise Conflict(_("No more tests go there for now."), code="no-test")
        notice = tell_one(held, secrets.token_hex(8))
        record_target(Deed.TARGET_TESTED, held)
    return notice.deliveries.get()


def set_stuck_hours(campaign: Campaign, hours: int) -> Watch:
    """After how many hours without a judgment a stratum that wants some is told of."""
    if hours not in HOURS:
        raise Unfit(
            _("Nothing was stored."),
            fields={"stuck_hours": _("Must be from 1 to %(most)s.") % {"most": HOURS[-1]}},
        )
    with transaction.atomic():
        watch, _new = Watch.objects.get_or_create(campaign=campaign)
        if watch.stuck_hours != hours:
            record(Deed.STUCK_HOURS, campaign=campaign, hours=hours, before=watch.stuck_hours)
        watch.stuck_hours = hours
        watch.save(update_fields=["stuck_hours"])
    return watch
