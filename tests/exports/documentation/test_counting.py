"""Counting released rows: exact numbers from rows put down by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from exports.documentation.counting import Counts, count
from exports.tables import ASSIGNMENTS, COMPARISONS, COVERAGE, JUDGMENTS, Table, annotators_table
from exports.tables.people import AskedQuestion

AGE = AskedQuestion("age", "How old are you?", False, {"young": "Young", "old": "Old"})
TONGUES = AskedQuestion("tongues", "Which languages?", True, {"en": "English", "hi": "Hindi"})
TABLES: dict[str, Table] = {
    **{one.name: one for one in (JUDGMENTS, COMPARISONS, ASSIGNMENTS, COVERAGE)},
    "annotators": annotators_table([AGE, TONGUES]),
}
Rows = list[dict[str, Any]]


class PutDown:
    """A shard whose rows are given, one batch a row."""

    def __init__(self, number: int = 0, without: tuple[str, ...] = (), **rows: Rows) -> None:
        self.number, self.rows, self.without = number, rows, without

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        for row in self.rows.get(name, []):
            whole = {one: row.get(one) for one in TABLES[name].header} | {"campaign": "c"}
            batch = pa.RecordBatch.from_pylist([whole], TABLES[name].arrow_schema)
            yield batch.drop_columns([one for one in self.without if one in batch.schema.names])


def judgment(number: int, person: str, stratum: str | None = "young", **parts: Any) -> dict:
    return {
        "judgment_id": number,
        "item_id": "q1",
        "annotator_id": person,
        "annotator_stratum": stratum,
        "is_repeat": False,
        "is_final": True,
        **parts,
    }


def comparison(number: int, person: str, preference: int | None, **parts: Any) -> dict:
    return {
        "judgment_id": number,
        "item_id": "q1",
        "annotator_id": person,
        "criterion": "overall",
        "response_a": "a",
        "response_b": "b",
        "preference": preference,
        "outcome": "graded",
        "shown_first": "a",
        "source": "pairwise",
        "is_repeat": False,
        "is_final": True,
        **parts,
    }


def counted(*shards: PutDown) -> Counts:
    return count(list(shards), lambda: None)["c"]


def test_each_person_counts_once_with_their_newest_profile():
    people = [
        {"annotator_id": "p1", "profile_version": 1, "age": "old"},
        {"annotator_id": "p1", "profile_version": 2, "age": "young", "tongues": ["en", "hi"]},
        {"annotator_id": "p2", "profile_version": 1, "tongues": ["hi"]},
    ]
    counts = counted(PutDown(annotators=people))
    assert counts.people == 2
    assert counts.answers["age"] == {"young": 1}
    assert counts.answers["tongues"] == {"en": 1, "hi": 2}
    assert (counts.silent["age"], counts.silent["tongues"]) == (1, 0)


def test_answers_are_told_apart_by_kind_and_stratum_over_all_shards():
    first = PutDown(
        judgments=[judgment(2, "p2", "old"), judgment(1, "p1")],
        comparisons=[comparison(2, "p2", -2), comparison(1, "p1", 1)],
    )
    second = PutDown(
        1,
        judgments=[judgment(3, "p1"), judgment(4, "p3", None), judgment(5, "p2", "old")],
        comparisons=[
            comparison(3, "p1", 0, outcome="tie"),
            comparison(4, "p3", None, outcome="both_bad"),
            comparison(5, "p2", 1, source="ranking"),
        ],
    )
    counts = counted(first, second)
    assert counts.answered == {
        ("overall", "old"): {"clearly one": 1, "one": 1},
        ("overall", "young"): {"slightly one": 1, "tie": 1},
        ("overall", None): {"both bad": 1},
    }
    assert counts.judgments == {"old": 2, "young": 2, None: 1}
    assert counts.people_by_stratum == {"old": {"p2"}, "young": {"p1"}, None: {"p3"}}
    assert counts.final == 5


def test_superseded_answers_and_repeats_are_no_second_answer():
    counts = counted(
        PutDown(
            judgments=[
                judgment(1, "p1", is_final=False),
                judgment(2, "p1", supersedes=1),
                judgment(3, "p1", is_repeat=True),
            ],
            comparisons=[
                comparison(1, "p1", 2, is_final=False),
                comparison(2, "p1", -1),
                comparison(3, "p1", -2, is_repeat=True),
            ],
        )
    )
    assert counts.answered == {("overall", "young"): {"slightly one": 1}}
    assert counts.final == 1
    assert counts.repeats == {"overall": {"the same side, other strength": 1}}


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ({"preference": 2}, {"preference": 2}, "the same"),
        ({"preference": 2}, {"preference": 1}, "the same side, other strength"),
        ({"preference": 1}, {"preference": -1}, "another"),
        ({"preference": 1}, {"preference": 0, "outcome": "tie"}, "another"),
        (
            {"preference": None, "outcome": "both_bad"},
            {"preference": None, "outcome": "both_bad"},
            "the same",
        ),
        (
            {"preference": None, "outcome": "both_bad"},
            {"preference": None, "outcome": "depends"},
            "another",
        ),
    ],
)
def test_a_repeat_is_held_against_the_first_answer(before, now, kind):
    counts = counted(
        PutDown(
            judgments=[judgment(1, "p1"), judgment(2, "p1", is_repeat=True), judgment(3, "p2")],
            comparisons=[
                comparison(1, "p1", **before),
                comparison(2, "p1", is_repeat=True, **now),
                comparison(3, "p2", 1),
            ],
        )
    )
    assert counts.repeats == {"overall": {kind: 1}}


def test_what_stands_first_is_counted_where_there_is_a_preference():
    counts = counted(
        PutDown(
            judgments=[judgment(number, "p1") for number in range(1, 5)],
            comparisons=[
                comparison(1, "p1", -1),
                comparison(2, "p1", 2),
                comparison(3, "p1", 2, shown_first="b"),
                comparison(4, "p1", 0, outcome="tie"),
            ],
        )
    )
    assert counts.preferred == {"overall": 3}
    assert counts.first_preferred == {"overall": 2}


def test_times_are_read_off_their_tenths_of_seconds():
    moment = datetime(2026, 3, 4, 5, tzinfo=UTC)
    counts = counted(
        PutDown(
            judgments=[
                judgment(n, "p1", active_ms=n * 1000 + 40, submitted_at=moment.replace(day=n))
                for n in range(1, 11)
            ]
            + [judgment(11, "p1")]
        )
    )
    assert [counts.seconds(share) for share in (0.05, 0.5, 0.95)] == [1.0, 5.0, 10.0]
    assert counts.period == (moment.replace(day=1), moment.replace(day=10))
    assert Counts().seconds(0.5) is None
    assert Counts().period is None


def test_showings_and_cells_are_counted_by_stratum():
    counts = counted(
        PutDown(
            assignments=[
                {"stratum": "old", "status": "skipped", "is_repeat": False, "propensity": 0.25},
                {"stratum": "old", "status": "submitted", "is_repeat": False, "propensity": 1.0},
                {"stratum": None, "status": "submitted", "is_repeat": False},
                {"stratum": "old", "status": "submitted", "is_repeat": True},
            ],
            coverage=[
                {"stratum": "old", "target": 2, "submitted": 2},
                {"stratum": "old", "target": 2, "submitted": 1},
                {"stratum": "old", "target": 1, "submitted": 0},
                {"stratum": "old", "target": 0, "submitted": 0},
                {"stratum": "old", "target": 1, "submitted": None},
            ],
        )
    )
    assert counts.exposure == {"old": {"skipped": 1, "submitted": 1}, None: {"submitted": 1}}
    assert counts.repeats_served == 1
    assert counts.propensities == [0.25, 1.0]
    assert counts.cells == {"old": {"reached": 1, "begun": 1, "nothing": 1}}


def test_columns_that_a_release_has_not_are_counted_as_nothing():
    rows: dict[str, Rows] = {
        "judgments": [judgment(1, "p1", reason="Because", active_ms=5)],
        "comparisons": [comparison(1, "p1", 2)],
    }
    without = ("annotator_stratum", "reason", "active_ms", "submitted_at", "guideline_version")
    counts = counted(PutDown(without=without, **rows))
    assert counts.judgments == {None: 1}
    assert counts.answered == {("overall", None): {"clearly one": 1}}
    assert (counts.reasons, counts.period, counts.seconds(0.5)) == (0, None, None)
