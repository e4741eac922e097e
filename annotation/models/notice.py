import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import JobKind, NoticeChannel, NoticeEvent, NotTaken
from annotation.models.campaign import Campaign
from annotation.models.job import ENDED, Job


def new_token() -> str:
    return secrets.token_urlsafe(12)


class Watch(models.Model):
    """What was last seen of a campaign by whoever looks after it, so that each thing is told once.

    `open_since` is when it was first seen open since it last was not; `completions` counts how
    often it was found complete. `stuck_hours` is how long a stratum that wants judgments may get
    none before that is told.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="watch")
    open_since = models.DateTimeField(null=True, editable=False)
    is_complete = models.BooleanField(default=False, editable=False)
    completions = models.PositiveIntegerField(default=0, editable=False)
    stuck_hours = models.PositiveSmallIntegerField(_("hours without judgments"), default=24)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")

    def __str__(self) -> str:
        return f"watch of campaign {self.campaign_id}"


class Notice(models.Model):
    """Something that happened in a campaign and is told once; `about` names it within its kind."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=16, choices=NoticeEvent)
    about = models.CharField(max_length=200)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "event", "about"], name="told_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.about}"

    @property
    def job_label(self) -> str:
        """What kind of job failed, in the reader's language; "" for other notices."""
        kind = self.body.get("job")
        return str(JobKind(kind).label) if kind in JobKind.values else ""


class NoticeTarget(models.Model):
    """Where notices of a campaign go: to a user by e-mail, or to an address by webhook.

    The secret of a webhook is derived from `token` and `key_version` and stored nowhere. Whoever
    is removed stays as a row, for the log.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="notice_targets")
    channel = models.CharField(max_length=8, choices=NoticeChannel)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    url = models.CharField(_("address"), max_length=500, blank=True)
    events = ArrayField(models.CharField(max_length=16, choices=NoticeEvent), default=list)
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    key_version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("target of notices")
        verbose_name_plural = _("targets of notices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "user"],
                condition=Q(removed_at=None, user__isnull=False),
                name="one_mailbox_a_person",
            ),
            models.CheckConstraint(
                condition=Q(channel=NoticeChannel.EMAIL, user__isnull=False, url="")
                | (Q(channel=NoticeChannel.WEBHOOK, user=None) & ~Q(url="")),
                name="a_person_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.url or f"user {self.user_id}"


class NoticeDelivery(Job):
    """One notice on its way to one target. A try that fails is made again at `next_at`."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    target = models.ForeignKey(NoticeTarget, on_delete=models.CASCADE, related_name="deliveries")
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "target"], name="one_delivery_a_target")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=~Q(state__in=ENDED), name="deliveries_to_make"
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class DeliveryTry(models.Model):
    """One try to deliver: what came back, or why nothing did. Without an end, its worker died."""

    delivery = models.ForeignKey(NoticeDelivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=24, choices=NotTaken, blank=True)
    milliseconds = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("try to deliver")
        verbose_name_plural = _("tries to deliver")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_try_a_number")
        ]

    def __str__(self) -> str:
        return f"try {self.number} of delivery {self.delivery_id}"
