from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from annotation.models import Coverage, PlanningRun
from annotation.services import planning
from annotation.services.planning import plan_coverage, plan_span, request_planning
from annotation.tasks import run_planning
from tests.factories import AGE_QUESTION, AGE_STRATA, add_items, make_campaign

pytestmark = pytest.mark.django_db
SHARES = {"a": 0.5, "b": 0.3, "c": 0.2}


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


def test_planning_a_span_leaves_other_items_alone():
    campaign = make_campaign()
    add_items(campaign, 4)
    cells(campaign).delete()
    ids = list(campaign.items.order_by("pk").values_list("pk", flat=True))
    assert list(plan_span(campaign, ids[1], ids[2])) == [(2, 2)]
    assert sorted(cells(campaign).values_list("item", flat=True)) == ids[1:3]


def test_a_cell_that_is_planned_again_wants_what_its_draw_gave_it():
    shares = [{"key": key, "where": {}, "share": share} for key, share in SHARES.items()]
    campaign = make_campaign(strata=shares, overlap=2)
    add_items(campaign, 30)
    before = list(cells(campaign).order_by("item", "stratum").values_list("target", "shuffle"))
    cells(campaign).filter(stratum__key="b").delete()
    plan_coverage(campaign)
    after = cells(campaign).order_by("item", "stratum").values_list("target", "shuffle")
    assert list(after) == before


@pytest.mark.django_db(transaction=True)
def test_two_jobs_that_plan_at_once_plan_each_cell_once(monkeypatch):
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    add_items(campaign, 40)
    cells(campaign).delete()
    monkeypatch.setattr(planning, "CELLS_AT_ONCE", 4)

    def plan(_number):
        try:
            plan_coverage(campaign)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(plan, range(2)))
    assert cells(campaign).count() == 80


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


def test_many_new_items_renew_what_the_database_knows_of_its_tables(monkeypatch):
    monkeypatch.setattr(planning, "WORTH_ANALYSING", 2)
    add_items(make_campaign(), 3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'annotation_coverage'")
        assert cursor.fetchone() == (3.0,)
