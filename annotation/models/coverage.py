from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import ASSIGNED_BY, AssignmentStatus
from annotation.models.campaign import Campaign, Guideline, Seat, Stratum
from annotation.models.item import Item, Response
from annotation.models.job import Job


class Coverage(models.Model):
    """For one item and one stratum: target, leased and submitted counts.

    `served` counts every serving ever and drives the counterbalancing of orders together with
    `order_offset`; `shuffle` is this cell's place in a random permutation drawn at planning.
    `inclusion` is the probability with which the design wanted a judgment here.
    """

    stratum = models.ForeignKey(Stratum, on_delete=models.CASCADE, related_name="coverage")
    # Looked up by `one_coverage_per_cell`.
    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="coverage", db_index=False
    )
    target = models.PositiveSmallIntegerField()
    leased = models.PositiveSmallIntegerField(default=0)
    submitted = models.PositiveSmallIntegerField(default=0)
    served = models.PositiveIntegerField(default=0)
    order_offset = models.PositiveIntegerField(default=0)
    shuffle = models.IntegerField(default=0)
    inclusion = models.FloatField(default=1.0)
    taken = models.GeneratedField(
        expression=F("leased") + F("submitted"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        constraints = [
            models.UniqueConstraint(fields=["item", "stratum"], name="one_coverage_per_cell"),
            # The last guard: whatever the code does, a cell is never over its target.
            models.CheckConstraint(
                condition=Q(leased__gte=0)
                & Q(submitted__gte=0)
                & Q(target__gte=F("leased") + F("submitted")),
                name="coverage_within_target",
            ),
        ]
        indexes = [
            # Only open cells, in the order they are served: finished cells leave the index,
            # so a claim looks at the same few entries whatever the campaign's size.
            models.Index(
                fields=["stratum", "taken", "shuffle"],
                condition=Q(taken__lt=F("target")),
                name="coverage_open",
            ),
            # The same cells in the order of the permutation, for the strategy that draws at random.
            models.Index(
                fields=["stratum", "shuffle"],
                condition=Q(taken__lt=F("target")),
                name="coverage_open_shuffled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} × {self.stratum_id}"


class PlanningRun(Job):
    """The job that lays out a campaign's coverage, item by stratum."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="planning_runs")

    class Meta:
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"planning {self.pk}"


class Reconciliation(Job):
    """The job that recounts a campaign's counters from its assignments and repairs what drifted."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reconciliations")
    drift = models.JSONField(default=list)
    drifted = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"reconciliation {self.pk}"


class Assignment(models.Model):
    """The durable pairing of an item and an annotator, with status and lease.

    A repeat has no coverage: it measures the person's consistency, not the item. `ahead` is 0 for
    what the person is shown, else a place among those that their browser keeps for later. Of a
    withdrawn person neither stratum nor coverage is left, since they would tell of them.
    """

    # Every index is written with every claim: none stands here that another one covers, or for
    # looking up what is never looked up.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="assignments"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assignments")
    stratum = models.ForeignKey(
        Stratum, null=True, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    coverage = models.ForeignKey(
        Coverage, null=True, on_delete=models.PROTECT, related_name="assignments"
    )
    guideline = models.ForeignKey(
        Guideline, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(
        max_length=10, choices=AssignmentStatus, default=AssignmentStatus.LEASED
    )
    is_repeat = models.BooleanField(default=False)
    strategy = models.CharField(max_length=12, choices=ASSIGNED_BY)
    propensity = models.FloatField(null=True)
    presented_order = models.JSONField(default=list)
    draft = models.JSONField(null=True)
    skip_reason = models.CharField(max_length=500, blank=True)
    skip_kind = models.CharField(max_length=40, blank=True, default="", db_default="")
    ahead = models.PositiveSmallIntegerField(default=0, db_default=0)
    served_at = models.DateTimeField(default=timezone.now)
    lease_expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    # The item's responses where serving has read them already; not a column.
    responses: Sequence[Response] = ()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "item"],
                condition=Q(is_repeat=False),
                name="never_the_same_item_twice",
            ),
            models.UniqueConstraint(
                fields=["annotator", "item"],
                condition=Q(is_repeat=True),
                name="never_a_second_repeat",
            ),
            models.UniqueConstraint(
                fields=["seat", "ahead"],
                condition=Q(status=AssignmentStatus.LEASED),
                name="one_lease_per_place",
            ),
            models.CheckConstraint(condition=Q(ahead__lte=10), name="few_kept_ahead"),
        ]
        indexes = [
            models.Index(
                fields=["lease_expires_at"],
                condition=Q(status=AssignmentStatus.LEASED),
                name="leases_by_expiry",
            ),
            models.Index(fields=["seat", "status"], name="assignments_by_seat"),
            models.Index(fields=["campaign", "id"], name="assignments_by_campaign"),
            # For reviewers of what people wrote.
            models.Index(
                fields=["campaign", "id"],
                condition=~Q(skip_reason=""),
                name="assignments_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
