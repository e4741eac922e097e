"""Design, forecast and positions: who sees them, in how many queries; and what a design says."""

import csv
import io
import json

import pytest
from django.db.models import Sum

from accounts.enums import Role
from annotation.models import Coverage
from annotation.selectors import counting
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
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

PAGES = ["design/", "forecast/", "positions/"]
TABLES = [
    f"tables/{name}.{extension}"
    for name in ("design", "pairs", "forecast", "positions")
    for extension in ("csv", "json")
]
# Person and campaign (the session is in the cache); then what the page itself reads.
QUERIES = {
    "design/": 5,
    "forecast/": 8,
    "positions/": 7,
    "tables/pairs.csv": 5,
    "tables/forecast.json": 8,
    "tables/positions.csv": 7,
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
    assert (plan.design.items, plan.design.work.cap) == (5, 4)
    assert dict(plan.design.kinds[0].wanted) == {"young": 2, "old": 1}
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
    part = client.get(f"/research/{campaign.slug}/design/", given, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "These assumptions do not fit" in part.content.decode()
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


KINDS = [{"key": "safety", "where": {"topic": ["safety"]}}]
BY_KIND = [
    {**AGE_STRATA[0], "target": 1, "targets": {"safety": 3}},
    {**AGE_STRATA[1], "target": 0, "targets": {"safety": 2}},
]
SHARED = [{key: one[key] for key in ("key", "where")} for one in AGE_STRATA]


def of_topics(*topics, strata=BY_KIND, **parts):
    """A campaign with an item of each topic."""
    campaign = make_campaign(questions=[AGE_QUESTION], strata=strata, item_strata=KINDS, **parts)
    lines = [
        item_line(f"q{number}", metadata={"topic": topic}) for number, topic in enumerate(topics)
    ]
    assert import_lines(campaign, lines).state == "done"
    return campaign


def test_items_are_counted_by_kind_and_wanted_accordingly(client):
    campaign = of_topics("safety", "art", "safety", "art", "art", "art")
    response = page(client, campaign, "design/", cap=5)
    plan = response.context["plan"]
    assert [(kind.key, kind.items) for kind in plan.design.kinds] == [("(rest)", 4), ("safety", 2)]
    assert [(one.judgments, one.people_needed) for one in plan.strata] == [(10, 3), (4, 2)]
    planned = Coverage.objects.filter(stratum__campaign=campaign)
    assert plan.total.judgments == planned.aggregate(wanted=Sum("target"))["wanted"]
    html = response.content.decode()
    assert "Of these: “safety”" in html
    assert "Over all items, those that are judged more often weigh more." in html


def test_intervals_are_told_for_each_kind_in_tables(client):
    campaign = of_topics("safety", "art", "safety", "art")
    given = {"targets[old]": 1, "targets[old:safety]": 4, "cap": 2}
    rows = table(client, campaign, "pairs", **given)
    assert [
        (row["item_stratum"], row["items"], row["judgments_first"], row["judgments_second"])
        for row in rows
    ] == [("", "4", "8", "10"), ("(rest)", "2", "2", "2"), ("safety", "2", "6", "8")]
    body = json.loads(page(client, campaign, "tables/design.json", **given).content)
    assert body["parameters"]["item_strata"] == {"safety": 2}
    assert body["parameters"]["targets"] == {"young": 1, "old": 1}
    assert body["parameters"]["targets_by_item_stratum"] == {"safety": {"young": 3, "old": 4}}


def test_kinds_keep_their_part_where_other_items_are_supposed(client):
    campaign = of_topics("safety", "art", "art", "art")
    kinds = page(client, campaign, "design/", items=1000).context["plan"].design.kinds
    assert [kind.items for kind in kinds] == [750, 250]
    given = {"items": 1000, "item_strata[safety]": 10}
    kinds = page(client, campaign, "design/", **given).context["plan"].design.kinds
    assert [kind.items for kind in kinds] == [990, 10]
    given["item_strata[safety]"] = 1001
    form = page(client, campaign, "design/", **given).context["form"]
    assert list(form.errors) == ["items"]


@pytest.mark.parametrize(("overlap", "items"), [(2, 7), (3, 10), (1, 9)])
def test_an_overlap_shared_out_is_expected_as_it_is_planned(client, overlap, items):
    strata = [{**SHARED[0], "share": 2}, {**SHARED[1], "share": 1}]
    campaign = of_topics(*["art"] * items, strata=strata, overlap=overlap)
    plan = page(client, campaign, "design/").context["plan"]
    assert [one.judgments for one in plan.strata] == pytest.approx(
        [items * overlap * 2 / 3, items * overlap / 3]
    )
    planned = Coverage.objects.filter(stratum__campaign=campaign)
    assert plan.total.judgments == pytest.approx(planned.aggregate(wanted=Sum("target"))["wanted"])


def test_overlap_and_shares_can_be_supposed_otherwise(client):
    campaign = of_topics("art", "art", "art", strata=SHARED, overlap=3)
    rows = table(client, campaign, "design")
    assert [row["judgments"] for row in rows] == ["4.5", "4.5", "9"]
    given = {"overlap": 4, "shares[young]": 3}
    rows = table(client, campaign, "design", **given)
    assert [row["judgments"] for row in rows] == ["9", "3", "12"]
    assert 'name="targets' not in page(client, campaign, "design/").content.decode()


def test_repeats_and_adaptive_judgments_cost_too(client):
    adaptive = {"budget": 12, "most": 5}
    campaign = by_age(
        10, repeat_rate=0.2, strategy="adaptive", adaptive=adaptive, max_per_annotator=5
    )
    rows = table(client, campaign, "design")
    assert [(row["stratum"], row["judgments"], row["repeats"], row["people"]) for row in rows] == [
        ("young", "20", "5", "5"),
        ("old", "10", "2.5", "3"),
        ("(adaptive)", "12", "3", "3"),
        ("", "42", "10.5", "11"),
    ]
    assert "allotted adaptively" in page(client, campaign, "design/").content.decode()


def test_kinds_of_a_large_campaign_are_supposed_until_they_are_counted(client, monkeypatch):
    campaign = of_topics("safety", "safety", "art")
    monkeypatch.setattr(counting, "LIVE_CELLS", 1)
    response = page(client, campaign, "design/")
    assert "equal parts are supposed" in response.content.decode()
    assert [kind.items for kind in response.context["plan"].design.kinds] == [1, 2]
