from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign
from policies.enums import DecidedBy, RuleKind, Tier


class Rule(models.Model):
    """A bound on what may be preferred, in versions.

    Of tier 1 it holds in the whole installation; of tier 2 in its campaign, or without one in all
    of them; of tier 3 for its person alone.
    """

    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.CASCADE, related_name="bounds"
    )
    annotator = models.ForeignKey(
        "accounts.Annotator", null=True, on_delete=models.CASCADE, related_name="own_rules"
    )
    key = models.SlugField(_("key"), max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["tier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "campaign", "annotator"],
                nulls_distinct=False,
                name="one_rule_per_key",
            ),
            models.CheckConstraint(
                condition=Q(tier=Tier.INSTALLATION, campaign=None, annotator=None)
                | Q(tier=Tier.ORGANISATION, annotator=None)
                | Q(tier=Tier.PERSON, campaign=None, annotator__isnull=False),
                name="rule_fits_its_tier",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the rule is called where rules of several owners stand together."""
        if self.tier == Tier.PERSON:
            return f"own/{self.key}"
        return f"{self.campaign.slug}/{self.key}" if self.campaign else self.key


class RuleVersion(models.Model):
    """One wording of a rule, in force from `effective_from` until `effective_until` or a newer one.

    Never changed: the database refuses it, but for the names of who have left. `applies_to` is
    `{"campaigns": [slug], "languages": [tag], "metadata": {key: [value]}}`, what is left out not
    narrowing it. `evidence` of a rule decided by values is `{"campaign", "criterion", "value",
    "share", "people"}`. Verdicts given on versions from `verdicts_since` on still count.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=RuleKind)
    applies_to = models.JSONField(_("applies to"), default=dict)
    decided_by = models.CharField(_("decided by"), max_length=8, choices=DecidedBy)
    evidence = models.JSONField(_("evidence"), default=dict)
    verdicts_since = models.PositiveIntegerField(default=1)
    effective_from = models.DateTimeField(_("in force from"))
    effective_until = models.DateTimeField(_("in force until"), null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="one_rule_version_per_number"),
            models.CheckConstraint(
                condition=Q(effective_until=None)
                | Q(effective_until__gte=models.F("effective_from")),
                name="rule_version_ends_not_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.number}"
