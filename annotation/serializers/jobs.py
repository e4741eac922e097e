"""Imports as REST shows them."""

from typing import Any

from rest_framework import serializers

from annotation.enums import JobState
from annotation.kept import in_readers_language
from annotation.models import ItemImport, JudgmentImport, ModelJudgmentImport
from annotation.selectors.imports import first_problems

AnyImport = ItemImport | JudgmentImport | ModelJudgmentImport


class LineProblemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    message = serializers.CharField()


class JobQuerySerializer(serializers.Serializer[Any]):
    """Which jobs a list shall have."""

    state = serializers.ChoiceField(JobState.choices, required=False)


# What every import tells of itself. No docstring: the document would say it of each.
class JobSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(help_text="Per cent.")
    errors_total = serializers.IntegerField()
    errors = LineProblemSerializer(many=True, help_text="The first errors by line.")  # type: ignore[assignment]
    error = serializers.CharField(help_text="Why the import failed, for people.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def state_body(job: AnyImport) -> dict[str, Any]:
    """Which import it is, and how far."""
    return {
        "id": job.pk,
        "campaign": job.campaign.slug,
        "state": job.state,
        "progress": job.percent,
    }


def outcome_body(job: AnyImport) -> dict[str, Any]:
    """The first errors by line, and how it ended."""
    return {
        "errors_total": job.error_count,
        "errors": [
            {"line": one.line, "message": in_readers_language(one.message)}
            for one in first_problems(job)
        ],
        "error": in_readers_language(job.error),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


class ImportSerializer(JobSerializer):
    format = serializers.CharField()
    file = serializers.CharField()
    columns = serializers.DictField(
        help_text="Which column is which field, where that was named; `metadata` lists several."
    )
    read = serializers.IntegerField(help_text="Records read so far.")
    created = serializers.IntegerField(help_text="Items that are new.")
    unchanged = serializers.IntegerField(help_text="Items that the campaign had already.")


def import_body(job: ItemImport) -> dict[str, Any]:
    """An import's state, counts and first errors by line."""
    return {
        **state_body(job),
        "format": job.format,
        "file": job.file_name,
        "columns": job.columns,
        "read": job.records_read,
        "created": job.created_count,
        "unchanged": job.unchanged_count,
        **outcome_body(job),
    }


class JudgmentImportSerializer(JobSerializer):
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


def judgment_import_body(job: JudgmentImport) -> dict[str, Any]:
    """State, counts, what was stated, and first errors by line of an import of judgments."""
    return {
        **state_body(job),
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
        **outcome_body(job),
    }


class ModelImportSerializer(JobSerializer):
    file = serializers.CharField()
    model = serializers.CharField(help_text="Of lines that name none.")
    prompt_version = serializers.CharField(help_text="Of lines that name none.")
    read = serializers.IntegerField(help_text="Records read.")
    created = serializers.IntegerField(help_text="Answers that are new.")
    unchanged = serializers.IntegerField(help_text="Answers that the campaign had already.")


def model_import_body(job: ModelJudgmentImport) -> dict[str, Any]:
    """State, counts and first errors by line of an import of models' answers."""
    return {
        **state_body(job),
        "file": job.file_name,
        "model": job.model,
        "prompt_version": job.prompt_version,
        "read": job.records_read,
        "created": job.created_count,
        "unchanged": job.unchanged_count,
        **outcome_body(job),
    }
