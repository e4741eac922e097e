"""Snapshots with their files, for pages and REST."""

from django.db.models import QuerySet, Sum

from exports.models import Snapshot


def with_files(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    return snapshots.prefetch_related("files")


def with_size(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With `total_bytes`, null where nothing is published."""
    return snapshots.annotate(total_bytes=Sum("files__bytes"))
