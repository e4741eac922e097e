"""What researchers read: numbers, coverage, judgments, items; in a fixed number of queries."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from annotation.models import Campaign, PlanningRun, Stratum
from annotation.selectors import research
from annotation.services.reconciling import request_reconciliation
from annotation.tasks import run_reconciliation
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    import_lines,
    item_line,
    judge,
    judge_everything,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db

# Person and campaign (the session is in the cache); then what the page itself reads.
QUERIES = {
    "/research/": 6,
    "/research/{slug}/": 11,
    "/research/{slug}/coverage/": 8,
    "/research/{slug}/judgments/": 4,
    "/research/{slug}/items/": 4,
    "/research/{slug}/items/q1/": 8,
}


def page_of(client: Client, campaign: Campaign, page: str = "") -> str:
    client.force_login(campaign.owner)
    return client.get(f"/research/{campaign.slug}/{page}").content.decode()


@pytest.mark.parametrize("path", QUERIES)
def test_pages_ask_the_same_number_of_queries_at_one_and_at_many_rows(
    client: Client, path: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    owner = make_user(Role.RESEARCHER)
    client.force_login(owner)
    first = open_with_items(1, owner=owner, questions=[AGE_QUESTION], strata=AGE_STRATA)
    judge_everything(take_part(first, age="young"))
    client.get(path.format(slug=first.slug))  # renders and caches what is shown
    with django_assert_num_queries(QUERIES[path]):
        client.get(path.format(slug=first.slug))

    many = open_with_items(7, owner=owner, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for age in ("young", "old", "young"):
        judge_everything(take_part(many, age=age))
    client.get(path.format(slug=many.slug))
    with django_assert_num_queries(QUERIES[path]):
        client.get(path.format(slug=many.slug))


def test_list_shows_coverage(client: Client) -> None:
    campaign = open_with_items(2)
    judge(serve(take_part(campaign)))
    client.force_login(campaign.owner)
    listed = client.get("/research/").context["page"].object_list
    assert [(one.campaign, one.submitted, one.wanted) for one in listed] == [(campaign, 1, 4)]


def test_draft_without_items_says_what_is_missing(client: Client) -> None:
    campaign = make_campaign()
    assert "This campaign has no items yet." in page_of(client, campaign)
    assert "It has no items yet" in page_of(client, campaign, "open/")
    add_items(campaign, 1)
    assert "nothing is missing" in page_of(client, campaign)


def test_numbers_count_what_there_is(client: Client) -> None:
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    young = take_part(campaign, age="young")
    judge(serve(young))
    serve(young)
    client.force_login(campaign.owner)
    numbers = client.get(f"/research/{campaign.slug}/").context["numbers"]
    assert {key: numbers[key] for key in numbers if key not in ("strata", "counted")} == {
        "items": 2,
        "judgments": 1,
        "seats": 1,
        "wanted": 6,
        "submitted": 1,
        "leased": 1,
        "planning": False,
    }


def test_numbers_refresh_only_while_they_can_change(client: Client) -> None:
    campaign = open_with_items(1)
    assert 'hx-trigger="every 5s"' in page_of(client, campaign)
    part = client.get(f"/research/{campaign.slug}/", headers={"HX-Request": "true"})
    assert 'id="numbers"' in part.content.decode()
    assert "<html" not in part.content.decode()
    client.post(f"/research/{campaign.slug}/close/")
    assert "hx-trigger" not in page_of(client, campaign)


def test_lifecycle_goes_by_its_pages(client: Client) -> None:
    campaign = make_campaign()
    client.force_login(campaign.owner)
    for step, status in (
        ("open", "open"),
        ("pause", "paused"),
        ("open", "open"),
        ("close", "closed"),
    ):
        assert client.get(f"/research/{campaign.slug}/{step}/").status_code == 200
        response = client.post(f"/research/{campaign.slug}/{step}/")
        assert response["Location"] == f"/research/{campaign.slug}/"
        campaign.refresh_from_db()
        assert campaign.status == status
    assert PlanningRun.objects.filter(campaign=campaign).count() == 2
    again = client.post(f"/research/{campaign.slug}/open/")
    assert again.status_code == 409
    assert "That is not possible now" in again.content.decode()


def test_coverage_shows_each_cell(client: Client) -> None:
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=AGE_STRATA)
    judge(serve(take_part(campaign, age="young")))
    serve(take_part(campaign, age="young"))
    client.force_login(campaign.owner)
    [(item, cells)] = client.get(f"/research/{campaign.slug}/coverage/").context["rows"]
    assert item.external_id == "q1"
    assert cells == [research.Cell(1, 1, 2), research.Cell(0, 0, 1)]
    assert cells[0].marks == ["submitted", "leased"]
    assert cells[1].marks == ["open"]


def test_coverage_not_planned_yet_is_said(client: Client) -> None:
    campaign = open_with_items(1)
    campaign.strata.get().coverage.all().delete()
    assert "not planned yet" in page_of(client, campaign, "coverage/")


def test_coverage_of_a_large_target_is_numbers_alone() -> None:
    assert research.Cell(3, 1, 40).marks == []


def test_coverage_and_items_are_paged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(research, "ITEMS_A_PAGE", 2)
    campaign = open_with_items(3)
    for page in ("coverage/", "items/"):
        first = page_of(client, campaign, page)
        assert "items/q2/" in first
        assert "items/q3/" not in first
        assert 'href="?after=q2"' in first
        last = page_of(client, campaign, f"{page}?after=q2")
        assert "items/q3/" in last
        assert 'href="?before=q3"' in last
        assert 'rel="next"' not in last
        back = page_of(client, campaign, f"{page}?before=q3")
        assert "items/q1/" in back
        assert 'href="?after=q2"' in back
        assert "items/q2/" in page_of(client, campaign, f"{page}?from=q11")
        assert "No item comes there or later" in page_of(client, campaign, f"{page}?from=z%00")


def test_campaigns_are_paged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(research, "CAMPAIGNS_A_PAGE", 2)
    owner = make_user(Role.RESEARCHER)
    made = [make_campaign(owner) for _number in range(3)]
    client.force_login(owner)
    assert f"/research/{made[0].slug}/" not in client.get("/research/").content.decode()
    last = client.get("/research/?page=2").content.decode()
    assert f"/research/{made[0].slug}/" in last
    assert "page 2 of 2" in last


def test_judgments_are_paged_by_keyset(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(research, "JUDGMENTS_A_PAGE", 2)
    campaign = open_with_items(5)
    ids = [judgment.pk for judgment in judge_everything(take_part(campaign))]
    client.force_login(campaign.owner)

    def shown(query: str) -> list[int | str]:
        page = client.get(f"/research/{campaign.slug}/judgments/{query}").context["page"]
        numbers = [ids.index(line.judgment.pk) for line in page.lines]
        return [*numbers, "newer" if page.newer else "", "older" if page.older else ""]

    assert shown("") == [4, 3, "", "older"]
    assert shown(f"?before={ids[3]}") == [2, 1, "newer", "older"]
    assert shown(f"?before={ids[1]}") == [0, "newer", ""]
    assert shown(f"?after={ids[0]}") == [2, 1, "newer", "older"]
    assert shown(f"?after={ids[2]}") == [4, 3, "", "older"]
    assert shown("?before=nonsense") == [4, 3, "", "older"]
    assert shown("?before=99999999999999999999") == [4, 3, "", "older"]


def test_judgment_names_responses_by_the_items_order(client: Client) -> None:
    campaign = open_with_items(1)
    seat = take_part(campaign)
    assignment = serve(seat)
    answers = {"overall": {"preferred": "r2", "strength": 1}}
    judgment = judge(assignment, answers, reason="<b>kinder</b>", active_ms=1234)
    page = page_of(client, campaign, "judgments/")
    assert "B slightly better" in page
    assert seat.annotator.pseudonym in page
    assert seat.annotator.user.email not in page
    assert "&lt;b&gt;kinder&lt;/b&gt;" in page
    assert "1234 ms" in page
    assert '{"overall": {"strength": 1, "preferred": "r2"}}'.replace('"', "&quot;") in page
    assert judgment.content_hashes["prompt"] in page


def test_item_shows_models_and_its_judgments(client: Client) -> None:
    campaign = open_with_items(2)
    judge_everything(take_part(campaign))
    page = page_of(client, campaign, "items/q2/")
    assert "model-1x" in page
    assert "Answer 2 to q2" in page
    assert "A clearly better" in page or "B clearly better" in page
    assert page_of(client, campaign, "items/q9/").count("There is nothing here") == 1


def test_the_campaign_page_tells_of_counters_that_had_drifted(client: Client) -> None:
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    request_reconciliation(campaign)
    assert "did not agree" not in page_of(client, campaign)
    Stratum.objects.filter(campaign=campaign).update(seats_taken=3)
    run_reconciliation(request_reconciliation(campaign).pk)
    assert "found 1 counter that did not agree" in page_of(client, campaign)
    run_reconciliation(request_reconciliation(campaign).pk)
    assert "did not agree" not in page_of(client, campaign)


# Coverage as files


def coverage_file(client: Client, campaign: Campaign, extension: str) -> str:
    client.force_login(campaign.owner)
    response = client.get(f"/research/{campaign.slug}/tables/coverage.{extension}")
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def test_coverage_is_a_file_of_all_cells_however_many_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research, "ITEMS_AT_ONCE", 2)
    campaign = open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA)
    judge(serve(take_part(campaign, age="old")))
    [judged] = campaign.judgments.values_list("item__external_id", flat=True)
    expected = [
        {
            "item": item,
            "stratum": stratum,
            "submitted": int((item, stratum) == (judged, "old")),
            "leased": 0,
            "target": target,
        }
        for item in ("q1", "q2", "q3")
        for stratum, target in (("young", 2), ("old", 1))
    ]
    assert json.loads(coverage_file(client, campaign, "json")) == expected
    rows = list(csv.DictReader(io.StringIO(coverage_file(client, campaign, "csv"))))
    assert rows == [{name: str(value) for name, value in row.items()} for row in expected]


def test_coverage_of_nothing_is_an_empty_file(client: Client) -> None:
    campaign = make_campaign()
    assert json.loads(coverage_file(client, campaign, "json")) == []
    assert coverage_file(client, campaign, "csv") == ""


def test_coverage_files_keep_spreadsheets_from_running_ids(client: Client) -> None:
    campaign = make_campaign()
    assert import_lines(campaign, [item_line("=1+1")]).state == "done"
    assert "'=1+1" in coverage_file(client, campaign, "csv")


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR])
def test_coverage_files_are_for_those_who_manage_the_campaign(client: Client, role: str) -> None:
    campaign = open_with_items(1)
    client.force_login(make_user(role))
    for extension in ("csv", "json"):
        path = f"/research/{campaign.slug}/tables/coverage.{extension}"
        assert client.get(path).status_code == 404
    client.force_login(campaign.owner)
    assert client.get(f"/research/{campaign.slug}/tables/coverage.xlsx").status_code == 404
