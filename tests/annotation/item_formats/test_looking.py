"""A file's beginning: its format and what told it, its columns, its first records."""

import io
from typing import Any

import pytest

from annotation.errors import ItemFileError
from annotation.item_formats.looking import Beginning, LookRequest, beginning_of
from annotation.judgment_formats.base import Terms
from annotation.judgment_formats.held import are_judgments, holds_judgments
from tests.annotation.item_formats.samples import (
    OWN,
    PAIR_COLUMNS,
    SAMPLES,
    TABLES,
    Sample,
    lines_of,
    pairs_parquet,
)

BY_NAME = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)


def begun(content: bytes, **parts: Any) -> Beginning:
    request = LookRequest("auto", None, 1024 * 1024, 1000, 8 * 1024 * 1024)
    file = io.BytesIO(content)
    found = beginning_of(file, request._replace(**parts))
    assert file.tell() == 0
    return found


@BY_NAME
def test_every_format_is_known_by_its_fields_and_begins_with_its_items(sample: Sample) -> None:
    found = begun(sample.content())
    assert (found.format, found.known_by) == (sample.format, sample.known_by)
    assert (found.to_name, found.is_whole) == (False, True)
    assert [one.problem for one in found.records if one.problem] == []
    ids = [one.value["id"] for one in found.records if one.value]
    assert (ids[0], len(set(ids)), found.total) == (sample.first, sample.items, len(ids))
    terms = Terms("rating", "overall")
    assert holds_judgments(found.format, found.entries, terms) is sample.judged


def test_a_format_that_was_named_was_not_recognised_by_anything() -> None:
    found = begun(lines_of(*OWN), format="jsonl")
    assert (found.format, found.known_by) == ("jsonl", [])


@pytest.mark.parametrize("name", TABLES)
def test_columns_of_other_names_are_shown_with_examples_and_guesses(name: str) -> None:
    content, format = TABLES[name]
    found = begun(content)
    assert (found.format, found.to_name) == (format, True)
    assert found.names == ["pair", "worker", "topic", "a1", "a2", "label"]
    assert found.examples == {
        "pair": "1_2",
        "worker": "w1",
        "topic": "Cats?",
        "a1": "Yes.",
        "a2": "No.",
        "label": "a1",
    }
    assert found.columns == {**PAIR_COLUMNS, "annotator_id": "worker", "label": "label"}
    assert [one.value["prompt"] for one in found.records if one.value] == [
        "Cats?",
        "Dogs?",
        "Cats?",
    ]


def test_named_columns_replace_the_guesses_and_none_show_nothing() -> None:
    content, _format = TABLES["pairs.csv"]
    found = begun(content, columns={"prompt": "a1", "response_1": "topic"})
    assert [one.value["prompt"] for one in found.records if one.value] == ["Yes.", "Often.", "Yes."]
    found = begun(content, columns={})
    assert (found.records, found.to_name, found.total) == ([], True, None)


def test_no_more_is_read_than_was_asked_for() -> None:
    content = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(50)))
    found = begun(content, most_records=10)
    assert (len(found.records), found.is_whole, found.total) == (10, False, None)
    found = begun(content, most_bytes=1)
    assert (len(found.records), found.is_whole) == (1, False)
    found = begun(content, most_records=50)
    assert (len(found.records), found.is_whole, found.total) == (50, True, 50)


def test_parquet_tells_how_many_rows_it_has() -> None:
    found = begun(pairs_parquet(), most_records=1)
    assert (len(found.records), found.is_whole, found.total) == (1, False, 3)


def test_of_a_file_that_is_cut_the_last_record_is_left_out() -> None:
    content = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(3)))
    found = begun(content[:-20], is_cut=True)
    assert [one.value["id"] for one in found.records if one.value] == ["q0", "q1"]
    assert (len(found.records), found.is_whole, found.total) == (2, False, None)
    # An array is cut within a record, too.
    content = SAMPLES[5].content()
    found = begun(content[: len(content) - 200], is_cut=True)
    assert [one.problem for one in found.records] == [""] * len(found.records)
    assert len(found.records) >= 2


def test_a_beginning_without_any_column_is_left_to_its_reader() -> None:
    for content in (b"PAR1 and nothing else", pairs_parquet()[:-50]):
        found = begun(content, is_cut=True)
        assert (found.format, found.to_name, len(found.records)) == ("parquet", False, 1)
        assert found.records[0].problem.startswith("Not a readable Parquet file: ")
    found = begun(b"{oops\n{oops\n")
    assert [one.line for one in found.records] == [1, 2]
    assert all(one.problem.startswith("This line is not valid JSON") for one in found.records)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\x1f\x8b", b"", b"words only"])
def test_what_is_nothing_known_is_refused(content: bytes) -> None:
    with pytest.raises(ItemFileError):
        begun(content)


def test_a_cut_example_and_a_column_without_one() -> None:
    found = begun(lines_of({"question": "x" * 100, "list": ["ü", 1], "none": None}))
    assert found.examples == {"question": f"{'x' * 80}…", "list": '["ü", 1]', "none": ""}


def test_a_table_of_judgments_is_one_by_its_columns() -> None:
    assert are_judgments(["item_id", "annotator_id", "answers", "reason"]) is True
    assert are_judgments(["item_id", "annotator_id"]) is False
