"""Pages of campaigns too large to be counted in a request: as of when, and what comes before."""

import csv
import io

import pytest

from annotation.models import Summary
from annotation.selectors import counting, research
from annotation.services import summarising
from annotation.services.summarising import request_due_summaries
from annotation.tasks import run_summary
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge_everything,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db
QUERIES = {"": 11, "coverage/": 8, "forecast/": 6, "positions/": 6, "tables/forecast.csv": 6}


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch):
    for module in (counting, summarising):
        monkeypatch.setattr(module, "LIVE_CELLS", 1)
        monkeypatch.setattr(module, "LIVE_JUDGMENTS", 1)
    monkeypatch.setattr(research, "LIVE_CELLS", 1)


@pytest.fixture
def campaign(client):
    campaign = open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for age in ("young", "old"):
        judge_everything(take_part(campaign, age=age))
    client.force_login(campaign.owner)
    return campaign


def count():
    """Let a worker count; returns when it did, as bodies say it."""
    for job in request_due_summaries():
        run_summary(job.pk)
    counted_at = Summary.objects.latest("pk").counted_at
    return counted_at.isoformat().replace("+00:00", "Z")


def html_of(client, campaign, path):
    response = client.get(f"/research/{campaign.slug}/{path}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["forecast/", "positions/"])
def test_before_the_first_count_a_page_looks_again_by_itself(client, campaign, path):
    assert 'hx-trigger="every 5s"' in html_of(client, campaign, path)
    count()
    assert "hx-trigger" not in html_of(client, campaign, path)


def test_before_the_first_count_numbers_are_left_open_and_cells_are_there(client, campaign):
    for path in ("", "coverage/"):
        html = html_of(client, campaign, path)
        assert "The first figures come within a minute or two." in html
        assert "<dd>–</dd>" in html or '<td class="num">–</td>' in html
    assert "1 / 2" in html_of(client, campaign, "coverage/")
    assert "being counted" in client.get("/research/").content.decode()


def test_after_it_pages_say_as_of_when(client, campaign):
    count()
    when = counting.newest_summary(campaign).counted_at.strftime("%H:%M")
    for path in ("", "coverage/", "positions/", "forecast/"):
        html = html_of(client, campaign, path)
        assert when in html
        assert "by a worker" in html
    assert "6 of 9" not in html_of(client, campaign, "")
    assert "3 of 6 judgments" in html_of(client, campaign, "")
    assert "67 %" in client.get("/research/").content.decode()


def test_figures_are_those_of_the_count_until_the_next(client, campaign):
    count()
    judge_everything(take_part(campaign, age="young"))
    rows = csv.DictReader(
        io.StringIO(client.get(f"/research/{campaign.slug}/tables/forecast.csv").content.decode())
    )
    assert [(row["stratum"], row["submitted"], row["remaining"]) for row in rows] == [
        ("young", "3", "3"),
        ("old", "3", "0"),
    ]


@pytest.mark.parametrize("path", QUERIES)
def test_queries_are_few_and_touch_neither_cells_nor_judgments_beyond_a_page(
    client, campaign, path, django_assert_num_queries
):
    count()
    client.get("/research/")
    client.get(f"/research/{campaign.slug}/{path}")
    with django_assert_num_queries(QUERIES[path]) as asked:
        client.get(f"/research/{campaign.slug}/{path}")
    for query in asked.captured_queries:
        if "annotation_coverage" in query["sql"] or "annotation_judgment" in query["sql"]:
            assert "LIMIT" in query["sql"] or 'item_id" IN (' in query["sql"]


def test_rest_says_so_before_the_first_count_and_when_after_it(campaign):
    manager = api(campaign.owner)
    address = f"/api/v1/campaigns/{campaign.slug}"
    for part in ("forecast", "positions"):
        answer = manager.get(f"{address}/{part}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "not-counted-yet")
    coverage = manager.get(f"{address}/coverage/").json()
    assert coverage["strata"][0]["submitted"] == 3
    assert coverage["items"][0]["submitted"] == 1
    when = count()
    for part in ("forecast", "positions"):
        assert manager.get(f"{address}/{part}/").json()["now"] == when


def test_rest_adds_coverage_up_now_until_it_would_take_too_long(campaign, monkeypatch):
    manager = api(campaign.owner)
    address = f"/api/v1/campaigns/{campaign.slug}/coverage/"
    counted_at = count()
    assert manager.get(address).json()["now"] > counted_at
    monkeypatch.setattr(counting, "EXACT_CELLS", 1)
    assert manager.get(address).json()["now"] == counted_at
