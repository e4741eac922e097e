"""Why people declined, in files of any age."""

import pyarrow as pa

from exports.release.assignments import skip_kinds


def test_files_frozen_before_kinds_of_skipping_were_told_have_none():
    assert skip_kinds(pa.record_batch({"assignment_id": [1, 2]})).to_pylist() == [None, None]


def test_kinds_of_skipping_are_told_as_they_were_frozen():
    kinds = pa.array(["upsetting", None], pa.string())
    assert skip_kinds(pa.record_batch({"skip_kind": kinds})).to_pylist() == ["upsetting", None]
