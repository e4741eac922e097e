import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Assignment, Campaign, Coverage
from annotation.services.adapting import (
    adapt,
    adapt_open_campaigns,
    complete_cells,
    uncertainties,
)
from annotation.services.planning import plan_coverage
from annotation.services.serving import next_assignment
from tests.factories import judge, make_campaign, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
ADAPTIVE = {"strategy": "adaptive", "overlap": 2}


def answered(items=20, contested=5, **adaptive):
    """Two people answer everything; on the first `contested` items they clearly disagree."""
    plan = {"budget": 10, "most": 4, **adaptive}
    campaign = open_with_items(items, **ADAPTIVE, adaptive=plan)
    Campaign.objects.filter(pk=campaign.pk).update(seed=11)
    hard = {f"q{number}" for number in range(1, contested + 1)}
    for person in range(2):
        seat = take_part(campaign)
        for _ in range(items):
            assignment = serve(seat)
            preferred = "r2" if person and assignment.item.external_id in hard else "r1"
            judge(assignment, {"overall": {"preferred": preferred, "strength": 2}})
    return campaign, hard


def targets(campaign):
    cells = Coverage.objects.filter(stratum__campaign=campaign)
    return dict(cells.values_list("item__external_id", "target"))


def test_nothing_is_allotted_before_the_floor_is_reached():
    campaign = open_with_items(3, **ADAPTIVE, adaptive={"budget": 5, "most": 3})
    judge(serve(take_part(campaign)))
    assert adapt(campaign) == 0
    assert set(targets(campaign).values()) == {2}


@pytest.mark.parametrize("measure", ["width", "entropy"])
def test_more_is_wanted_where_people_disagree(measure):
    campaign, hard = answered(items=40, contested=10, budget=30, most=5, measure=measure)
    granted = Counter()
    for _ in range(6):
        adapt(campaign)
        seat = take_part(campaign)
        while isinstance(served := next_assignment(seat), Assignment):
            granted[served.item.external_id in hard] += 1
            judge(served, {"overall": {"preferred": "r1", "strength": 2}})
    assert sum(granted.values()) > 12
    # A quarter of the items are contested: evenly they would get a quarter.
    assert granted[True] / sum(granted.values()) > 0.35


def test_the_budget_and_the_most_are_kept():
    campaign, _hard = answered(items=6, contested=6, budget=4, most=3)
    allotted = 0
    for _ in range(12):
        allotted += adapt(campaign)
        seat = take_part(campaign)
        while isinstance(served := next_assignment(seat), Assignment):
            judge(served)
    assert allotted == 4
    campaign.refresh_from_db()
    assert campaign.adaptive_granted == 4
    assert sum(targets(campaign).values()) == 6 * 2 + 4
    assert max(targets(campaign).values()) <= 3


def test_the_probability_of_the_draw_is_kept_with_the_assignment():
    campaign, _hard = answered(items=20)
    assert adapt(campaign) == 2
    seat = take_part(campaign)
    served = serve(seat)
    assert served.strategy == "adaptive"
    assert 0 < served.propensity < 1
    base = Assignment.objects.exclude(pk=served.pk).values_list("propensity", flat=True)
    assert set(base) == {1.0}


def test_the_same_seed_allots_the_same():
    def allotted(seed):
        campaign, _hard = answered(items=20)
        Campaign.objects.filter(pk=campaign.pk).update(seed=seed)
        adapt(campaign)
        return {item for item, target in targets(campaign).items() if target > 2}

    first, again = allotted(3), allotted(3)
    assert len(first) == 2
    # The draw depends on the seed and the answers; ids of cells differ, their order does not.
    assert first == again


def test_planning_again_takes_nothing_allotted_away():
    campaign, _hard = answered(items=20)
    adapt(campaign)
    before = targets(campaign)
    plan_coverage(campaign)
    assert targets(campaign) == before


def test_only_open_adaptive_campaigns_are_adapted():
    answered(items=10)
    make_campaign(**ADAPTIVE, adaptive={"budget": 5, "most": 3})
    open_with_items(2)
    assert adapt_open_campaigns() == 1


def test_reading_uncertainty_asks_a_constant_number_of_statements():
    counts = []
    for items in (2, 12):
        campaign, _hard = answered(items=items)
        stratum = campaign.strata.get()
        with CaptureQueriesContext(connection) as queries:
            cells = complete_cells(campaign, stratum, random.Random(1))
            uncertainties(campaign, cells)
        assert len(cells) == items
        counts.append(len(queries))
    assert counts == [2, 2]
