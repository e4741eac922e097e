"""Rows item by item, and texts read again from disk."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.derived import Tables, grouping
from exports.derived.grouping import by_item
from exports.derived.texts import Texts, as_messages, as_plain
from tests.exports.derived.data import CONVERSATION, ITEMS_OF_PAIRS, tables_of

IDS = ["b", "a", "d", "c"]


def batches_of(items: list[str], size: int) -> Iterator[pa.RecordBatch]:
    rows = [{"item_id": item, "n": number} for number, item in enumerate(items)]
    schema = pa.schema([("item_id", pa.string()), ("n", pa.int64())])
    return iter(pa.Table.from_pylist(rows, schema).to_batches(max_chunksize=size))


@given(
    items=st.lists(st.sampled_from(IDS), max_size=40),
    size=st.integers(1, 9),
    at_once=st.integers(1, 12),
)
def test_rows_come_by_item_in_their_order(items: list[str], size: int, at_once: int):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "ROWS_AT_ONCE", at_once)
        found = [
            (IDS[place], [row["n"] for row in rows])
            for place, rows in by_item(batches_of(items, size), pa.array(IDS), Path(folder))
        ]
        assert list(Path(folder).iterdir()) == []
    expected = [
        (item, [number for number, one in enumerate(items) if one == item])
        for item in IDS
        if item in items
    ]
    assert found == expected


def test_no_more_rows_are_held_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grouping, "ROWS_AT_ONCE", 10)
    ids = [f"i{number}" for number in range(30)]
    held: list[tuple[int, int]] = []
    between = grouping.items_between

    def watched(path: Path, first: int, end: int) -> Iterator[tuple[int, list[grouping.Row]]]:
        held.append((first, end))
        return between(path, first, end)

    monkeypatch.setattr(grouping, "items_between", watched)
    groups = list(by_item(batches_of(ids * 3, 7), pa.array(ids), tmp_path))
    assert [len(rows) for _place, rows in groups] == [3] * 30
    assert held == [(first, first + 3) for first in range(0, 30, 3)]


def test_a_row_of_an_unknown_item_is_an_error(tmp_path: Path):
    with pytest.raises(ValueError, match="not in the table of items"):
        list(by_item(batches_of(["x"], 1), pa.array(IDS), tmp_path))


def test_texts_are_read_as_they_were_put_down(tmp_path: Path):
    source = tables_of([])
    with Texts(source, tmp_path) as texts:
        assert texts.item_ids.to_pylist() == ["q1", "q2"]
        items = list(texts.items())
    assert {item.item_id: dict(item.responses) for item in items} == {
        key: one["responses"] for key, one in ITEMS_OF_PAIRS.items()
    }
    assert [item.prompt for item in items] == ["What is it?", CONVERSATION]
    assert [item.language for item in items] == ["en", None]
    assert list(items[0].responses) == ["z", "a"]
    assert list(tmp_path.iterdir()) == []


def test_responses_find_their_item_in_whatever_order_they_come(tmp_path: Path):
    tables = tables_of([]).tables
    mixed = {**tables, "responses": tables["responses"].take([2, 0, 3, 1])}
    with Texts(Tables(mixed), tmp_path) as texts:
        assert [list(item.responses) for item in texts.items()] == [["z", "a"], ["r1", "r2"]]


def test_a_source_without_items_has_no_texts(tmp_path: Path):
    with Texts(tables_of([], {}), tmp_path) as texts:
        assert list(texts.items()) == []


def test_content_as_text_and_as_turns():
    turn = [{"role": "assistant", "content": "No", "name": "x"}]
    assert as_messages("No", "assistant") == [{"role": "assistant", "content": "No"}]
    assert as_messages(turn, "user") == [{"role": "assistant", "content": "No"}]
    assert as_plain(turn) == "No"
    assert as_plain("No") == "No"
    assert as_plain(CONVERSATION) == 'System: Be brief.\n\nUser: Is it "so"?\nReally?'
