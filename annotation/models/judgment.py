from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import ASSIGNED_BY, TaskTypeKey
from annotation.models.campaign import Campaign, Guideline, Stratum
from annotation.models.coverage import Assignment
from annotation.models.item import Item

# Judgments in which people wrote in their own words: beside a judgment, or on a passage.
WITH_REASON = ~Q(reason="")
WITH_NOTES = Q(spans__icontains='"note"') | Q(answers__icontains='"note"')


class Judgment(models.Model):
    """One annotator's submission on one item: immutable, with everything it needs to be read.

    The database refuses UPDATE, DELETE and TRUNCATE on this table. A changed mind is a new row
    that `supersedes` the old one. One door is left: the erasure of what its person has withdrawn
    blanks the content, once, and sets `erased_at` (annotation.services.erasing), or where their
    consent says so takes away who gave it and what they wrote (annotation.services.unlinking).

    Of an imported judgment (strategy `imported`) some things may not be known: then
    `presented_order` is empty and `elapsed_ms` null.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="judgments")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="judgments", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="judgments")
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="judgments"
    )
    stratum = models.ForeignKey(
        Stratum, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    profile = models.ForeignKey(
        "accounts.Profile", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    consent = models.ForeignKey(
        "accounts.Consent", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    guideline = models.ForeignKey(
        Guideline, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    task_type = models.CharField(max_length=12, choices=TaskTypeKey)
    answers = models.JSONField(_("answers"))
    acceptable = models.JSONField(_("acceptable"), null=True)
    spans = models.JSONField(_("highlighted spans"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    confidence = models.FloatField(_("confidence"), null=True)
    presented_order = models.JSONField()
    content_hashes = models.JSONField()
    strategy = models.CharField(max_length=12, choices=ASSIGNED_BY)
    propensity = models.FloatField(null=True)
    is_repeat = models.BooleanField(default=False)
    after_lease = models.BooleanField(default=False)
    language = models.CharField(_("interface language"), max_length=35)
    active_ms = models.PositiveBigIntegerField(null=True)
    elapsed_ms = models.PositiveBigIntegerField(null=True)
    idempotency_key = models.CharField(max_length=200, blank=True)
    request_sha256 = models.CharField(max_length=64)
    software_version = models.CharField(max_length=20)
    submitted_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("judgment")
        verbose_name_plural = _("judgments")
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_judgment_per_key",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(supersedes__isnull=True),
                name="one_first_judgment",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="judgments_by_campaign"),
            # Reviewers page through texts; few judgments have any, and the last page must not walk
            # all the others.
            models.Index(
                fields=["campaign", "id"], condition=WITH_REASON, name="judgments_with_reason"
            ),
            models.Index(
                fields=["campaign", "id"], condition=WITH_NOTES, name="judgments_with_notes"
            ),
        ]

    def __str__(self) -> str:
        return f"judgment {self.pk}"
