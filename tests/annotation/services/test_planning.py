import pytest
from django.db import connection

from annotation.models import Coverage, PlanningRun
from annotation.services import planning
from annotation.services.planning import plan_coverage, request_planning
from annotation.tasks import run_planning
from tests.factories import AGE_QUESTION, AGE_STRATA, add_items, make_campaign

pytestmark = pytest.mark.django_db


def cells(campaign):
    return Coverage.objects.filter(stratum__campaign=campaign)


def test_planning_again_adds_only_what_is_missing():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    add_items(campaign, 4)
    before = set(cells(campaign).values_list("pk", "shuffle"))
    plan_coverage(campaign)
    assert set(cells(campaign).values_list("pk", "shuffle")) == before
    first = min(pk for pk, _shuffle in before)
    Coverage.objects.filter(pk=first).delete()
    plan_coverage(campaign)
    assert cells(campaign).count() == 8


def test_orders_are_balanced_over_the_items_of_each_stratum():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    add_items(campaign, 20)
    for stratum in campaign.strata.all():
        offsets = cells(campaign).filter(stratum=stratum).values_list("order_offset", flat=True)
        assert sorted(offset % 2 for offset in offsets) == [0] * 10 + [1] * 10
        assert sorted(offsets) == list(range(1, 21))
        assert list(offsets.order_by("item_id")) != list(range(1, 21))


def test_planning_goes_in_chunks_and_reports_them(monkeypatch):
    campaign = make_campaign()
    add_items(campaign, 5)
    cells(campaign).delete()
    monkeypatch.setattr(planning, "CELLS_AT_ONCE", 2)
    job = request_planning(campaign)
    run_planning(job.pk)
    job.refresh_from_db()
    assert (job.state, job.steps_done, job.steps_total) == ("done", 5, 5)
    assert cells(campaign).count() == 5


def test_planning_asks_as_many_statements_for_ten_items_as_for_one(django_assert_num_queries):
    for count in (1, 10):
        campaign = make_campaign()
        add_items(campaign, count)
        with django_assert_num_queries(8):
            plan_coverage(campaign)


def test_planning_a_campaign_without_items_plans_nothing():
    campaign = make_campaign()
    job = request_planning(campaign)
    run_planning(job.pk)
    assert PlanningRun.objects.get().state == "done"
    assert cells(campaign).count() == 0


def test_the_database_refuses_a_cell_over_its_target():
    campaign = make_campaign(overlap=1)
    add_items(campaign, 1)
    with pytest.raises(Exception, match="coverage_within_target"), connection.cursor() as cursor:
        cursor.execute("UPDATE annotation_coverage SET leased = 1, submitted = 1")
