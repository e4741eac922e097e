"""Audits, samples and taxonomies as REST takes and shows them."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import JobState
from annotation.kept import in_readers_language
from values.enums import Sides
from values.models import Audit, AuditFile, Taxonomy, ValueSample
from values.services.auditing import (
    LEAST_DRAWS,
    LEAST_FOLDS,
    LEAST_GROUP,
    MOST_DRAWS,
    MOST_FOLDS,
)
from values.services.sampling import LEAST_TEXTS, MOST_TEXTS


class AuditRequestSerializer(serializers.Serializer[Any]):
    labels = serializers.SlugField(
        help_text="The campaign of task type `values` in which people labelled texts."
    )
    criterion = serializers.CharField(
        default="", allow_blank=True, max_length=64, help_text="The first one, if left out."
    )
    sides = serializers.ChoiceField(
        Sides.choices,
        default="",
        allow_blank=True,
        help_text="How it is known what was chosen; left out, the corpus' file where it says so.",
    )
    preference = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="By which criterion judgments tell what was chosen; the first, if left out.",
    )
    seed = serializers.IntegerField(default=1, min_value=0, max_value=2**31 - 1)
    threshold = serializers.FloatField(
        default=0.5,
        min_value=0.05,
        max_value=0.95,
        help_text="A text counts as carrying a value from this predicted share of people.",
    )
    folds = serializers.IntegerField(default=5, min_value=LEAST_FOLDS, max_value=MOST_FOLDS)
    draws = serializers.IntegerField(
        default=200,
        min_value=LEAST_DRAWS,
        max_value=MOST_DRAWS,
        help_text="Draws of the bootstrap.",
    )
    least_people = serializers.IntegerField(
        default=3, min_value=2, max_value=1000, help_text="Of a labelled text."
    )
    least_texts = serializers.IntegerField(
        default=10,
        min_value=5,
        max_value=100_000,
        help_text="Labelled prompts with a value, and without it, for any number to be told.",
    )
    least_group = serializers.IntegerField(
        default=LEAST_GROUP,
        min_value=LEAST_GROUP,
        max_value=1000,
        help_text="People in a stratum for it to be told of; more where a campaign asks for more.",
    )


class AuditFileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    rows = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    url = serializers.URLField()


class AuditSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField(help_text="The corpus.")
    labels = serializers.SlugField()
    criterion = serializers.CharField()
    sides = serializers.ChoiceField(Sides.choices)
    parameters = serializers.JSONField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Per cent.")
    error = serializers.CharField(help_text="Why it failed, for people.")
    as_of = serializers.DateTimeField(allow_null=True)
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    results = serializers.JSONField(
        allow_null=True,
        help_text="What was found, see docs/value-audits.md; null until done, and where it tells "
        "of groups that are too small by the campaigns' rules of today.",
    )
    files = AuditFileSerializer(many=True, help_text="Empty where `results` is null.")


def audit_body(audit: Audit, request: Request) -> dict[str, Any]:
    """An audit's state, what it found, and its files."""
    is_told = audit.is_told
    return {
        "id": audit.pk,
        "campaign": audit.campaign.slug,
        "labels": audit.labels.slug,
        "criterion": audit.criterion,
        "sides": audit.sides,
        "parameters": audit.parameters,
        "state": audit.state,
        "progress": audit.percent,
        "error": in_readers_language(audit.error),
        "as_of": audit.as_of,
        "software_version": audit.software_version,
        "created_at": audit.created_at,
        "finished_at": audit.finished_at,
        "results": audit.results if is_told else None,
        "files": [file_body(one, request) for one in audit.files.all()] if is_told else [],
    }


def file_body(file: AuditFile, request: Request) -> dict[str, Any]:
    path = reverse("api-audit-file", kwargs={"pk": file.audit_id, "name": file.name})
    return {
        "name": file.name,
        "bytes": file.bytes,
        "rows": file.rows,
        "sha256": file.sha256,
        "url": request.build_absolute_uri(path),
    }


class SampleRequestSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField(max_length=64, required=False, help_text="One is made up.")
    title = serializers.CharField(max_length=200, required=False)
    size = serializers.IntegerField(default=300, min_value=LEAST_TEXTS, max_value=MOST_TEXTS)
    seed = serializers.IntegerField(default=1, min_value=0, max_value=2**31 - 1)
    people = serializers.IntegerField(
        default=5, min_value=2, max_value=1000, help_text="How many people judge each text."
    )
    taxonomy = serializers.IntegerField(
        default=None, allow_null=True, help_text="The id of a taxonomy; null for Value Imprint."
    )


class SampleSerializer(serializers.Serializer[Any]):
    corpus = serializers.SlugField()
    campaign = serializers.SlugField(help_text="The new draft campaign.")
    taxonomy = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(help_text="Texts that were drawn.")
    seed = serializers.IntegerField()
    created_at = serializers.DateTimeField()


def sample_body(sample: ValueSample) -> dict[str, Any]:
    return {
        "corpus": sample.corpus.slug,
        "campaign": sample.campaign.slug,
        "taxonomy": sample.taxonomy_id,
        "size": sample.size,
        "seed": sample.seed,
        "created_at": sample.created_at,
    }


class TaxonomyValueSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=40)
    label = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment]
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    sub_values = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=60
    )


class TaxonomyRequestSerializer(serializers.Serializer[Any]):
    key = serializers.SlugField(max_length=64)
    title = serializers.CharField(max_length=200)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=500, default="", allow_blank=True
    )
    values = TaxonomyValueSerializer(many=True)


class TaxonomySerializer(TaxonomyRequestSerializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


def taxonomy_body(taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "id": taxonomy.pk,
        "key": taxonomy.key,
        "version": taxonomy.version,
        "title": taxonomy.title,
        "source": taxonomy.source,
        "values": taxonomy.values,
        "created_at": taxonomy.created_at,
    }
