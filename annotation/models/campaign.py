import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import (
    CampaignStatus,
    Paradigm,
    Right,
    Strategy,
    TaskTypeKey,
    Uncertainty,
)


def new_seed() -> int:
    """A random seed that fits PostgreSQL's 64-bit hashes."""
    return secrets.randbits(62)


class Campaign(models.Model):
    """One collection effort: guideline, criteria, items, annotator strata, quotas, consent.

    `criteria` is a list of `{"key", "label", "scale"}`, `item_strata` of `{"key", "where"}` over
    items' language and metadata. `overlap` is set where it is to be allocated to strata or where
    there are none. `planned_items` counts the items that coverage has been planned for. `seed`
    decides every random draw of the design. `about` is what datasets of the campaign say of it
    in its researchers' words: `annotation.specs.AboutSpec`. `flow` says how judging goes besides
    what is asked: `annotation.flow.Flow`. `entry` is who may come in and what comes before
    judging: `annotation.entry.Entry`. `asking` is what people are asked for besides answers:
    `annotation.asking.Asking`; nothing in either means the defaults. At `ends_at` it is paused.
    `archived_at` is since when it has been out of its researchers' lists.
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
    max_per_day = models.PositiveIntegerField(
        _("most judgments per annotator and day"), null=True, validators=[MinValueValidator(1)]
    )
    max_per_session = models.PositiveIntegerField(
        _("most judgments per annotator and session"), null=True, validators=[MinValueValidator(1)]
    )
    session_break_minutes = models.PositiveIntegerField(
        _("a session ends after so many minutes without a judgment"), default=30
    )
    seat_hours = models.PositiveIntegerField(
        _("hours after which an unused seat returns"), default=24
    )
    adaptive_budget = models.PositiveIntegerField(_("judgments to allot adaptively"), default=0)
    adaptive_most = models.PositiveSmallIntegerField(_("most judgments per cell"), default=0)
    adaptive_measure = models.CharField(
        _("measure of uncertainty"), max_length=8, choices=Uncertainty, default=Uncertainty.WIDTH
    )
    adaptive_granted = models.PositiveIntegerField(default=0, editable=False)
    adaptive_rounds = models.PositiveIntegerField(default=0, editable=False)
    overlap = models.PositiveIntegerField(_("overlap"), null=True)
    item_strata = models.JSONField(_("item strata"), default=list)
    asking = models.JSONField(
        _("asked besides answers"),
        default=dict,
        blank=True,
        db_default=Value({}, models.JSONField()),
    )
    about = models.JSONField(_("about"), default=dict, blank=True)
    flow = models.JSONField(
        _("flow"), default=dict, blank=True, db_default=Value({}, models.JSONField())
    )
    entry = models.JSONField(
        _("before judging"), default=dict, blank=True, db_default=Value({}, models.JSONField())
    )
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    excludes = models.ManyToManyField(
        "self", symmetrical=False, related_name="excluded_by", verbose_name=_("excludes")
    )
    seed = models.BigIntegerField(default=new_seed, editable=False)
    planned_items = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    # What the person who asked for this campaign may do in it, as `annotation.access` found.
    right: int = 0

    @property
    def may_edit(self) -> bool:
        return self.right >= Right.EDIT

    @property
    def may_own(self) -> bool:
        return self.right >= Right.OWN

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
    """One version of a campaign's guideline, with its safe HTML.

    `preparation` is what goes with this version before judging: `{"comprehension", "practice"}`
    in the form of `annotation.entry.Entry`, or nothing. `translations` are the texts of both by
    language and path, and the guideline's safe HTML as `html`.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="guidelines")
    version = models.PositiveIntegerField(editable=False)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    translations = models.JSONField(
        default=dict, blank=True, editable=False, db_default=models.Value({}, models.JSONField())
    )
    preparation = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), editable=False
    )
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
    strata the first by position holds. `expected` is judgments wanted per item on average and
    `targets` the same by item stratum; `target` is the most that one item can want. `share` is
    the stratum's share of a reference population, `quota` is seats. A campaign without strata
    has one implicit stratum of everybody.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="strata")
    key = models.CharField(_("key"), max_length=64)
    where = models.JSONField(_("where"), default=dict)
    target = models.PositiveSmallIntegerField(_("target per item"))
    expected = models.FloatField(_("expected per item"))
    targets = models.JSONField(_("targets by item stratum"), default=dict)
    share = models.FloatField(_("share of the population"), null=True)
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


class Quota(models.Model):
    """A limit of seats across strata: for all whose answers match `where` (a marginal quota)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="quotas")
    key = models.CharField(_("key"), max_length=64)
    where = models.JSONField(_("where"), default=dict)
    seats = models.PositiveIntegerField(_("seats"))
    seats_taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="one_quota_per_key"),
            models.CheckConstraint(
                condition=models.Q(seats_taken__lte=models.F("seats")), name="quota_within_seats"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Seat(models.Model):
    """An annotator's place in a campaign: stratum, consent and profile as they joined.

    A seat that lapsed counts towards no quota; its person takes it again where there is room.
    `guideline_seen`, `comprehension_done` and `practice_done` are versions of the guideline.
    `stopped_at` is when the questions about it ended the campaign for the person. Of who has
    withdrawn the seat stays empty: without stratum and counts, and nobody sits there again.
    Seats of imported people are lapsed from the start, as they never took a place here, and have
    no stratum where their answers lead to none. While an erasure cuts judgments that stay from
    their person, `kept_as` is the seat of nobody that they go to; otherwise nothing leads there.
    `number` tells about how many had joined before, and with the campaign's seed decides the
    person's random draws.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="seats")
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="seats"
    )
    stratum = models.ForeignKey(Stratum, null=True, on_delete=models.PROTECT, related_name="seats")
    consent = models.ForeignKey("accounts.Consent", on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey("accounts.Profile", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=0, editable=False)
    submitted = models.PositiveIntegerField(default=0, editable=False)
    quotas = models.ManyToManyField(Quota, related_name="seats_held")
    has_lapsed = models.BooleanField(default=False, editable=False)
    held_since = models.DateTimeField(default=timezone.now, editable=False)
    day = models.DateField(null=True, editable=False)
    submitted_on_day = models.PositiveIntegerField(default=0, editable=False)
    submitted_in_session = models.PositiveIntegerField(default=0, editable=False)
    last_submitted_at = models.DateTimeField(null=True, editable=False)
    guideline_seen = models.PositiveIntegerField(default=0, editable=False)
    comprehension_done = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    practice_done = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    kept_as = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )

    # How many assignments the person holds just now, where serving has counted; not a column.
    held: int = 0

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "annotator"], name="one_seat_per_campaign")
        ]
        indexes = [
            models.Index(
                fields=["held_since"],
                condition=models.Q(submitted=0, has_lapsed=False),
                name="unused_seats",
            )
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} in {self.campaign_id}"

    @property
    def stratum_key(self) -> str:
        """The key of its stratum; empty once its person has withdrawn."""
        return self.stratum.key if self.stratum else ""
