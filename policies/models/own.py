from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwnBounds(models.Model):
    """That a person agreed to have their own bounds kept; without it there are none."""

    annotator = models.OneToOneField(
        "accounts.Annotator", on_delete=models.CASCADE, related_name="own_bounds"
    )
    consented_at = models.DateTimeField(_("agreed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("own bounds")
        verbose_name_plural = _("own bounds")

    def __str__(self) -> str:
        return f"own bounds of {self.annotator_id}"


class StatedPreferences(models.Model):
    """One version of what a person says they want of a model; seen by themselves alone.

    `answers` maps keys of `policies.preferences` to numbers from 0 to 100; what was not answered is
    not in it.
    """

    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.CASCADE, related_name="stated_preferences"
    )
    version = models.PositiveIntegerField(_("version"))
    answers = models.JSONField(_("answers"), default=dict)
    text = models.TextField(_("in their own words"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("stated preferences")
        verbose_name_plural = _("stated preferences")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "version"], name="one_stated_preferences_version"
            )
        ]

    def __str__(self) -> str:
        return f"stated preferences of {self.annotator_id} v{self.version}"
