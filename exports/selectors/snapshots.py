"""Snapshots with their files, for pages and REST."""

from django.db.models import QuerySet, Sum

from annotation.enums import JobState
from exports.models import Download, Snapshot

MOST_SHOWN = 100
MOST_COMPARED = 20


def with_files(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With what REST shows: files, versions by campaign, and marks of withdrawals."""
    return snapshots.select_related("approval__decided_by").prefetch_related(
        "files", "moment__versions__campaign", "withdrawn_rows"
    )


def with_size(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With `total_bytes`, null where nothing is published."""
    return snapshots.annotate(total_bytes=Sum("files__bytes"))


def with_history(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """With what the history shows: versions by campaign, who asked, and marks of withdrawals."""
    return snapshots.select_related("created_by").prefetch_related(
        "moment__versions__campaign", "withdrawn_rows"
    )


def downloads_of(snapshot: Snapshot) -> QuerySet[Download]:
    """The newest entries of a snapshot's audit trail."""
    return snapshot.downloads.select_related("user", "link", "file").order_by("-pk")[:MOST_SHOWN]


def older_versions(snapshot: Snapshot, among: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """Done snapshots of the same campaign, of earlier moments, that it can be compared with."""
    return (
        among.filter(
            campaign=snapshot.campaign_id,
            state=JobState.DONE,
            moment__lt=snapshot.moment_id,
            moment__frozen_at__isnull=False,
        )
        .order_by("-pk")
        .prefetch_related("moment__versions__campaign")[:MOST_COMPARED]
    )
