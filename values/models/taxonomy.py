from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Taxonomy(models.Model):
    """One version of a taxonomy of values that a researcher brought; it never changes.

    `values` is a list of `{"key", "label", "description", "sub_values"}`
    (`values.taxonomies`). Another upload under the same key is another version.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="taxonomies"
    )
    key = models.SlugField(_("key"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=500, blank=True)
    values = models.JSONField(_("values"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("taxonomy")
        verbose_name_plural = _("taxonomies")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "key", "version"], name="one_taxonomy_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"
