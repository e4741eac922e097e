"""Serving and answering ask as much of the database at 100 items as at 100,000."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Annotator
from annotation.enums import Strategy
from annotation.models import Campaign, Coverage
from annotation.services.campaigns import open_campaign
from annotation.services.planning import plan_coverage
from annotation.services.serving import CLAIMS, SKIP
from bench.fixtures import add_items, new_campaign
from tests.factories import api, judge, make_annotator, serve, take_part

pytestmark = pytest.mark.django_db

SIZES = (100, 100_000)
# Of what is asked, these only say where a transaction begins and ends.
TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
MOST_TO_SERVE, MOST_TO_ACCEPT = 8, 10
HTMX = {"HTTP_HX_REQUEST": "true"}


def campaign_of(items: int) -> Campaign:
    """An open campaign of so many items, planned by the real planner, that anybody may judge."""
    campaign = new_campaign(f"items-{items}", strata=[], questions=[], overlap=9)
    add_items(campaign, items)
    plan_coverage(campaign)
    return open_campaign(campaign)


def asked(work: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        work()
    statements = [query["sql"] for query in queries]
    return [sql for sql in statements if not sql.startswith(TRANSACTIONS)]


def somebody_in(campaign: Campaign) -> Annotator:
    """Somebody who has been at it for a while."""
    seat = take_part(campaign, make_annotator())
    for _item in range(3):
        judge(serve(seat))
    return seat.annotator


def counts_of_the_page(campaign: Campaign) -> dict[str, int]:
    client = Client()
    client.force_login(somebody_in(campaign).user)
    address = reverse("annotation:campaign-judge", kwargs={"slug": campaign.slug})
    found: dict[str, Any] = {}

    def look() -> None:
        found["assignment"] = client.get(address).context["assignment"]

    serving = asked(look)
    again = asked(look)
    assignment = found["assignment"]
    sent = {"answer-overall": f"2:{assignment.presented_order[0]}", "idempotency_key": "k"}
    names = {"slug": campaign.slug, "pk": assignment.pk}
    path = reverse("annotation:assignment-submit", kwargs=names)
    answers: list[Any] = []
    whole = asked(lambda: answers.append(client.post(path, sent, **HTMX)))
    assert answers[0].status_code == 200
    return {"page": len(serving), "page again": len(again), "answer and next": len(whole)}


def counts_over_rest(campaign: Campaign) -> dict[str, int]:
    client = api(somebody_in(campaign).user)
    served: list[Mapping[str, Any]] = []
    path = f"/api/v1/campaigns/{campaign.slug}/next/"
    serving = asked(lambda: served.append(client.post(path).json()))
    first = served[0]["item"]["responses"][0]["id"]
    body = {"answers": {"overall": {"preferred": first, "strength": 2}}}
    path = f"/api/v1/assignments/{served[0]['id']}/judgment/"
    answers: list[Any] = []
    accepting = asked(
        lambda: answers.append(
            client.post(path, body, format="json", headers={"idempotency-key": "k"})
        )
    )
    assert answers[0].status_code == 201
    return {"REST serves": len(serving), "REST accepts": len(accepting)}


def test_serving_and_accepting_ask_the_same_at_100_and_at_100_000_items():
    small, large = (campaign_of(items) for items in SIZES)
    assert Coverage.objects.filter(stratum__campaign=large).count() == SIZES[-1]
    counts = [counts_of_the_page(one) | counts_over_rest(one) for one in (small, large)]
    assert counts[0] == counts[1]
    for name in ("page", "page again", "REST serves"):
        assert counts[1][name] <= MOST_TO_SERVE, counts
    assert counts[1]["REST accepts"] <= MOST_TO_ACCEPT, counts
    assert counts[1]["answer and next"] <= MOST_TO_SERVE + MOST_TO_ACCEPT, counts
    for strategy in Strategy:
        assert_claims_by_index(large, strategy)


def assert_claims_by_index(campaign: Campaign, strategy: Strategy) -> None:
    """A claim walks the index of open cells in the order of serving, whatever plan is kept."""
    seat = take_part(campaign)
    starts = strategy == Strategy.RANDOM
    index = "coverage_open_shuffled" if starts else "coverage_open"
    claim = CLAIMS[strategy, starts, SKIP]
    claim.prepare()
    values = {"stratum": seat.stratum_id, "annotator": seat.annotator_id, "start": 0}
    with connection.cursor() as cursor:
        for mode in ("force_custom_plan", "force_generic_plan"):
            cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
            cursor.execute(f"EXPLAIN {claim.call}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert f" using {index} on annotation_coverage cell" in plan, plan
            assert "Seq Scan on annotation_coverage" not in plan, plan
            assert "Sort" not in plan, plan
        cursor.execute("SET LOCAL plan_cache_mode = auto")
