"""What the tables hold of task types beyond pairs and rankings."""

from typing import Any

import pytest

from annotation.models import Campaign, Judgment
from exports.tables import COMPARISONS, JUDGMENTS, RANKINGS, RATINGS
from tests.exports.builders import snapshot_of
from tests.exports.reading import plain, rows_in
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db(transaction=True)
SLIDER = {"kind": "slider", "min": 0, "max": 1, "step": 0.25, "low": "", "high": ""}


def answered(answers: dict[str, Any], *, responses: int, **parts: Any) -> tuple[Campaign, Judgment]:
    campaign = open_with_items(1, responses=responses, **parts)
    return campaign, judge(serve(take_part(campaign)), answers)


def table(campaign: Campaign, name: str, spec: Any) -> list[dict[str, Any]]:
    return plain(rows_in(snapshot_of(campaign), name), spec, "parquet")


def pairs(campaign: Campaign) -> list[tuple[Any, ...]]:
    columns = ("criterion", "response_a", "response_b", "preference", "outcome", "source")
    rows = table(campaign, "comparisons", COMPARISONS)
    return [tuple(row[name] for name in columns) for row in rows]


def test_ratings_have_a_row_each_and_compare_by_direction():
    criteria = [
        {"key": "tone", "label": "Tone?", "scale": None},
        {"key": "trust", "label": "Trust?", "scale": SLIDER},
    ]
    answers = {
        "tone": {"ratings": {"r1": 4, "r2": 4, "r3": 1}},
        "trust": {"ratings": {"r1": 0.25, "r2": 1, "r3": 0}},
    }
    campaign, judgment = answered(answers, responses=3, task_type="rating", criteria=criteria)
    rows = table(campaign, "ratings", RATINGS)
    assert list(rows[0]) == RATINGS.header
    assert {row["judgment_id"] for row in rows} == {judgment.pk}
    assert [(row["criterion"], row["response_id"], row["rating"]) for row in rows] == [
        ("tone", "r1", 4.0),
        ("tone", "r2", 4.0),
        ("tone", "r3", 1.0),
        ("trust", "r1", 0.25),
        ("trust", "r2", 1.0),
        ("trust", "r3", 0.0),
    ]
    assert pairs(campaign) == [
        ("tone", "r1", "r2", 0, "tie", "rating"),
        ("tone", "r1", "r3", -1, "graded", "rating"),
        ("tone", "r2", "r3", -1, "graded", "rating"),
        ("trust", "r1", "r2", 1, "graded", "rating"),
        ("trust", "r1", "r3", -1, "graded", "rating"),
        ("trust", "r2", "r3", -1, "graded", "rating"),
    ]
    assert table(campaign, "rankings", RANKINGS) == []


def test_the_best_and_the_worst_become_the_pairs_that_they_tell():
    answers = {"overall": {"best": "r2", "worst": "r1"}}
    campaign, _judgment = answered(answers, responses=4, task_type="best-worst")
    assert pairs(campaign) == [
        ("overall", "r1", "r2", 1, "graded", "best_worst"),
        ("overall", "r1", "r3", 1, "graded", "best_worst"),
        ("overall", "r1", "r4", 1, "graded", "best_worst"),
        ("overall", "r2", "r3", -1, "graded", "best_worst"),
        ("overall", "r2", "r4", -1, "graded", "best_worst"),
    ]
    assert table(campaign, "rankings", RANKINGS) == table(campaign, "ratings", RATINGS) == []


def test_partial_rankings_have_rows_for_what_they_rank():
    answers = {"overall": {"ranking": [["r3"], ["r1", "r4"]]}}
    asking = {"partial_rankings": True}
    campaign, _judgment = answered(answers, responses=4, task_type="ranking", asking=asking)
    rows = table(campaign, "rankings", RANKINGS)
    assert [(row["response_id"], row["rank"]) for row in rows] == [("r3", 1), ("r1", 2), ("r4", 2)]
    assert pairs(campaign) == [
        ("overall", "r1", "r3", 1, "graded", "ranking"),
        ("overall", "r1", "r4", 0, "tie", "ranking"),
        ("overall", "r3", "r4", -1, "graded", "ranking"),
    ]


def test_values_confidence_acceptability_and_passages_stand_with_the_judgment():
    campaign = open_with_items(1, responses=1, task_type="values", asking={"spans": True})
    spans = [{"response": "r1", "start": 0, "end": 6, "note": "so"}]
    answers = {"values": {"values": {"duty-accountability": 2}}}
    judge(
        serve(take_part(campaign)),
        answers,
        confidence=70,
        acceptable={"r1": False},
        spans=spans,
    )
    judge(serve(take_part(campaign)), {"values": {"values": {}}})
    tagged, none = table(campaign, "judgments", JUDGMENTS)
    assert tagged["task_type"] == "values"
    assert tagged["answers"] == answers
    assert tagged["confidence"] == 70.0
    assert tagged["acceptable"] == {"r1": False}
    assert tagged["spans"] == spans
    assert none["answers"] == {"values": {"values": {}}}
    assert (none["confidence"], none["acceptable"], none["spans"]) == (None, None, None)
    for name, spec in (("comparisons", COMPARISONS), ("rankings", RANKINGS), ("ratings", RATINGS)):
        assert table(campaign, name, spec) == []
