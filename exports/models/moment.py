from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign


class Moment(models.Model):
    """What campaigns held at one moment, frozen in files: all that snapshots are made of.

    Several snapshots may be of one moment: other formats, other privacy. `shards` is into how
    many parts its items are dealt, `rows` what each frozen source holds. `reissue_of` is the
    moment whose rows these are, less those of people who have withdrawn since. Since `erased_at`
    the frozen files are without rows of people who have withdrawn, and so no longer what was
    published of them. `bounds` names the versions of rules in force and the digest of what they
    ruled out, `{"rules": [{"rule", "version", "tier"}], "rows", "sha256"}`; those rows are among
    the frozen files.
    """

    campaigns = models.ManyToManyField(Campaign, through="Version", related_name="moments")
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)
    shards = models.PositiveSmallIntegerField(default=1, editable=False)
    rows = models.JSONField(default=dict, editable=False)
    reissue_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reissues"
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    bounds = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("moment")
        verbose_name_plural = _("moments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"moment {self.pk}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Version(models.Model):
    """A campaign's place in a moment: `number` counts the campaign's moments as they freeze."""

    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="versions")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="dataset_versions"
    )
    number = models.PositiveIntegerField(_("version"), null=True)

    class Meta:
        verbose_name = _("dataset version")
        verbose_name_plural = _("dataset versions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="one_dataset_version_per_number"
            ),
            models.UniqueConstraint(
                fields=["moment", "campaign"], name="one_dataset_version_per_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


class FrozenFile(models.Model):
    """One frozen source, or a shard of it, in storage; never written again."""

    moment = models.ForeignKey(Moment, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=60)
    rows = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField()
    stored_name = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("frozen file")
        verbose_name_plural = _("frozen files")
        constraints = [
            models.UniqueConstraint(fields=["moment", "name"], name="one_frozen_file_per_name")
        ]

    def __str__(self) -> str:
        return self.name
