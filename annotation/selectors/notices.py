"""What was told of a campaign, to whom, and how often it was tried."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from annotation.enums import NoticeChannel
from annotation.models import Campaign, DeliveryTry, Notice, NoticeDelivery, NoticeTarget, Watch

NOTICES_A_PAGE = 25
USUAL_STUCK_HOURS = 24


@dataclass(frozen=True)
class Targets:
    """Where notices go now: what this person gets by mail, who else gets mail, and webhooks."""

    own: NoticeTarget | None
    others: list[NoticeTarget]
    webhooks: list[NoticeTarget]


def targets_of(campaign: Campaign, user: User) -> Targets:
    """The targets in use; one query."""
    there = list(campaign.notice_targets.filter(removed_at=None).select_related("user"))
    mail = [one for one in there if one.channel == NoticeChannel.EMAIL]
    return Targets(
        own=next((one for one in mail if one.user_id == user.pk), None),
        others=[one for one in mail if one.user_id != user.pk],
        webhooks=[one for one in there if one.channel == NoticeChannel.WEBHOOK],
    )


def notices_of(campaign: Campaign) -> QuerySet[Notice]:
    """Newest first, with their deliveries and every try."""
    tries = Prefetch("tries", DeliveryTry.objects.order_by("number"))
    deliveries = NoticeDelivery.objects.select_related("target__user").order_by("pk")
    return campaign.notices.prefetch_related(
        Prefetch("deliveries", deliveries.prefetch_related(tries))
    ).order_by("-pk")


def notice_page(campaign: Campaign, number: str | None) -> Page[Notice]:
    return Paginator(notices_of(campaign), NOTICES_A_PAGE).get_page(number)


def stuck_hours_of(campaign: Campaign) -> int:
    """After how many hours without judgments a stratum counts as stuck."""
    watch = Watch.objects.filter(campaign=campaign).only("stuck_hours").first()
    return watch.stuck_hours if watch else USUAL_STUCK_HOURS
