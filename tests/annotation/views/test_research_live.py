"""The dashboard as a page, a part of it, and a body: who sees it, how it comes anew."""

import pytest

from accounts.enums import Role
from annotation.models import Campaign
from annotation.selectors import counting, research
from annotation.services import summarising
from annotation.services.summarising import request_due_summaries
from annotation.tasks import run_summary
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge,
    judge_everything,
    make_annotator,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def campaign():
    campaign = open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA)
    judge(serve(take_part(campaign, age="young")), active_ms=12_000)
    return campaign


@pytest.fixture
def large(monkeypatch):
    for module in (counting, summarising):
        monkeypatch.setattr(module, "LIVE_CELLS", 1)
        monkeypatch.setattr(module, "LIVE_JUDGMENTS", 1)
    monkeypatch.setattr(research, "LIVE_CELLS", 1)


def address(campaign):
    return f"/research/{campaign.slug}/live/"


def rest(campaign):
    return f"/api/v1/campaigns/{campaign.slug}/live/"


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), (Role.ADMIN, 200), (Role.RESEARCHER, 404), (Role.ANNOTATOR, 404)],
)
def test_only_those_who_run_the_campaign_see_it(client, campaign, role, status):
    user = campaign.owner if role == "owner" else make_user(role)
    client.force_login(user)
    assert client.get(address(campaign)).status_code == status
    assert api(user).get(rest(campaign)).status_code == status


def test_visitors_sign_in_first_and_programs_are_refused(client, campaign):
    assert client.get(address(campaign)).status_code == 302
    assert api().get(rest(campaign)).status_code == 401
    seated = take_part(campaign, make_annotator(), age="old").annotator.user
    assert api(seated).get(rest(campaign)).status_code == 404


def test_the_page_shows_figures_with_the_tables_behind_the_charts(client, campaign):
    client.force_login(campaign.owner)
    html = client.get(address(campaign)).content.decode()
    assert "1 of 6 judgments" in html
    assert "12.0 s" in html
    assert html.count('<rect class="days-bar"') == 48 + 30
    assert "gave a first judgment" in html
    assert "passed the questions" not in html


def test_htmx_gets_the_figures_alone_and_asks_for_them_again(client, campaign):
    client.force_login(campaign.owner)
    part = client.get(address(campaign), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="figures"')
    assert "<html" not in part
    assert f'hx-get="{address(campaign)}" hx-trigger="every 15s, look"' in part
    assert "<script" not in part


def test_the_body_says_the_same(campaign):
    body = api(campaign.owner).get(rest(campaign)).json()
    assert body["counted_at"] == body["now"]
    assert (len(body["hours"]), len(body["days"])) == (48, 30)
    assert sum(one["judgments"] for one in body["days"]) == 1
    young, old = body["strata"]
    assert (young["stratum"], young["submitted"], young["target"], young["seats"]) == (
        *("young", 1, 6, 1),
    )
    assert (old["submitted"], old["quota"]) == (0, None)
    assert body["times"][0] == {
        **{"stratum": None, "n": 1},
        **{"lower": 12.0, "median": 12.0, "upper": 12.0},
    }
    assert [one["people"] for one in body["funnel"]] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("people", [1, 8])
def test_queries_stay_the_same_however_many_people_and_judgments(
    client, campaign, people, django_assert_num_queries
):
    for number in range(people):
        judge_everything(take_part(campaign, age="young" if number % 2 else "old"))
    client.force_login(campaign.owner)
    client.get("/research/")
    with django_assert_num_queries(MOST_QUERIES):
        client.get(address(campaign))


def test_a_large_campaign_waits_for_the_first_count_and_then_says_as_of_when(
    client, campaign, large
):
    client.force_login(campaign.owner)
    serve(take_part(campaign, age="old"))
    html = client.get(address(campaign)).content.decode()
    assert "The first figures come within a minute or two." in html
    assert "<dt>Now</dt><dd>1</dd>" in html
    assert "Throughput" not in html
    answer = api(campaign.owner).get(rest(campaign))
    assert (answer.status_code, answer.json()["code"]) == (409, "not-counted-yet")
    for job in request_due_summaries():
        run_summary(job.pk)
    html = client.get(address(campaign)).content.decode()
    assert "Counted by a worker" in html
    assert "Throughput" in html


def test_a_large_campaign_is_not_counted_in_the_request(
    client, campaign, large, django_assert_num_queries
):
    for job in request_due_summaries():
        run_summary(job.pk)
    client.force_login(campaign.owner)
    client.get("/research/")
    with django_assert_num_queries(7) as asked:
        client.get(address(campaign))
    for query in asked.captured_queries:
        for table in ("annotation_coverage", "annotation_judgment", "annotation_seat"):
            assert table not in query["sql"] or "LIMIT" in query["sql"]


def test_a_count_of_an_older_version_is_made_anew_although_nothing_has_changed(campaign, large):
    for job in request_due_summaries():
        run_summary(job.pk)
    kept = counting.newest_summary(campaign)
    kept.body = {name: part for name, part in kept.body.items() if name != "funnel"}
    kept.finished_at = kept.started_at = kept.counted_at - summarising.LEAST_PAUSE * 5
    kept.save()
    Campaign.objects.update(status="closed")
    assert [one.campaign for one in request_due_summaries()] == [campaign]
