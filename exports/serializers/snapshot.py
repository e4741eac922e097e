"""Snapshots as REST takes and shows them."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import JobState
from annotation.kept import in_readers_language
from exports.derived import FORMATS, OptionProblem, read_requests
from exports.enums import Pseudonyms, SnapshotFormat, SnapshotState
from exports.models import Comparison, Snapshot, SnapshotFile
from exports.serializers.release import ApprovalSerializer, ChoicesSerializer, release_body
from exports.services.comparing import MOST_LISTED


class DerivedField(serializers.ListField):
    """Derived formats: a key, or an object of it as `format` and the format's own options."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        try:
            return [request.body for request in read_requests(super().to_internal_value(data))]
        except OptionProblem as problem:
            named = f"{problem.field}: {problem.message}" if problem.field else problem.message
            raise serializers.ValidationError(named) from problem


FORMATS_HELP = (
    "Training and perspectivist formats besides the tables, each a key or an object such as "
    '`{"format": "trl-preference", "mode": "soft", "test_share": 0.1}`: '
    + ", ".join(f"`{key}`" for key in FORMATS)
    + "."
)


class SnapshotRequestSerializer(ChoicesSerializer):
    format = serializers.ChoiceField(SnapshotFormat.choices, default=SnapshotFormat.PARQUET.value)
    pseudonyms = serializers.ChoiceField(
        Pseudonyms.choices,
        default=Pseudonyms.PER_RELEASE.value,
        help_text="`stable` is an admin's choice.",
    )
    campaigns = serializers.ListField(
        child=serializers.SlugField(),
        default=list,
        max_length=50,
        help_text="Further campaigns for the same snapshot; you must manage each.",
    )
    note = serializers.CharField(max_length=500, default="", allow_blank=True)
    formats = DerivedField(default=list, help_text=FORMATS_HELP)


class AgainSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(SnapshotFormat.choices, default=SnapshotFormat.PARQUET.value)
    formats = DerivedField(
        allow_null=True, default=None, help_text=f"Null for those it had. {FORMATS_HELP}"
    )


class DifferenceRequestSerializer(serializers.Serializer[Any]):
    since = serializers.IntegerField(min_value=1, help_text="The older snapshot's id.")
    listed = serializers.IntegerField(
        min_value=0,
        max_value=MOST_LISTED,
        default=1000,
        help_text="Most judgments listed of a kind.",
    )


class ChangedJudgmentsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    judgment_ids = serializers.ListField(
        child=serializers.IntegerField(), help_text="The lowest ones, at most `listed`."
    )


class DifferenceSerializer(serializers.Serializer[Any]):
    since = serializers.IntegerField()
    added = ChangedJudgmentsSerializer()
    superseded = ChangedJudgmentsSerializer()
    withdrawn = ChangedJudgmentsSerializer()
    items_added = serializers.IntegerField()
    people_added = serializers.IntegerField()
    people_withdrawn = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer[Any]):
    since = serializers.IntegerField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Per cent.")


class SnapshotQuerySerializer(serializers.Serializer[Any]):
    """Which snapshots a list shall have."""

    state = serializers.ChoiceField(SnapshotState.choices, required=False)
    format = serializers.ChoiceField(SnapshotFormat.choices, required=False)


class VersionSerializer(serializers.Serializer[Any]):
    campaign = serializers.SlugField()
    version = serializers.IntegerField(allow_null=True, help_text="Null until it is read.")


class WithdrawnSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    judgments = serializers.IntegerField()


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
    state = serializers.ChoiceField(
        SnapshotState.choices,
        help_text="`awaiting` waits for a second person's approval; then as any job: `queued`, "
        "`running`, and `done`, `failed` or `cancelled`, which is also what a refusal ends in.",
    )
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Per cent.")
    error = serializers.CharField(help_text="Why it failed, for people.")
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="The moment that every row is read at; null until it is done."
    )
    schema_version = serializers.CharField()
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    formats = serializers.ListField(
        child=serializers.JSONField(), help_text="The derived formats in it, with all options."
    )
    choices = ChoicesSerializer()
    approval = ApprovalSerializer(allow_null=True)
    versions = VersionSerializer(many=True, help_text="Every campaign in it, with its version.")
    withdrawn = WithdrawnSerializer(
        help_text="Rows in it of people who have withdrawn since: ask for a reissue."
    )
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
        "error": in_readers_language(snapshot.error),
        "as_of": snapshot.as_of,
        "schema_version": snapshot.schema_version,
        "software_version": snapshot.software_version,
        "created_at": snapshot.created_at,
        "finished_at": snapshot.finished_at,
        "note": snapshot.note,
        "formats": snapshot.derived,
        **release_body(snapshot),
        "versions": [
            {"campaign": one.campaign.slug, "version": one.number}
            for one in snapshot.moment.versions.all()
        ],
        "withdrawn": {
            "people": len(snapshot.withdrawn_rows.all()),
            "judgments": sum(one.judgments for one in snapshot.withdrawn_rows.all()),
        },
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


def difference_body(older: Snapshot, found: dict[str, Any], listed: int) -> dict[str, Any]:
    """What changed since an older snapshot, with the first of the judgments concerned."""
    judgments = {
        kind: {**found[kind], "judgment_ids": found[kind]["judgment_ids"][:listed]}
        for kind in ("added", "superseded", "withdrawn")
    }
    return {"since": older.pk, **found, **judgments}


def comparison_body(older: Snapshot, job: Comparison) -> dict[str, Any]:
    return {"since": older.pk, "state": job.state, "progress": job.percent}
