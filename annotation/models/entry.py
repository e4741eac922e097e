import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import Outcome, PlatformKey, ScreenOutReason
from annotation.models.campaign import Campaign, Guideline, Seat, Stratum


def new_token() -> str:
    return secrets.token_urlsafe(12)


class EntryLink(models.Model):
    """A door into one campaign for people whom a crowd platform or a panel sends.

    `study` is the only one that may send people here, where it is set. `most` limits the people
    of the link, `taken` counts them. Codes and addresses are those that people are sent back
    with; nothing that a visitor brings along decides where they are sent. The key of signed
    links is derived from `token` and `key_version` and stored nowhere. `panel_space` is the number
    of whom the campaign belonged to when the link was made: panels of one name are one panel there.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="entry_links")
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    name = models.CharField(_("name"), max_length=80)
    platform = models.CharField(_("platform"), max_length=14, choices=PlatformKey)
    study = models.CharField(_("study"), max_length=128, blank=True)
    panel = models.CharField(_("panel"), max_length=40, blank=True)
    panel_space = models.BigIntegerField(editable=False)
    most = models.PositiveIntegerField(_("most people"), null=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    completion_code = models.CharField(max_length=64, blank=True)
    screen_out_code = models.CharField(max_length=64, blank=True)
    time_out_code = models.CharField(max_length=64, blank=True)
    completion_url = models.CharField(max_length=500, blank=True)
    screen_out_url = models.CharField(max_length=500, blank=True)
    time_out_url = models.CharField(max_length=500, blank=True)
    is_sandbox = models.BooleanField(default=False)
    key_version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("entry link")
        verbose_name_plural = _("entry links")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(taken__lte=F("most")),
                name="entry_link_within_quota",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        if not self.panel_space:
            self.panel_space = self.campaign.owner_id
        super().save(*args, **options)


class Arrival(models.Model):
    """How an annotator came into a campaign: by which link, in which study and session.

    One for each annotator and campaign, so it is its seat's source. What the platform calls the
    person, the session and the submission is kept until they have been sent back, and is then
    blanked; `annotation.services.arriving.forget_arrivals`.
    """

    link = models.ForeignKey(EntryLink, on_delete=models.PROTECT, related_name="arrivals")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="arrivals", db_index=False
    )
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="arrivals"
    )
    study = models.CharField(max_length=128, blank=True)
    session = models.CharField(max_length=128, blank=True)
    submission = models.CharField(max_length=128, blank=True)
    participant = models.CharField(max_length=128, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.UNDER_WAY)
    arrived_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    forgotten_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "annotator"], name="one_arrival_per_campaign"
            )
        ]
        indexes = [
            models.Index(
                fields=["arrived_at"],
                condition=Q(forgotten_at__isnull=True),
                name="arrivals_to_forget",
            )
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class ScreenOut(models.Model):
    """How often a campaign turned people away before they judged anything, and why.

    A number is all that is kept of them: no answers, no names.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="screen_outs")
    stratum = models.ForeignKey(Stratum, null=True, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(EntryLink, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=14, choices=ScreenOutReason)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("people turned away")
        verbose_name_plural = _("people turned away")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "stratum", "link", "reason"],
                nulls_distinct=False,
                name="one_count_of_screen_outs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.count}"


class ComprehensionTry(models.Model):
    """One try of one person at the questions about a guideline's version; never a judgment."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="comprehension_tries")
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict)
    right = models.PositiveSmallIntegerField()
    has_passed = models.BooleanField()
    tried_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("try at comprehension")
        verbose_name_plural = _("tries at comprehension")
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "guideline", "number"], name="one_try_of_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"try {self.number} of seat {self.seat_id}"
