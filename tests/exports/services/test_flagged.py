"""Flags and check items in datasets: told with the judgment, in no comparison, in no coverage."""

import pyarrow as pa
import pytest

from annotation.enums import NothingToServe
from annotation.services.serving import next_assignment
from exports.derived.slices import has_check
from exports.release.judgments import flags_of, is_check
from tests.annotation.services.test_flagging import all_served, answer, with_checks
from tests.exports.builders import snapshot_of
from tests.exports.reading import rows_in
from tests.factories import judge, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def test_check_items_are_in_judgments_with_their_flag_and_in_no_comparison_or_coverage():
    campaign = with_checks(6, 2)
    given = all_served(take_part(campaign), "r1")
    checks = {one.item.external_id for one in given if one.item.check_answers}
    assert checks
    snapshot = snapshot_of(campaign)
    flags = {row["item_id"]: row["flags"] for row in rows_in(snapshot, "judgments")}
    assert {item: told for item, told in flags.items() if told} == {
        item: ["check_failed"] for item in checks
    }
    compared = {row["item_id"] for row in rows_in(snapshot, "comparisons")}
    assert compared == {f"q{number}" for number in range(1, 7)}
    assert not checks & {row["item_id"] for row in rows_in(snapshot, "coverage")}
    assert checks <= {row["item_id"] for row in rows_in(snapshot, "assignments")}
    assert checks <= {row["item_id"] for row in rows_in(snapshot, "items")}


def test_several_flags_of_a_judgment_stand_together():
    campaign = with_checks(6, 1)
    campaign.entry["fastest_reading"] = 600
    campaign.save(update_fields=["entry"])
    seat = take_part(campaign)
    while not isinstance(served := next_assignment(seat), NothingToServe):
        judge(served, answer("r2"), active_ms=1)
    rows = rows_in(snapshot_of(campaign), "judgments")
    assert {tuple(row["flags"]) for row in rows} == {
        ("too_fast",),
        ("check_passed", "too_fast"),
    }


def test_files_frozen_before_there_were_flags_have_none():
    batch = pa.record_batch({"after_lease": [True, False, None]})
    assert flags_of(batch).to_pylist() == [["after_lease"], [], []]
    assert is_check(batch).to_pylist() == [False, False, False]


def test_flags_of_a_batch_are_lists_in_order():
    batch = pa.record_batch(
        {
            "after_lease": [True, False, False],
            "noted": pa.array(["check_failed,too_fast", None, "repeat_same"], pa.string()),
        }
    )
    told = flags_of(batch)
    assert told.to_pylist() == [["after_lease", "check_failed", "too_fast"], [], ["repeat_same"]]
    assert is_check(batch).to_pylist() == [True, False, False]
    assert has_check(told).to_pylist() == [True, False, False]
    assert has_check(told[:0]).to_pylist() == []
