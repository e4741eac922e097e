from django.db import models
from django.utils.translation import gettext_lazy as _


class SnapshotFormat(models.TextChoices):
    PARQUET = "parquet", _("Parquet")
    JSONL = "jsonl", _("JSON Lines")
    CSV = "csv", _("CSV")


class Pseudonyms(models.TextChoices):
    PER_RELEASE = "per-release", _("new in this release: nobody can be followed to another one")
    STABLE = "stable", _("the annotators' own: the same in every release")
