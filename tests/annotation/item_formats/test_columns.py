"""Tables with columns of any name: guessed, named, and read as items."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.errors import ItemFileError
from annotation.item_formats import detect_table, read_items
from annotation.item_formats.columns import FIELDS, SAID, guessed, is_header
from annotation.item_formats.records import item_record
from annotation.task_types import task_type_of
from tests.annotation.item_formats.samples import PAIR_COLUMNS, TABLES, lines_of

LONGEST = 1024 * 1024


def read(content: bytes, columns: dict[str, Any], format: str = "jsonl") -> list[Any]:
    return list(read_items(io.BytesIO(content), format, columns, LONGEST))


@pytest.mark.parametrize("name", TABLES)
def test_the_same_items_come_of_a_table_in_every_form(name: str) -> None:
    content, format = TABLES[name]
    assert detect_table(io.BytesIO(content)) == format
    records = read(content, {**PAIR_COLUMNS, "metadata": ["worker"]}, format)
    assert [one.problem for one in records] == ["", "", ""]
    assert records[0].value == {
        "id": "1_2",
        "prompt": "Cats?",
        "responses": [
            {"id": "r1", "text": "Yes.", "model": ""},
            {"id": "r2", "text": "No.", "model": ""},
        ],
        "metadata": {"worker": "w1"},
    }
    assert [one.line for one in records] == ([2, 3, 4] if format == "csv" else [1, 2, 3])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["pair", "worker", "topic", "a1", "a2", "label"],
            {**PAIR_COLUMNS, "annotator_id": "worker", "label": "label"},
        ),
        (
            ["Question ID", "Question", "Response A", "Response B", "Model A", "Model B", "Lang"],
            {
                "id": "Question ID",
                "prompt": "Question",
                "response_1": "Response A",
                "response_2": "Response B",
                "model_1": "Model A",
                "model_2": "Model B",
                "language": "Lang",
            },
        ),
        (
            ["instruction", "output_2", "output_10", "output_1", "model_2"],
            {
                "prompt": "instruction",
                "response_1": "output_1",
                "response_2": "output_2",
                "response_3": "output_10",
                "model_2": "model_2",
            },
        ),
        (
            ["uid", "messages", "completions", "meta"],
            {"id": "uid", "prompt": "messages", "responses": "completions", "metadata": ["meta"]},
        ),
        (
            ["idx", "prompt", "response", "model"],
            {"id": "idx", "prompt": "prompt", "response_1": "response", "model_1": "model"},
        ),
        (["colour", "weight"], {}),
        ([], {}),
    ],
)
def test_columns_are_guessed_by_their_names(names: list[str], expected: dict[str, Any]) -> None:
    assert guessed(names) == expected


@given(st.lists(st.text(max_size=12) | st.sampled_from(["id", "a1", "text_b", "model_1"])))
def test_no_column_is_guessed_to_be_two_things_and_none_is_made_up(names: list[str]) -> None:
    found = guessed(names)
    columns = [
        one for value in found.values() for one in ([value] if isinstance(value, str) else value)
    ]
    assert len(columns) == len(set(columns))
    assert set(columns) <= set(names)
    assert set(found) <= {*FIELDS, *SAID}


def test_metadata_keeps_facts_by_name_and_the_fields_of_objects() -> None:
    row = {"q": "Why?", "a": "So.", "n": 3, "more": {"x": 1}, "text": '{"y": 2}', "bad": "{no"}
    columns = {"prompt": "q", "response_1": "a", "metadata": ["n", "more", "text", "bad", "none"]}
    ((line, value, _problem),) = read(lines_of(row), columns)
    assert value["metadata"] == {"n": 3, "x": 1, "y": 2, "bad": "{no"}
    assert (line, value["id"]) == (1, "row-1")


def test_conversations_numbers_languages_and_lists_become_what_items_hold() -> None:
    row = {
        "turns": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi"}],
        "answers": ["one", {"text": "two", "model": "oak-1"}, {"id": "own", "text": "three"}],
        "tongue": "German",
        "number": 17,
    }
    columns = {"id": "number", "prompt": "turns", "responses": "answers", "language": "tongue"}
    ((_line, value, _problem),) = read(lines_of(row), columns)
    assert value["prompt"] == [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
    ]
    assert [one["id"] for one in value["responses"]] == ["r1", "r2", "own"]
    assert value["language"] == "de"
    record = item_record(value, task_type_of("rating"))
    assert (record.external_id, len(record.responses)) == ("17", 3)
    as_texts = {"prompt": "number", "response_1": "tongue", "model_1": "number"}
    ((_line, value, _problem),) = read(lines_of(row), as_texts)
    assert (value["prompt"], value["responses"][0]["model"]) == ("17", "17")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"q": "Why?"}, "This record lacks a."),
        ({"q": "", "a": "So."}, "This record lacks q."),
        (
            {"q": "Why?", "a": "So.", "c": "Late."},
            "The columns `response_1`, `response_2` … have a gap.",
        ),
        (
            {"q": [{"role": "user", "content": [{"type": "image_url"}]}], "a": "So."},
            "This record holds more than text; images are not taken.",
        ),
    ],
)
def test_what_a_row_lacks_is_told_by_its_column(row: dict[str, Any], problem: str) -> None:
    columns = {"prompt": "q", "response_1": "a", "response_2": "b", "response_3": "c"}
    assert [(one.line, one.problem) for one in read(lines_of(row), columns)] == [(1, problem)]


def test_a_list_of_responses_that_is_none_is_an_error_of_its_line() -> None:
    columns = {"prompt": "q", "responses": "a"}
    (record,) = read(b'{"q": "Why?", "a": "So."}', columns)
    assert record.problem == "`responses` must be a list."
    (record,) = read(json.dumps({"q": "Why?", "a": '["So."]'}).encode(), columns)
    assert record.value["responses"] == [{"id": "r1", "text": "So."}]


def test_lines_of_csv_are_told_by_where_they_begin_and_doubled_headers_refused() -> None:
    columns = {"prompt": "q", "response_1": "a"}
    records = read(b'q,a\n"two\nlines",x\nlast,y,extra\n', columns, "csv")
    assert [(one.line, one.problem) for one in records] == [
        (2, ""),
        (4, "This line has more fields than the header."),
    ]
    (record,) = read(b"q,a,a\n1,2,3\n", columns, "csv")
    assert record.problem == "The first line names a column twice."


def test_a_column_without_a_name_is_left_aside() -> None:
    (record,) = read(b",q,a\n0,Why?,So.\n", {"prompt": "q", "response_1": "a"}, "csv")
    assert (record.value["id"], record.value["prompt"]) == ("row-2", "Why?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a,b\n", True),
        (b'"a, b";c\n', True),
        (b"a\tb", True),
        (b"only one\n", False),
        (b",,\n", False),
        (b"", False),
        (b"\xff\xfe,b\n", False),
    ],
)
def test_a_header_names_two_columns_at_least(text: bytes, expected: bool) -> None:
    assert is_header(text) is expected


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"\x1f\x8brest", b"no table", b""])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(ItemFileError):
        detect_table(io.BytesIO(content))
