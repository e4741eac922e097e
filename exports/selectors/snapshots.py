"""Snapshots with their files, for pages and REST."""

from django.db.models import QuerySet, Sum

from exports.models import Snapshot


def with_files(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With what REST shows: files, versions by campaign, and marks of withdrawals."""
    return snapshots.prefetch_related("files", "moment__versions__campaign", "withdrawn_rows")


def with_size(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With `total_bytes`, null where nothing is published."""
    return snapshots.annotate(total_bytes=Sum("files__bytes"))
