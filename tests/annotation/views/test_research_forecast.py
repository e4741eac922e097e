"""Forecasts and effects of position: what the pages and tables say of a campaign under way."""

import csv
import io
import json
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from annotation.models import Campaign, Coverage
from annotation.selectors import counting
from annotation.selectors import forecast as forecasts
from annotation.views.research_design import percent
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db


def by_age(items=2):
    return open_with_items(items, questions=[AGE_QUESTION], strata=AGE_STRATA)


def page(client, campaign, path):
    client.force_login(campaign.owner)
    return client.get(f"/research/{campaign.slug}/{path}")


def table(client, campaign, name):
    response = page(client, campaign, f"tables/{name}.csv")
    return list(csv.DictReader(io.StringIO(response.content.decode())))


# Forecast


def forecast_of(client, campaign, **ahead):
    with mock.patch(
        "annotation.views.research_design.timezone.now",
        return_value=timezone.now() + timedelta(**ahead),
    ):
        return page(client, campaign, "forecast/")


def opened_days_ago(campaign, days):
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=timezone.now() - timedelta(days=days))
    campaign.refresh_from_db()


def test_forecast_counts_days_and_people(client):
    campaign = by_age(4)
    opened_days_ago(campaign, 10)
    judge_everything(take_part(campaign, age="young"))
    judge(serve(take_part(campaign, age="young")))
    young, old = forecast_of(client, campaign, hours=30).context["forecast"].strata
    assert young.by_day == [0, 5, 0, 0, 0, 0, 0]
    assert (young.active_day, young.active_week, young.remaining) == (0, 2, 3)
    assert young.arrival.rate == pytest.approx(5 / 7)
    assert young.finish.days == pytest.approx(3 / (5 / 7))
    assert (young.outlook, old.outlook) == ("moving", "stuck")
    assert (young.recruiting.each, young.recruiting.people) == (2.5, 2)
    assert (old.recruiting.basis, old.recruiting.each, old.recruiting.people) == (
        "campaign",
        2.5,
        2,
    )


def test_forecast_of_a_young_campaign_looks_back_to_its_opening(client):
    campaign = by_age(4)
    opened_days_ago(campaign, 2)
    judge(serve(take_part(campaign, age="young")))
    seen = forecast_of(client, campaign).context["forecast"]
    assert seen.days == pytest.approx(2, abs=0.01)
    assert "less than a day" not in forecast_of(client, campaign).content.decode()
    opened_days_ago(campaign, 0.1)
    assert "less than a day" in forecast_of(client, campaign).content.decode()
    assert seen.strata[0].arrival.rate == pytest.approx(0.5, abs=0.01)


def test_stuck_strata_come_first_and_done_ones_not_at_all(client):
    campaign = by_age(3)
    judge_everything(take_part(campaign, age="old"))
    response = forecast_of(client, campaign, hours=1)
    assert [one.key for one in response.context["whom_next"]] == ["young"]
    html = response.content.decode()
    assert "Nothing has come in." in html
    assert "as seen in the other strata" in html
    assert '<span class="badge badge-done">done</span>' in html


def test_old_judgments_and_repeats_do_not_arrive(client):
    campaign = open_with_items(8, overlap=1, repeat_rate=0.5)
    seat = take_part(campaign)
    with mock.patch("annotation.services.serving.random.random", return_value=1.0, create=True):
        judgments = [judge(serve(seat)) for _number in range(7)]
    counted = sum(not judgment.is_repeat for judgment in judgments)
    [now] = forecast_of(client, campaign, minutes=1).context["forecast"].strata
    assert now.arrival.count == counted
    [later] = forecast_of(client, campaign, days=8).context["forecast"].strata
    assert (later.arrival.count, later.outlook) == (0, "stuck" if later.remaining else "done")


def test_too_few_seats_are_said(client):
    strata = [{**AGE_STRATA[0], "quota": 1}, AGE_STRATA[1]]
    campaign = open_with_items(4, questions=[AGE_QUESTION], strata=strata)
    judge(serve(take_part(campaign, age="young")))
    html = forecast_of(client, campaign, hours=1).content.decode()
    assert "Only 0 seats are left." in html


def test_nobody_is_lacked_when_all_is_covered(client):
    campaign = open_with_items(2, overlap=1)
    judge_everything(take_part(campaign))
    assert "no stratum lacks judgments" in forecast_of(client, campaign, hours=1).content.decode()


def test_items_are_spread_by_judgments_submitted(client):
    campaign = by_age(4)
    judge(serve(take_part(campaign, age="young")))
    judge_everything(take_part(campaign, age="young"))
    young, old = forecast_of(client, campaign).context["forecast"].strata
    assert [(level.submitted, level.items) for level in young.spread.levels] == [(1, 3), (2, 1)]
    assert (young.spread.full, young.spread.wanted, young.spread.remaining) == (1, 8, 3)
    assert [(level.submitted, level.share) for level in old.spread.levels] == [(0, 1.0)]


def test_items_that_want_nothing_are_left_out_of_the_spread():
    campaign = by_age(3)
    Coverage.objects.filter(stratum__key="old", item__external_id="q1").update(target=0)
    spreads = forecasts.coverage_spreads(counting.cells(campaign, timezone.now()))
    assert sorted(spread.items for spread in spreads.values()) == [2, 3]


def test_rare_levels_are_neither_nothing_nor_all():
    assert [percent(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0",
        "< 1",
        "50",
        "> 99",
        "100",
    ]


def test_forecast_table_and_json_agree(client):
    campaign = by_age(4)
    judge(serve(take_part(campaign, age="young")))
    young, old = table(client, campaign, "forecast")
    body = json.loads(page(client, campaign, "tables/forecast.json").content)
    assert (young["stratum"], young["last_week_n"], young["remaining"]) == ("young", "1", "7")
    assert (old["outlook"], old["finish_at"]) == ("stuck", "")
    assert [one["stratum"] for one in body["strata"]] == ["young", "old"]
    assert body["strata"][1]["finish"] == {"days": None, "at": None, "low": None, "high": None}
    assert body["whom_next"] == ["old", "young"]


# Positions


def test_positions_of_few_annotators_are_not_told(client):
    campaign = open_with_items(2, overlap=9)
    for _person in range(4):
        judge_everything(take_part(campaign))
    response = page(client, campaign, "positions/")
    assert response.context["shares"] == []
    assert "Fewer than 5 annotators" in response.content.decode()
    [row] = table(client, campaign, "positions")
    assert (row["suppressed"], "value" in row) == ("True", False)


def test_positions_count_decided_answers_by_what_was_shown_first(client):
    campaign = open_with_items(4, overlap=9)
    key = campaign.criterion_keys[0]
    for number in range(5):
        seat = take_part(campaign)
        judge(serve(seat), {key: {"outcome": "tie"}})
        for turn in range(3):
            assignment = serve(seat)
            preferred = assignment.presented_order[1 if turn == number == 0 else 0]
            judge(assignment, {key: {"preferred": preferred, "strength": 1}})
    [row] = table(client, campaign, "positions")
    assert (row["quantity"], row["n"]) == ("share preferring the first shown", "15")
    assert float(row["value"]) == pytest.approx(14 / 15)
    assert float(row["low"]) == pytest.approx(0.7018, abs=0.0001)
    assert "0.93" in page(client, campaign, "positions/").content.decode()


@pytest.mark.parametrize(
    ("young", "old", "groups"),
    [
        (5, 5, [("young", "False"), ("old", "False"), ("", "False")]),
        # All together would give the old away by subtraction.
        (6, 2, [("young", "False"), ("old", "True")]),
        (3, 3, [("young", "True"), ("old", "True"), ("", "False")]),
        (1, 1, [("young", "True"), ("old", "True")]),
    ],
)
def test_positions_of_all_strata_give_no_small_group_away(client, young, old, groups):
    strata = [{**one, "target": 9} for one in AGE_STRATA]
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=strata)
    for age, people in (("young", young), ("old", old)):
        for _person in range(people):
            judge(serve(take_part(campaign, age=age)))
    rows = table(client, campaign, "positions")
    assert [(row["stratum"], row["suppressed"]) for row in rows] == groups
    if groups[-1] == ("", "False"):
        assert rows[-1]["n"] == str(young + old)
        assert "all together" in page(client, campaign, "positions/").content.decode()


def test_positions_of_rankings_are_mean_ranks(client):
    campaign = open_with_items(3, responses=3, task_type="ranking", overlap=9)
    key = campaign.criterion_keys[0]
    for _person in range(5):
        seat = take_part(campaign)
        for _item in range(3):
            assignment = serve(seat)
            first, second, third = assignment.presented_order
            judge(assignment, {key: {"ranking": [[first], [second, third]]}})
    rows = table(client, campaign, "positions")
    assert [(row["position"], row["value"], row["low"], row["n"]) for row in rows] == [
        ("1", "1.0", "1.0", "15"),
        ("2", "2.5", "2.5", "15"),
        ("3", "2.5", "2.5", "15"),
    ]
    assert "3 of 3" in page(client, campaign, "positions/").content.decode()


def test_nobody_has_judged(client):
    assert "Nobody has judged" in page(client, open_with_items(1), "positions/").content.decode()
