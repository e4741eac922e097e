import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.content import canonical_text, sha256_of
from annotation.item_formats.records import RecordProblem, item_record
from annotation.task_types import task_type_of
from tests.factories import item_line

PAIRWISE = task_type_of("pairwise")


def test_a_valid_line_keeps_its_content_and_hashes_it():
    record = item_record(item_line("q1", metadata={"topic": "t"}), PAIRWISE)
    assert record.external_id == "q1"
    assert json.loads(record.metadata_json) == {"topic": "t"}
    assert [response.model for response in record.responses] == ["model-1x", "model-2x"]
    assert set(json.loads(record.hashes_json)["responses"]) == {"r1", "r2"}
    assert len(record.content_sha256) == 64


def test_the_hash_covers_models_and_metadata_but_not_the_order_of_keys():
    line = item_line("q1")
    same = dict(reversed(line.items()))
    other = {**line, "metadata": {"topic": "t"}}
    assert item_record(line, PAIRWISE).content_sha256 == item_record(same, PAIRWISE).content_sha256
    assert item_record(line, PAIRWISE).content_sha256 != item_record(other, PAIRWISE).content_sha256


def with_response(**parts):
    line = item_line("q1")
    line["responses"][0].update(parts)
    return line


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({}, "`id` must be a text that is not empty."),
        ({**item_line("q1"), "id": " "}, "`id` must be a text that is not empty."),
        ({**item_line("q1"), "id": "x" * 201}, "`id` is longer than 200 characters."),
        ({**item_line("q1"), "prompt": ""}, "`prompt` is empty."),
        ({**item_line("q1"), "promt": "x"}, "Unknown field: promt."),
        ({**item_line("q1"), "responses": "x"}, "`responses` must be a list."),
        (item_line("q1", 1), "A pairwise item needs exactly 2 responses, has 1."),
        (item_line("q1", 3), "A pairwise item needs exactly 2 responses, has 3."),
        ({**item_line("q1"), "responses": [1, 2]}, "Response 1 is not an object."),
        (with_response(id="r2"), "Two responses have the same id."),
        (with_response(text=None), "`text` of response 1 must be a text or a list of messages."),
        (with_response(txt="x"), "Response 1 has an unknown field: txt."),
        (with_response(model=3), "`model` of response 1 must be a short text."),
        (with_response(metadata=[]), "`metadata` of response 1 must be an object."),
        ({**item_line("q1"), "metadata": []}, "`metadata` must be an object."),
        ({**item_line("q1"), "language": 3}, "`language` must be a language tag"),
        ({**item_line("q1"), "prompt": "a\x00b"}, "It holds a NUL character"),
        ({**item_line("q1"), "prompt": "a\ud800b"}, "It holds characters or numbers"),
        (with_response(id="the-MODEL-1X-one"), "An id contains the model's name (model-1x)"),
        (
            {**item_line("model-2x vs"), "language": "en"},
            "An id contains the model's name (model-2x)",
        ),
    ],
)
def test_lines_that_do_not_fit_say_why(line, problem):
    with pytest.raises(RecordProblem) as error:
        item_record(line, PAIRWISE)
    assert str(error.value).startswith(problem)


def test_a_response_may_be_blank():
    record = item_record(with_response(text=""), PAIRWISE)
    assert [response.content_json for response in record.responses] == ['""', '"Answer 2 to q1"']


def test_numbers_serve_as_ids():
    assert item_record({**item_line("q1"), "id": 17}, PAIRWISE).external_id == "17"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(text=st.text(), metadata=st.dictionaries(st.text(), ANY_JSON, max_size=3))
def test_the_hash_is_that_of_the_whole_records_canonical_json(text, metadata):
    line = with_response(text=text, metadata=metadata)
    line |= {"id": f"q{text[:50]}", "metadata": metadata, "language": text[:5]}
    try:
        record = item_record(line, PAIRWISE)
    except RecordProblem:
        return
    responses = [
        {"id": one["id"], "text": one["text"], "model": one["model"], "metadata": {}}
        | {key: value for key, value in one.items() if key == "metadata"}
        for one in line["responses"]
    ]
    whole = {**line, "responses": responses}
    assert record.content_sha256 == sha256_of(whole)
    assert json.loads(record.hashes_json) == {
        "prompt": sha256_of(line["prompt"]),
        "responses": {one["id"]: sha256_of(one["text"]) for one in responses},
    }
    assert record.responses == [
        (
            one["id"],
            one["model"],
            canonical_text(one["text"]),
            canonical_text(one["metadata"]),
            sha256_of(one["text"]),
        )
        for one in responses
    ]
    assert json.loads(record.prompt_json) == line["prompt"]
    assert json.loads(record.metadata_json) == metadata
