"""Texts under review: a page costs what it shows, whatever lies beside it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from exports.enums import TextKind, TextVerdict
from exports.profiles.texts import text_sha256
from exports.selectors.texts import text_page
from exports.services.reviewing import decide_text
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
INDEXES = {
    TextKind.REASON: "judgments_with_reason",
    TextKind.NOTE: "judgments_with_notes",
    TextKind.SKIP: "assignments_with_reason",
}


def plan_of(work: Any) -> str:
    """How PostgreSQL finds the rows of a page; tables are small here, so scans are told off."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        work()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("kind", TextKind.values)
def test_a_page_walks_texts_and_not_the_judgments_without_any(kind: str):
    campaign = open_with_items(60, overlap=6)
    seat = take_part(campaign)
    assignment = serve(seat)
    first = assignment.presented_order[0]
    span = {"response": first, "start": 0, "end": 2, "note": "Here"}
    judge(assignment, reason="Because", spans=[span])
    people = synthetic_annotators(campaign, 12, 4)
    simulate_campaign(campaign, annotators=people, seed=4, fast=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotation_judgment, annotation_assignment")
    plan = plan_of(lambda: text_page(campaign, TextKind(kind), after=0, all_texts=False))
    assert INDEXES[TextKind(kind)] in plan


def test_the_last_page_of_decided_texts_is_empty(django_assert_num_queries: Any):
    campaign = open_with_items(3, overlap=1)
    seat = take_part(campaign)
    for number in range(3):
        judgment = judge(serve(seat), reason=f"Reason {number}")
        decide_text(
            campaign,
            TextKind.REASON,
            judgment.pk,
            0,
            sha256=text_sha256(judgment.reason),
            verdict=TextVerdict.KEEP,
            decided_by=campaign.owner,
        )
    with django_assert_num_queries(1):
        page = text_page(campaign, TextKind.REASON, after=0, all_texts=False)
    assert (page.texts, page.after) == ([], None)
