"""Three numbers of a campaign become one, and nothing is shown that was not before."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [
    ("analysis", "0001_runs_rules_and_populations"),
    ("policies", "0002_rules_and_verdicts_stay"),
    ("exports", "0009_bounds_frozen"),
]
# What a campaign said of analyses, reports of bounds and releases, and what follows.
CAMPAIGNS = {
    "nothing": (None, None, None, None),
    "analysis": (12, None, None, 12),
    "bounds": (None, 300, None, 300),
    "bounds-as-usual": (None, 5, None, None),
    "releases": (None, None, 9, 9),
    "strictest": (6, 8, 7, 8),
    "fewer-in-both": (2, None, 3, 3),
    "fewer-on-pages": (2, 5, None, 5),
    "fewer-in-releases": (None, None, 3, None),
}


def migrated(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def newest() -> list[tuple[str, str]]:
    return [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes()]


@pytest.fixture
def _restored() -> Iterator[None]:
    yield
    migrated(newest())


@pytest.mark.usefixtures("_restored")
def test_what_campaigns_said_of_small_groups_is_kept_there_and_back():
    known = {slug: make_campaign(slug=slug) for slug in CAMPAIGNS}
    apps = migrated(BEFORE)
    for slug, (analysis, bounds, releases, _then) in CAMPAIGNS.items():
        of = {"campaign_id": known[slug].pk}
        for model, field, least in (
            (("analysis", "AnalysisRule"), "least_annotators", analysis),
            (("policies", "BoundsSetting"), "least_people", bounds),
            (("exports", "ReleasePolicy"), "least_k", releases),
        ):
            if least is not None:
                apps.get_model(*model).objects.create(**of, **{field: least})
    apps = migrated(newest())
    rules = apps.get_model("annotation", "GroupRule").objects
    said = dict(rules.values_list("campaign__slug", "least_people"))
    assert said == {slug: then for slug, (*_said, then) in CAMPAIGNS.items() if then is not None}
    apps = migrated(BEFORE)
    back = apps.get_model("analysis", "AnalysisRule").objects
    assert dict(back.values_list("campaign__slug", "least_annotators")) == said
    back = apps.get_model("exports", "ReleasePolicy").objects
    assert dict(back.values_list("campaign__slug", "least_k")) == {
        **said,
        "fewer-in-releases": 5,
    }
    back = apps.get_model("policies", "BoundsSetting").objects
    assert dict(back.values_list("campaign__slug", "least_people")) == {
        **{slug: least for slug, least in said.items() if least > 5},
        "bounds-as-usual": 5,
        "fewer-on-pages": 5,
    }
