from django.db import models
from django.utils.translation import gettext_lazy as _


class SnapshotFormat(models.TextChoices):
    PARQUET = "parquet", _("Parquet")
    JSONL = "jsonl", _("JSON Lines")
    CSV = "csv", _("CSV")


class Pseudonyms(models.TextChoices):
    PER_RELEASE = "per-release", _("new in this release: nobody can be followed to another one")
    STABLE = "stable", _("the annotators' own: the same in every release")


class ReleaseProfile(models.TextChoices):
    """For whom a release is, and so how much of people leaves with it."""

    FULL = "full", _("full: for those who run the campaign")
    RESEARCH = "research", _("research: for people who agreed to terms")
    PUBLIC = "public", _("public: for everybody")


class FreeText(models.TextChoices):
    """What becomes of what people wrote in their own words."""

    EXCLUDED = "excluded", _("left out")
    INCLUDED = "included", _("as it was written")
    REVIEWED = "reviewed", _("as a reviewer has passed it; unreviewed texts are left out")


class SnapshotState(models.TextChoices):
    """A job's states, and waiting for a second person before it becomes one."""

    AWAITING = "awaiting", _("awaiting approval")
    QUEUED = "queued", _("waiting for a worker")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class TextKind(models.TextChoices):
    """Where people write in their own words."""

    REASON = "reason", _("reason for a judgment")
    NOTE = "note", _("note on a highlighted passage")
    SKIP = "skip", _("reason for skipping an item")


class TextVerdict(models.TextChoices):
    KEEP = "keep", _("kept")
    REDACT = "redact", _("kept in part")
    DROP = "drop", _("dropped")
