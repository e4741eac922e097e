from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import CampaignStatus, Paradigm, Strategy, TaskTypeKey


class Campaign(models.Model):
    """One collection effort: guideline, criteria, items, annotator strata, quotas, consent.

    `criteria` is a list of `{"key", "label", "scale"}`. `planned_items` counts the items that
    coverage has been planned for.
    """

    slug = models.SlugField(_("slug"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="campaigns"
    )
    status = models.CharField(
        _("status"), max_length=8, choices=CampaignStatus, default=CampaignStatus.DRAFT
    )
    paradigm = models.CharField(
        _("paradigm"), max_length=12, choices=Paradigm, default=Paradigm.DESCRIPTIVE
    )
    task_type = models.CharField(_("task type"), max_length=12, choices=TaskTypeKey)
    criteria = models.JSONField(_("criteria"), default=list)
    guideline = models.ForeignKey(
        "annotation.Guideline", null=True, on_delete=models.PROTECT, related_name="+"
    )
    questionnaire = models.ForeignKey(
        "accounts.Questionnaire", on_delete=models.PROTECT, related_name="campaigns"
    )
    consent_document = models.ForeignKey(
        "accounts.ConsentDocument", on_delete=models.PROTECT, related_name="campaigns"
    )
    strategy = models.CharField(
        _("strategy"), max_length=12, choices=Strategy, default=Strategy.BALANCED
    )
    lease_minutes = models.PositiveIntegerField(
        _("lease in minutes"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(7 * 24 * 60)],
    )
    repeat_rate = models.FloatField(
        _("repeat rate"), default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(0.5)]
    )
    max_per_annotator = models.PositiveIntegerField(
        _("most judgments per annotator"), null=True, validators=[MinValueValidator(1)]
    )
    planned_items = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.status == CampaignStatus.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == CampaignStatus.OPEN

    @property
    def criterion_keys(self) -> list[str]:
        return [criterion["key"] for criterion in self.criteria]


class Guideline(models.Model):
    """One version of a campaign's guideline, with its safe HTML."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="guidelines")
    version = models.PositiveIntegerField(editable=False)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("guideline")
        verbose_name_plural = _("guidelines")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="one_guideline_version")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.version}"


class Stratum(models.Model):
    """A cell of annotators, defined over profile answers.

    `where` maps a question's key to the option keys that belong to the stratum; every question
    named must match; an empty `where` matches everybody (the catch-all). Of several matching
    strata the first by position holds. `target` is judgments wanted per item; `quota` is seats.
    A campaign without strata has one implicit stratum of everybody.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="strata")
    key = models.CharField(_("key"), max_length=64)
    where = models.JSONField(_("where"), default=dict)
    target = models.PositiveSmallIntegerField(_("target per item"))
    quota = models.PositiveIntegerField(_("seats"), null=True)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    is_implicit = models.BooleanField(default=False, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_stratum_per_key"),
            models.CheckConstraint(
                condition=models.Q(quota__isnull=True)
                | models.Q(seats_taken__lte=models.F("quota")),
                name="seats_within_quota",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Seat(models.Model):
    """An annotator's place in a campaign: stratum, consent and profile as they joined."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="seats")
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="seats"
    )
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, related_name="seats")
    consent = models.ForeignKey("accounts.Consent", on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey("accounts.Profile", on_delete=models.PROTECT, related_name="+")
    submitted = models.PositiveIntegerField(default=0, editable=False)
    guideline_seen = models.PositiveIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "annotator"], name="one_seat_per_campaign")
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} in {self.campaign_id}"
