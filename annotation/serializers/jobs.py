"""Imports as REST shows them."""

from typing import Any

from rest_framework import serializers

from annotation.enums import JobState
from annotation.kept import in_readers_language
from annotation.models import ItemImport, JudgmentImport, ModelJudgmentImport
from annotation.selectors.imports import first_problems


class LineProblemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    message = serializers.CharField()


class JobQuerySerializer(serializers.Serializer[Any]):
    """Which jobs a list shall have."""

    state = serializers.ChoiceField(JobState.choices, required=False)


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(help_text="Per cent.")
    format = serializers.CharField()
    file = serializers.CharField()
    columns = serializers.DictField(
        help_text="Which column is which field, where that was named; `metadata` lists several."
    )
    read = serializers.IntegerField(help_text="Records read so far.")
    created = serializers.IntegerField(help_text="Items that are new.")
    unchanged = serializers.IntegerField(help_text="Items that the campaign had already.")
    errors_total = serializers.IntegerField()
    errors = LineProblemSerializer(many=True, help_text="The first errors by line.")  # type: ignore[assignment]
    error = serializers.CharField(help_text="Why the import failed, for people.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def import_body(job: ItemImport) -> dict[str, Any]:
    """An import's state, counts and first errors by line."""
    problems = first_problems(job)
    return {
        "id": job.pk,
        "campaign": job.campaign.slug,
        "state": job.state,
        "progress": job.percent,
        "format": job.format,
        "file": job.file_name,
        "columns": job.columns,
        "read": job.records_read,
        "created": job.created_count,
        "unchanged": job.unchanged_count,
        "errors_total": job.error_count,
        "errors": [
            {"line": one.line, "message": in_readers_language(one.message)} for one in problems
        ],
        "error": in_readers_language(job.error),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


class JudgmentImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(help_text="Per cent.")
    format = serializers.CharField()
    file = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    purposes = serializers.ListField(
        child=serializers.CharField(), help_text="What is stated that the people agreed to."
    )
    basis = serializers.CharField()
    asserted_by = serializers.CharField()
    strength = serializers.IntegerField(
        allow_null=True, help_text="The one stated for preferences without."
    )
    items = serializers.IntegerField(
        allow_null=True, help_text="The import of the file's own items, where it brings any."
    )
    read = serializers.IntegerField(help_text="Records read so far.")
    created = serializers.IntegerField(help_text="Judgments that are new.")
    unchanged = serializers.IntegerField(help_text="Judgments that the campaign had already.")
    withdrawn = serializers.IntegerField(help_text="Passed over: their people have withdrawn.")
    people = serializers.IntegerField(help_text="People who are new.")
    errors_total = serializers.IntegerField()
    errors = LineProblemSerializer(many=True, help_text="The first errors by line.")  # type: ignore[assignment]
    error = serializers.CharField(help_text="Why the import failed, for people.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def judgment_import_body(job: JudgmentImport) -> dict[str, Any]:
    """State, counts, what was stated, and first errors by line of an import of judgments."""
    problems = first_problems(job)
    return {
        "id": job.pk,
        "campaign": job.campaign.slug,
        "state": job.state,
        "progress": job.percent,
        "format": job.format,
        "file": job.file_name,
        "source": job.source,
        "purposes": job.purposes,
        "basis": job.basis,
        "asserted_by": job.asserted_by,
        "strength": job.strength,
        "items": job.item_import_id,
        "read": job.records_read,
        "created": job.created_count,
        "unchanged": job.unchanged_count,
        "withdrawn": job.withdrawn_count,
        "people": job.people_count,
        "errors_total": job.error_count,
        "errors": [
            {"line": one.line, "message": in_readers_language(one.message)} for one in problems
        ],
        "error": in_readers_language(job.error),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


class ModelImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(help_text="Per cent.")
    file = serializers.CharField()
    model = serializers.CharField(help_text="Of lines that name none.")
    prompt_version = serializers.CharField(help_text="Of lines that name none.")
    read = serializers.IntegerField(help_text="Records read.")
    created = serializers.IntegerField(help_text="Answers that are new.")
    unchanged = serializers.IntegerField(help_text="Answers that the campaign had already.")
    errors_total = serializers.IntegerField()
    errors = LineProblemSerializer(many=True, help_text="The first errors by line.")  # type: ignore[assignment]
    error = serializers.CharField(help_text="Why the import failed, for people.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def model_import_body(job: ModelJudgmentImport) -> dict[str, Any]:
    """State, counts and first errors by line of an import of models' answers."""
    problems = first_problems(job)
    return {
        "id": job.pk,
        "campaign": job.campaign.slug,
        "state": job.state,
        "progress": job.percent,
        "file": job.file_name,
        "model": job.model,
        "prompt_version": job.prompt_version,
        "read": job.records_read,
        "created": job.created_count,
        "unchanged": job.unchanged_count,
        "errors_total": job.error_count,
        "errors": [
            {"line": one.line, "message": in_readers_language(one.message)} for one in problems
        ],
        "error": in_readers_language(job.error),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
