"""Runs and views as REST takes and shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.enums import View
from analysis.models import AnalysisRun, Population
from analysis.selectors.runs import people_have_left
from analysis.services.runs import (
    DEFAULT_BOOTSTRAPS,
    DEFAULT_SEED,
    LARGEST_SEED,
    MOST_BOOTSTRAPS,
)
from annotation.enums import JobState
from annotation.kept import in_readers_language


class RunRequestSerializer(serializers.Serializer[Any]):
    views = serializers.ListField(
        child=serializers.ChoiceField(View.choices),
        default=list,
        help_text="What is to be worked out; everything where none is named.",
    )
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, default=DEFAULT_SEED)
    bootstraps = serializers.IntegerField(
        min_value=0,
        max_value=MOST_BOOTSTRAPS,
        default=DEFAULT_BOOTSTRAPS,
        help_text="Draws of annotators for intervals that are resampled.",
    )
    population = serializers.IntegerField(
        default=None, allow_null=True, help_text="Id of a reference population to weight to."
    )


class RunSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.SlugField()
    state = serializers.ChoiceField(JobState.choices)
    progress = serializers.IntegerField(help_text="Per cent.")
    views = serializers.ListField(child=serializers.ChoiceField(View.choices))
    parameters = serializers.DictField()
    population = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    highest_judgment = serializers.IntegerField(
        allow_null=True, help_text="No judgment with a higher id was read."
    )
    judgments = serializers.IntegerField(help_text="Judgments read.")
    annotators = serializers.IntegerField(
        allow_null=True, help_text="People who gave them; null where they are too few to tell."
    )
    digest = serializers.CharField(help_text="SHA-256 of the ids of the judgments read.")
    stale = serializers.BooleanField(
        help_text="Whether somebody has withdrawn since whose judgments were read."
    )
    software_version = serializers.CharField()
    error = serializers.CharField(help_text="Why the run failed, for people.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def run_body(
    run: AnalysisRun, campaign_slug: str, *, has_left: bool | None = None
) -> dict[str, Any]:
    """A run's state, parameters and what it read; `has_left` is looked up where it is not told."""
    parameters = {name: value for name, value in run.parameters.items() if name != "views"}
    return {
        "id": run.pk,
        "campaign": campaign_slug,
        "state": run.state,
        "progress": run.percent,
        "views": run.parameters["views"],
        "parameters": parameters,
        "population": run.population_id,
        "as_of": run.as_of,
        "highest_judgment": run.highest,
        "judgments": run.judgments,
        "annotators": run.annotators,
        "digest": run.digest,
        "stale": people_have_left(run) if has_left is None else has_left,
        "software_version": run.software_version,
        "error": in_readers_language(run.error),
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }


class FigureSerializer(serializers.Serializer[Any]):
    group = serializers.DictField(help_text="What it is about; an empty stratum is everybody.")
    estimate = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True, help_text="Answers it rests on.")
    annotators = serializers.IntegerField(allow_null=True)
    withheld = serializers.BooleanField(
        help_text="Whether it is about too few people, or would give such a group away."
    )


class TableSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    measure = serializers.CharField()
    method = serializers.CharField()
    source = serializers.CharField(help_text="Where the method is described.")  # type: ignore[assignment]
    parameters = serializers.DictField()
    groups = serializers.ListField(child=serializers.CharField())
    rows = serializers.SerializerMethodField()

    @extend_schema_field(FigureSerializer(many=True))
    def get_rows(self, table: dict[str, Any]) -> list[dict[str, Any]]:
        """Rows as they are kept: some methods tell more than every figure has."""
        return list(table["rows"])


class ViewSerializer(serializers.Serializer[Any]):
    view = serializers.ChoiceField(View.choices)
    criterion = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())
    run = RunSerializer()
    tables = TableSerializer(many=True)


class PopulationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    margins = serializers.ListField(child=serializers.DictField())


class PopulationRequestSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    source = serializers.CharField(max_length=300, default="", allow_blank=True)  # type: ignore[assignment]
    table = serializers.CharField(
        help_text="CSV: `question,option,share` or a table that crosses answers."
    )


class AnalysisRuleSerializer(serializers.Serializer[Any]):
    least_annotators = serializers.IntegerField(
        help_text="Groups of fewer annotators appear nowhere."
    )


class AnalysisSerializer(serializers.Serializer[Any]):
    views = serializers.ListField(child=serializers.ChoiceField(View.choices))
    least_annotators = serializers.IntegerField()
    populations = PopulationSerializer(many=True)
    runs = RunSerializer(many=True, help_text="Newest first.")


def population_body(population: Population) -> dict[str, Any]:
    return {
        "id": population.pk,
        "name": population.name,
        "source": population.source,
        "margins": population.margins,
    }
