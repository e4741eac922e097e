"""Lists over REST: pages by cursor, and filters."""

import json

import pytest

from accounts.enums import Role
from annotation.models import ItemImport, JudgmentImport
from exports.models import Snapshot
from tests.factories import (
    add_items,
    api,
    import_bytes,
    judge_everything,
    make_campaign,
    make_user,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


def walk(client, address):
    """Every entry of a list, three at a time, by `next` alone; and how many pages there were."""
    found, pages = [], 0
    address = f"{address}{'&' if '?' in address else '?'}page_size=3"
    while address:
        page = client.get(address).json()
        found += page["results"]
        pages += 1
        address = page["next"]
    return found, pages


def test_campaigns_come_newest_first_page_by_page(owner):
    made = [make_campaign(owner) for _ in range(7)]
    listed, pages = walk(api(owner), "/api/v1/campaigns/")
    assert [one["slug"] for one in listed] == [one.slug for one in reversed(made)]
    assert pages == 3


def test_what_is_made_in_between_moves_nothing(owner):
    made = [make_campaign(owner) for _ in range(4)]
    client = api(owner)
    first = client.get("/api/v1/campaigns/?page_size=2").json()
    make_campaign(owner)
    second = client.get(first["next"]).json()
    slugs = [one["slug"] for one in first["results"] + second["results"]]
    assert slugs == [one.slug for one in reversed(made)]
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_campaigns_by_status_and_task_type(owner):
    make_campaign(owner)
    opened = open_with_items(1, owner=owner)
    ranking = open_with_items(1, 3, owner=owner, task_type="ranking")
    client = api(owner)
    asked = {
        "status=open": {opened.slug, ranking.slug},
        "status=open&task_type=ranking": {ranking.slug},
        "status=closed": set(),
    }
    for query, slugs in asked.items():
        listed = client.get(f"/api/v1/campaigns/?{query}").json()["results"]
        assert {one["slug"] for one in listed} == slugs


@pytest.mark.parametrize("query", ["status=asleep", "task_type=essay"])
def test_a_filter_that_does_not_exist_is_named(owner, query):
    refused = api(owner).get(f"/api/v1/campaigns/?{query}")
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == [query.partition("=")[0]]


def test_a_wrong_cursor_is_no_page(owner):
    assert api(owner).get("/api/v1/campaigns/?cursor=nonsense").status_code == 404


def test_imports_with_their_problems_in_as_many_queries_as_ever(owner, django_assert_num_queries):
    campaign = make_campaign(owner)
    client, address = api(owner), f"/api/v1/campaigns/{campaign.slug}/imports/"
    import_bytes(campaign, b'{"id": "x"}\n')
    with django_assert_num_queries(4):
        (failed,) = client.get(address).json()["results"]
    assert (failed["state"], len(failed["errors"])) == ("failed", failed["errors_total"])
    assert failed == client.get(f"/api/v1/imports/{failed['id']}/").json()
    for _ in range(3):
        import_bytes(campaign, b'{"id": "x"}\n{"id": "y"}\n')
    add_items(campaign, 1)
    with django_assert_num_queries(4):
        listed = client.get(address).json()["results"]
    assert [one["id"] for one in listed] == list(
        ItemImport.objects.order_by("-pk").values_list("pk", flat=True)
    )
    (done,) = client.get(f"{address}?state=done").json()["results"]
    assert done["created"] == 1


def test_imports_of_judgments_are_listed_too(owner):
    campaign = make_campaign(owner)
    made = [
        JudgmentImport.objects.create(campaign=campaign, state=state)
        for state in ("done", "failed")
    ]
    address = f"/api/v1/campaigns/{campaign.slug}/judgments/import/"
    listed, _pages = walk(api(owner), address)
    assert [one["id"] for one in listed] == [one.pk for one in reversed(made)]
    (failed,) = api(owner).get(f"{address}?state=failed").json()["results"]
    assert failed["id"] == made[1].pk


def test_judgments_by_item_and_person(owner):
    campaign = open_with_items(3, owner=owner)
    seats = [take_part(campaign) for _ in range(2)]
    given = [judgment for seat in seats for judgment in judge_everything(seat)]
    client, address = api(owner), f"/api/v1/campaigns/{campaign.slug}/judgments/"
    listed, pages = walk(client, address)
    assert ([one["judgment_id"] for one in listed], pages) == ([one.pk for one in given], 2)
    by_item, _pages = walk(client, f"{address}?item=q2")
    assert {one["item_id"] for one in by_item} == {"q2"}
    assert len(by_item) == 2
    pseudonym = seats[1].annotator.pseudonym
    by_both, _pages = walk(client, f"{address}?item=q2&annotator={pseudonym}")
    assert [one["annotator"] for one in by_both] == [pseudonym]
    assert walk(client, f"{address}?annotator=nobody") == ([], 1)


def test_snapshots_by_state_and_format(owner):
    campaign = make_campaign(owner)
    client, address = api(owner), f"/api/v1/campaigns/{campaign.slug}/exports/"
    made = [
        client.post(address, json.dumps({"format": name}), content_type="application/json").json()
        for name in ("csv", "jsonl", "csv")
    ]
    Snapshot.objects.filter(pk=made[0]["id"]).update(state="done")
    asked = {
        "": [made[2], made[1], made[0]],
        "?format=csv": [made[2], made[0]],
        "?format=csv&state=done": [made[0]],
    }
    for query, wanted in asked.items():
        listed = client.get(f"{address}{query}").json()["results"]
        assert [one["id"] for one in listed] == [one["id"] for one in wanted]
