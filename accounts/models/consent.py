import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OnWithdrawal


class ConsentDocument(models.Model):
    """One version of a consent text with its purposes. A change makes a new version.

    `purposes` is a list of `{"key", "label", "required"}`. `translations` are texts by language and
    path, as the campaign has them. `on_withdrawal` is what happens to the judgments of who agreed
    to this version and withdraws.
    """

    series = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    text = models.TextField(_("text"))
    purposes = models.JSONField(default=list)
    translations = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    on_withdrawal = models.CharField(
        _("when somebody withdraws"),
        max_length=16,
        choices=OnWithdrawal,
        default=OnWithdrawal.ERASE,
        db_default=OnWithdrawal.ERASE.value,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent document")
        verbose_name_plural = _("consent documents")
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="one_consent_version")
        ]

    def __str__(self) -> str:
        return f"{self.series} v{self.version}"

    @property
    def purpose_keys(self) -> list[str]:
        return [purpose["key"] for purpose in self.purposes]

    @property
    def keeps_judgments(self) -> bool:
        """Whether judgments stay, as nobody's, when somebody withdraws who agreed to this."""
        return self.on_withdrawal == OnWithdrawal.KEEP_JUDGMENTS

    @property
    def required_keys(self) -> list[str]:
        return [purpose["key"] for purpose in self.purposes if purpose["required"]]


class Consent(models.Model):
    """What one annotator agreed to, on which version of the text, and when."""

    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="consents"
    )
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT, related_name="consents")
    purposes = ArrayField(models.CharField(max_length=40), default=list)
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["annotator", "document"], name="consent_by_annotator")]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.document_id}"
