"""Design, forecast and positions: who sees them, what they say, and what they can be fetched as."""

import csv
import io
import json
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from accounts.enums import Role
from annotation.models import Campaign, Coverage
from annotation.selectors import forecast as forecasts
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db

PAGES = ["design/", "forecast/", "positions/"]
TABLES = [
    f"tables/{name}.{extension}"
    for name in ("design", "pairs", "forecast", "positions")
    for extension in ("csv", "json")
]
# Person and campaign (the session is in the cache); then what the page itself reads.
QUERIES = {
    "design/": 4,
    "forecast/": 6,
    "positions/": 4,
    "tables/pairs.csv": 4,
    "tables/forecast.json": 6,
    "tables/positions.csv": 4,
}


def by_age(items=2, **parts):
    return open_with_items(items, questions=[AGE_QUESTION], strata=AGE_STRATA, **parts)


def page(client, campaign, path, **data):
    client.force_login(campaign.owner)
    return client.get(f"/research/{campaign.slug}/{path}", data)


def table(client, campaign, name, **data):
    response = page(client, campaign, f"tables/{name}.csv", **data)
    assert response.status_code == 200, response.content
    return list(csv.DictReader(io.StringIO(response.content.decode())))


# Who sees what


@pytest.mark.parametrize("path", [*PAGES, *TABLES])
def test_owner_and_admin_see_and_others_find_nothing(client, path):
    campaign = by_age()
    address = f"/research/{campaign.slug}/{path}"
    judge(serve(take_part(campaign, age="young")))
    for user in (campaign.owner, make_user(Role.ADMIN)):
        client.force_login(user)
        assert client.get(address).status_code == 200
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        client.force_login(make_user(role))
        response = client.get(address)
        assert response.status_code == 404
        assert campaign.title not in response.content.decode()
    client.logout()
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (
        302,
        f"/accounts/sign-in/?next={address}",
    )


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_draft_without_items_are_there(client, path):
    assert page(client, make_campaign(), path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, *TABLES])
def test_pages_only_read(client, path):
    campaign = by_age()
    client.force_login(campaign.owner)
    assert client.post(f"/research/{campaign.slug}/{path}").status_code == 405


@pytest.mark.parametrize("path", ["tables/other.csv", "tables/design.xlsx"])
def test_tables_that_do_not_exist_are_not_found(client, path):
    assert page(client, by_age(), path).status_code == 404


@pytest.mark.parametrize("path", QUERIES)
def test_queries_do_not_grow_with_rows(client, path, django_assert_num_queries):
    owner = make_user(Role.RESEARCHER)
    one, many = by_age(1, owner=owner), by_age(7, owner=owner)
    judge_everything(take_part(one, age="young"))
    for age in ("young", "old", "young"):
        judge_everything(take_part(many, age=age))
    for campaign in (one, many):
        page(client, campaign, path)
        client.force_login(owner)
        client.get("/research/")
        with django_assert_num_queries(QUERIES[path]):
            client.get(f"/research/{campaign.slug}/{path}")


def test_campaign_page_leads_to_all_three(client):
    campaign = by_age()
    html = page(client, campaign, "").content.decode()
    for path in PAGES:
        assert f'href="/research/{campaign.slug}/{path}"' in html


# Design


def test_design_begins_from_the_campaign(client):
    campaign = by_age(5, max_per_annotator=4)
    plan = page(client, campaign, "design/").context["plan"]
    assert (plan.design.items, plan.design.cap) == (5, 4)
    assert dict(plan.design.targets) == {"young": 2, "old": 1}
    assert [(one.key, one.judgments, one.people) for one in plan.strata] == [
        ("young", 10, 3),
        ("old", 5, 2),
    ]


def test_design_follows_what_is_supposed(client):
    response = page(
        client,
        by_age(),
        "design/",
        **{
            "items": 100,
            "targets[young]": 3,
            "people[old]": 25,
            "seconds": 36,
            "pay": 20,
            "cap": 20,
        },
    )
    rows = [
        (one.judgments, one.people, one.hours, one.cost) for one in response.context["plan"].strata
    ]
    assert rows == [(300, 15, 3.0, 60.0), (100, 25, 1.0, 20.0)]
    html = response.content.decode()
    assert '<td class="num">80.00</td>' in html
    assert "young – old" in html
    assert 'name="targets[young]" value="3"' in html


def test_htmx_gets_the_results_alone_with_downloads_of_what_is_supposed(client):
    campaign = by_age()
    client.force_login(campaign.owner)
    response = client.get(
        f"/research/{campaign.slug}/design/", {"items": 77}, headers={"HX-Request": "true"}
    )
    html = response.content.decode()
    assert "<html" not in html
    assert "<form" not in html
    assert 'id="results"' in html
    assert "design.csv?items=77" in html
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"items": 0}, "items"),
        ({"items": "many"}, "items"),
        ({"seconds": "nan"}, "seconds"),
        ({"pay": "inf"}, "pay"),
        ({"pay": -1}, "pay"),
        ({"base": 0.95, "difference": 0.1}, "difference"),
        ({"measure": "votes"}, "measure"),
        ({"targets[young]": -1}, "targets[young]"),
        ({"targets[young]": 101}, "targets[young]"),
        ({"person_sd": 9}, "person_sd"),
        ({"items": 1_000_000, "targets[young]": 100, "cap": 1}, "cap"),
    ],
)
def test_what_does_not_fit_is_said_and_not_calculated(client, given, name):
    campaign = by_age()
    response = page(client, campaign, "design/", **given)
    assert response.status_code == 422
    assert name in response.context["form"].errors
    assert "These assumptions do not fit" in response.content.decode()
    assert page(client, campaign, "tables/design.csv", **given).status_code == 400


def test_grades_may_differ_by_more_than_shares(client):
    response = page(client, by_age(), "design/", measure="grade", base=0.9, difference=0.5)
    assert response.status_code == 200
    assert "mean grades" in response.content.decode()


def test_a_stratum_with_too_few_seats_is_marked(client):
    strata = [{**AGE_STRATA[0], "quota": 2}, AGE_STRATA[1]]
    campaign = open_with_items(10, questions=[AGE_QUESTION], strata=strata)
    assert "more than its 2 seats" in page(client, campaign, "design/", cap=5).content.decode()
    assert "more than its" not in page(client, campaign, "design/", cap=10).content.decode()


def test_a_campaign_of_one_stratum_has_no_pairs(client):
    assert "nothing to compare" in page(client, open_with_items(2), "design/").content.decode()


def test_design_table_ends_with_the_sum_and_names_its_parameters(client):
    campaign = by_age(5)
    rows = table(client, campaign, "design", seconds=72, cap=5)
    assert [(row["stratum"], row["judgments"]) for row in rows] == [
        ("young", "10"),
        ("old", "5"),
        ("", "15"),
    ]
    assert rows[0]["parameter_seconds"] == "72.0"
    assert json.loads(rows[0]["parameter_targets"]) == {"young": 2, "old": 1}
    assert rows[0]["method"]
    [pair] = table(client, campaign, "pairs", cap=2)
    assert (pair["first"], pair["judgments_first"], pair["people_second"]) == ("young", "10", "3")
    assert float(pair["simulated_width"]) > 0
    assert float(pair["formula_width"]) > 0


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
    assert (young.state, old.state) == ("moving", "stuck")
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
    assert (later.arrival.count, later.state) == (0, "stuck" if later.remaining else "done")


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
    spreads = forecasts.coverage_spreads(campaign)
    assert sorted(spread.items for spread in spreads.values()) == [2, 3]


def test_rare_levels_are_neither_nothing_nor_all():
    from annotation.views.research_design import percent

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
    assert (old["state"], old["finish_at"]) == ("stuck", "")
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
