"""Snapshots as REST takes and shows them."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import JobState
from exports.enums import Pseudonyms, SnapshotFormat
from exports.models import Snapshot, SnapshotFile


class SnapshotRequestSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(SnapshotFormat.choices, default=SnapshotFormat.PARQUET.value)
    pseudonyms = serializers.ChoiceField(
        Pseudonyms.choices,
        default=Pseudonyms.PER_RELEASE.value,
        help_text="`stable` is an admin's choice.",
    )


class SnapshotFileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    table = serializers.CharField(allow_null=True, help_text="Null for documentation.")
    bytes = serializers.IntegerField()
    rows = serializers.IntegerField(allow_null=True, help_text="Null for documentation.")
    sha256 = serializers.CharField()
    url = serializers.URLField()


class SnapshotSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    format = serializers.ChoiceField(SnapshotFormat.choices)
    pseudonyms = serializers.ChoiceField(Pseudonyms.choices)
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Per cent.")
    error = serializers.CharField(help_text="Why it failed, for people.")
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="The moment that every row is read at; null until it is done."
    )
    schema_version = serializers.CharField()
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    files = SnapshotFileSerializer(many=True, help_text="Empty until it is done.")


def snapshot_body(snapshot: Snapshot, request: Request) -> dict[str, Any]:
    """A snapshot's state and its published files."""
    return {
        "id": snapshot.pk,
        "campaign": snapshot.campaign.slug,
        "format": snapshot.format,
        "pseudonyms": snapshot.pseudonyms,
        "state": snapshot.state,
        "progress": snapshot.percent,
        "error": snapshot.error,
        "as_of": snapshot.as_of,
        "schema_version": snapshot.schema_version,
        "software_version": snapshot.software_version,
        "created_at": snapshot.created_at,
        "finished_at": snapshot.finished_at,
        "files": [file_body(file, request) for file in snapshot.files.all()],
    }


def file_body(file: SnapshotFile, request: Request) -> dict[str, Any]:
    path = reverse("api-export-file", kwargs={"pk": file.snapshot_id, "name": file.name})
    return {
        "name": file.name,
        "table": file.table or None,
        "bytes": file.bytes,
        "rows": file.rows,
        "sha256": file.sha256,
        "url": request.build_absolute_uri(path),
    }
