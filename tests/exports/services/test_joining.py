"""Which files of a table are put together, so that readers who guess types guess right."""

from pathlib import Path

import pytest

from exports.formats.written import StoredFile
from exports.services.joining import put_together


def files(*rows: int) -> list[StoredFile]:
    return [
        StoredFile("items.jsonl.gz", "items", count, 100, "0" * 64, f"snapshots/1/{number}")
        for number, count in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("format", "rows", "together"),
    [
        ("csv", (1, 5, 1), [0, 2]),
        ("csv", (1, 5, 3), [0]),
        ("jsonl", (1, 5, 1), [0, 2]),
        ("jsonl", (5, 1, 3), [1, 2]),
        ("jsonl", (1,), [0]),
        ("jsonl", (5, 3), []),
    ],
)
def test_rows_that_stand_alone_are_put_together(format, rows, together):
    parts = files(*rows)
    chosen = put_together(parts, format)
    assert [int(Path(part.stored_name).name) for part in chosen] == together
