from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import ItemFormat, TaskTypeKey
from annotation.models.campaign import Campaign
from annotation.models.job import Job


class Item(models.Model):
    """A prompt or conversation plus its candidate responses; unchanged once imported.

    `prompt` is a text or a list of `{"role", "content"}`. `content_hashes` is
    `{"prompt": sha256, "responses": {response id: sha256}}` over what annotators see;
    `content_sha256` covers the whole record of the item file. An item with `check_answers` is a
    check item: its text says what to answer, `{criterion: answer}`. `characters` counts what there
    is to read, prompt and responses; null where the item is older than that.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    external_id = models.CharField(_("id"), max_length=200)
    prompt = models.JSONField(_("prompt"))
    language = models.CharField(_("language"), max_length=35, blank=True)
    metadata = models.JSONField(_("metadata"), default=dict)
    check_answers = models.JSONField(_("check"), null=True, editable=False)
    characters = models.PositiveIntegerField(null=True, editable=False)
    content_sha256 = models.CharField(max_length=64, editable=False)
    content_hashes = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "external_id"], name="one_item_per_id")
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="items_by_campaign"),
            models.Index(
                fields=["campaign"],
                condition=models.Q(check_answers__isnull=False),
                name="check_items",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Response(models.Model):
    """A model's output, candidate in an item. `model` and `metadata` are never shown to annotators.

    `content` is a text or a list of `{"role", "content"}`.
    """

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="responses", db_index=False
    )
    external_id = models.CharField(_("id"), max_length=200)
    content = models.JSONField(_("content"))
    model = models.CharField(_("model"), max_length=200, blank=True)
    metadata = models.JSONField(_("metadata"), default=dict)
    content_sha256 = models.CharField(max_length=64, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "external_id"], name="one_response_per_id")
        ]

    def __str__(self) -> str:
        return self.external_id


class ItemImport(Job):
    """One file of items on its way into a campaign: all of it becomes items, or none of it.

    Progress is counted in bytes of the file, each of them `PASSES` times: read, published, planned.
    `records_read` is the resume point, `task_type` that for which records have been checked;
    `first_item` and `last_item` span the ids of the items that were made. `columns` says which
    column of a table is which field of an item, as in `annotation.item_formats.columns`.
    """

    PASSES = 3

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="imports")
    stored_name = models.CharField(max_length=300, blank=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    format = models.CharField(
        _("format"), max_length=20, choices=ItemFormat, default=ItemFormat.AUTO
    )
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    task_type = models.CharField(max_length=12, choices=TaskTypeKey, blank=True, editable=False)
    records_read = models.BigIntegerField(default=0)
    first_item = models.BigIntegerField(null=True, editable=False)
    last_item = models.BigIntegerField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    created_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    error_count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"


class GivenFile(models.Model):
    """A file that lies in storage and was looked at, but is not imported.

    Importing it takes its stored file over and the row away; one that nobody imports within a day
    is thrown away.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="given_files")
    stored_name = models.CharField(max_length=300, editable=False)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    size = models.BigIntegerField(_("bytes"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("given file")
        verbose_name_plural = _("given files")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"given file {self.pk}"


class ImportProblem(models.Model):
    """A line of an item file that cannot become an item, and why."""

    item_import = models.ForeignKey(ItemImport, on_delete=models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class StagedItem(models.Model):
    """A record read from a file, not yet an item: waiting until the whole file has been read.

    It holds what the item will hold, its id among it. Staged rows are written once, read once and
    gone, so their tables are unlogged: a crash of the database empties them, and the import reads
    its file again.
    """

    item_id = models.BigIntegerField(primary_key=True)
    item_import = models.ForeignKey(
        ItemImport,
        on_delete=models.CASCADE,
        related_name="staged",
        db_index=False,
        db_constraint=False,
    )
    line = models.BigIntegerField()
    external_id = models.CharField(max_length=200)
    prompt = models.JSONField()
    language = models.CharField(max_length=35, blank=True)
    metadata = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    content_hashes = models.JSONField(default=dict)
    check_answers = models.JSONField(null=True)
    characters = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"line {self.line}"


class StagedResponse(models.Model):
    """A response of a staged item, as it will be; in an unlogged table too."""

    pk = models.CompositePrimaryKey("item_id", "position")
    item_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    item_import = models.ForeignKey(
        ItemImport,
        on_delete=models.CASCADE,
        related_name="staged_responses",
        db_index=False,
        db_constraint=False,
    )
    external_id = models.CharField(max_length=200)
    content = models.JSONField()
    model = models.CharField(max_length=200, blank=True)
    metadata = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.external_id
