from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models import Campaign, Job
from exports.enums import Pseudonyms, SnapshotFormat, SnapshotState
from exports.models.moment import Moment


class Snapshot(Job):
    """An immutable export of campaigns: everything as of one moment, in files with checksums.

    `campaign` is the one it was asked for on; the moment names all. Progress is counted in rows.
    `key` is the secret that this release's pseudonyms are made with; it never leaves. Files exist
    only once the job is done, and then all of them. `choices` are what was chosen for the people's
    privacy (`exports.profiles.choices`), `derived` the derived formats that are wanted besides the
    tables (`exports.derived`). One that waits for approval is no job yet.
    """

    state = models.CharField(max_length=10, choices=SnapshotState, default=SnapshotState.QUEUED)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="snapshots")
    moment = models.ForeignKey(Moment, on_delete=models.PROTECT, related_name="snapshots")
    note = models.CharField(_("note"), max_length=500, blank=True)
    format = models.CharField(
        _("format"), max_length=10, choices=SnapshotFormat, default=SnapshotFormat.PARQUET
    )
    pseudonyms = models.CharField(
        _("pseudonyms"), max_length=12, choices=Pseudonyms, default=Pseudonyms.PER_RELEASE
    )
    choices = models.JSONField(_("release choices"), default=dict, editable=False)
    derived = models.JSONField(_("derived formats"), default=list, editable=False)
    key = models.BinaryField(max_length=32, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)
    schema_version = models.CharField(max_length=10, editable=False)
    software_version = models.CharField(max_length=20, editable=False)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class SnapshotShard(Job):
    """The part of a snapshot's work that one worker does: the items of one shard, all tables.

    `files` is what it has brought to storage: `{"name", "table", "rows", "bytes", "sha256",
    "stored_name"}` each, published with all others or not at all. `counts` is what was counted of
    the rows as they were written (`exports.documentation.counting`).
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="shards")
    number = models.PositiveSmallIntegerField()
    files = models.JSONField(default=list)
    counts = models.JSONField(null=True)

    class Meta:
        verbose_name = _("snapshot shard")
        verbose_name_plural = _("snapshot shards")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="one_shard_per_number")
        ]

    def __str__(self) -> str:
        return f"shard {self.number} of snapshot {self.snapshot_id}"


class SnapshotFile(models.Model):
    """One published file of a snapshot; `table` and `rows` are empty for documentation."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=100)
    table = models.CharField(_("table"), max_length=40, blank=True)
    bytes = models.BigIntegerField(_("bytes"))
    rows = models.BigIntegerField(_("rows"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_name = models.CharField(max_length=300, editable=False)

    class Meta:
        verbose_name = _("snapshot file")
        verbose_name_plural = _("snapshot files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "name"], name="one_snapshot_file_per_name")
        ]

    def __str__(self) -> str:
        return self.name
