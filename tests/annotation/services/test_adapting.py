from collections import Counter
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.enums import NothingToServe
from annotation.models import Assignment, Campaign, Coverage
from annotation.services import adapting
from annotation.services.adapting import adapt, adapt_open_campaigns, want_one_more
from annotation.services.planning import plan_coverage
from annotation.services.serving import next_assignment
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

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


def test_who_has_met_all_that_is_open_may_come_back_while_rounds_are_to_come():
    campaign, _hard = answered(items=6, contested=6, budget=4, most=3)
    latecomer = take_part(campaign)
    assert next_assignment(latecomer) == NothingToServe.MORE_LATER
    assert adapt(campaign) > 0
    judge_everything(latecomer)
    assert next_assignment(latecomer) == NothingToServe.MORE_LATER
    for _round in range(12):
        adapt(campaign)
        judge_everything(take_part(campaign))
    # Cells that have their most are never opened again, nor any once the budget is spent.
    campaign.refresh_from_db()
    assert campaign.adaptive_granted == 4
    assert next_assignment(latecomer) == NothingToServe.DONE


def test_who_has_met_every_item_is_done_whatever_the_budget():
    campaign, _hard = answered(items=4, contested=2, budget=10, most=5)
    early = campaign.seats.first()
    assert next_assignment(early) == NothingToServe.DONE


def test_there_is_no_later_where_every_cell_has_its_most():
    campaign, _hard = answered(items=2, contested=1, budget=50, most=2)
    assert next_assignment(take_part(campaign)) == NothingToServe.DONE


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


def test_a_round_asks_a_constant_number_of_statements():
    counts = []
    for items in (4, 24):
        campaign, _hard = answered(items=items)
        with CaptureQueriesContext(connection) as queries:
            assert adapt(campaign) >= 1
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_more_is_wanted_of_the_stratum_whose_answers_leave_the_difference_open():
    """On half of the items the young agree and the old do not; on the others all agree."""
    strata = [{**AGE_STRATA[0], "target": 4}, {**AGE_STRATA[1], "target": 4}]
    plan = {"budget": 12, "most": 8}
    campaign = open_with_items(
        40, strategy="adaptive", adaptive=plan, questions=[AGE_QUESTION], strata=strata
    )
    Campaign.objects.filter(pk=campaign.pk).update(seed=5)
    hard = {f"q{number}" for number in range(1, 11)}
    for age in ("young", "old"):
        for person in range(4):
            seat = take_part(campaign, age=age)
            for _ in range(40):
                assignment = serve(seat)
                is_split = age == "old" and assignment.item.external_id in hard and person % 2
                preferred = "r2" if is_split else "r1"
                judge(assignment, {"overall": {"preferred": preferred, "strength": 2}})
    assert adapt(campaign) == 8
    raised = Coverage.objects.filter(target__gt=4).select_related("item", "stratum")
    where = Counter((cell.stratum.key, cell.item.external_id in hard) for cell in raised)
    assert where["old", True] >= 6


def test_rankings_and_several_criteria_are_read_too():
    criteria = [{"key": key, "label": key} for key in ("clear", "kind")]
    campaign = open_with_items(
        12, 3, task_type="ranking", criteria=criteria, **ADAPTIVE, adaptive={"budget": 9, "most": 4}
    )
    for order in (["r1", "r2", "r3"], ["r3", "r2", "r1"]):
        seat = take_part(campaign)
        while isinstance(served := next_assignment(seat), Assignment):
            ranking = {"ranking": [[one] for one in order]}
            same = {"ranking": [["r1"], ["r2"], ["r3"]]}
            judge(served, {"clear": ranking if served.item_id % 2 else same, "kind": same})
    assert adapt(campaign) == 1
    raised = Coverage.objects.get(target=3)
    assert 0 < raised.inclusion < 1


def test_answers_without_a_grade_are_no_error():
    campaign = open_with_items(6, **ADAPTIVE, adaptive={"budget": 3, "most": 4})
    for _ in range(2):
        seat = take_part(campaign)
        while isinstance(served := next_assignment(seat), Assignment):
            judge(served, {"overall": {"outcome": "both_bad"}})
    assert adapt(campaign) == 1


def test_a_pass_over_slices_meets_each_item_once_and_spreads_the_budget(monkeypatch):
    monkeypatch.setattr(adapting, "ITEMS_AT_ONCE", 10)
    campaign, _hard = answered(items=40, contested=20, budget=8, most=5)
    met = []
    whole = adapting.next_slice

    def noted(*args):
        part = whole(*args)
        met.append(sorted({cell.item_id for cell in part.cells}))
        return part

    monkeypatch.setattr(adapting, "next_slice", noted)
    # Two of each slice's ten complete cells: a part of 0.1, at most, of 40 is 4 a pass.
    assert [adapt(campaign), adapt(campaign), adapt(campaign)] == [4, 4, 0]
    assert [len(items) for items in met] == [10] * 8
    first, second = (sorted(chain.from_iterable(one)) for one in (met[:4], met[4:]))
    assert first == second
    assert len(set(first)) == 40
    campaign.refresh_from_db()
    assert (campaign.adaptive_granted, campaign.adaptive_rounds) == (8, 8)


def test_a_small_budget_is_spread_over_the_pass(monkeypatch):
    """One judgment for four slices: it may go to any of them, not always to the first."""
    monkeypatch.setattr(adapting, "ITEMS_AT_ONCE", 5)
    where = set()
    for seed in range(6):
        campaign, _hard = answered(items=20, contested=20, budget=1, most=5)
        Campaign.objects.filter(pk=campaign.pk).update(seed=seed)
        for _ in range(30):
            if adapt(campaign):
                break
        campaign.refresh_from_db()
        assert campaign.adaptive_granted == 1
        where.add((campaign.adaptive_rounds - 1) % 4)
    assert len(where) > 1


def test_cells_that_are_at_work_meanwhile_are_left_alone():
    campaign, _hard = answered(items=4)
    cells = list(Coverage.objects.filter(stratum__campaign=campaign).order_by("pk"))
    Coverage.objects.filter(pk=cells[0].pk).update(target=3)
    Coverage.objects.filter(pk=cells[1].pk).update(target=4, submitted=4)
    drawn = {cell.pk: 0.25 for cell in cells}
    assert want_one_more(campaign, drawn) == 2
    found = Coverage.objects.filter(pk__in=drawn).order_by("pk")
    assert list(found.values_list("target", "inclusion")) == [
        (3, 1.0),
        (4, 1.0),
        (3, 0.25),
        (3, 0.25),
    ]


def test_nothing_is_allotted_once_the_campaign_is_paused_or_the_budget_spent():
    campaign, _hard = answered(items=20, budget=2)
    Campaign.objects.filter(pk=campaign.pk).update(status="paused")
    assert (adapt(campaign), adapt_open_campaigns()) == (0, 0)
    Campaign.objects.filter(pk=campaign.pk).update(status="open")
    assert [adapt(campaign), adapt(campaign), adapt_open_campaigns()] == [2, 0, 0]
    judge_everything(take_part(campaign))
    assert sum(targets(campaign).values()) == 42
