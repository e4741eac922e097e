import gzip
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotation.errors import ItemFileError
from annotation.item_formats import READERS, detect_format

LIMIT = 1000


def read(format, content, limit=LIMIT):
    return list(READERS[format](io.BytesIO(content), limit))


def problems(records):
    return [(record.line, record.problem) for record in records if record.value is None]


def test_jsonl_reads_objects_line_by_line_and_passes_over_blank_lines():
    records = read("jsonl", b'\xef\xbb\xbf{"id": "a"}\n\n  \n{"id": "b"}')
    assert [(record.line, record.value) for record in records] == [
        (1, {"id": "a"}),
        (4, {"id": "b"}),
    ]


def test_jsonl_names_each_bad_line_and_goes_on():
    content = (
        b'{"id": \n[1]\n{"x": NaN}\n\xff\xfe\n' + b'{"id": "' + b"x" * 2000 + b'"}\n{"id": "z"}\n'
    )
    records = read("jsonl", content)
    found = problems(records)
    assert [line for line, _problem in found] == [1, 2, 3, 4, 5]
    assert found[0][1].startswith("This line is not valid JSON: ")
    assert found[1][1] == "This line is not a JSON object."
    assert found[2][1] == "This line is not valid JSON: NaN is not a JSON value."
    assert found[3][1] == "This line is not valid UTF-8 (byte 1 is 0xff)."
    assert found[4][1] == "This line is longer than 0 MB, the limit for one."
    assert records[-1].value == {"id": "z"}


def test_jsonl_survives_deep_nesting():
    assert problems(read("jsonl", b"[" * 100_000, limit=200_000)) == [
        (1, "This line is nested too deeply.")
    ]


def test_a_long_line_is_never_held_whole():
    class Counting(io.BytesIO):
        largest = 0

        def readline(self, size=-1):
            line = super().readline(size)
            self.largest = max(self.largest, len(line))
            return line

    file = Counting(b"x" * 5_000_000 + b'\n{"id": "a"}\n')
    records = list(READERS["jsonl"](file, LIMIT))
    assert [record.line for record in records] == [1, 2]
    assert file.largest <= 64 * 1024


def test_csv_reads_json_columns_and_conversations():
    content = (
        b"id,prompt,responses,metadata\n"
        b'a,"line one\nline two","[{""id"": ""r1"", ""text"": ""x""}]","{""topic"": ""t""}"\n'
        b'b,"[{""role"": ""user"", ""content"": ""hi""}]",[],\n'
    )
    first, second = read("csv", content)
    assert first.line == 2
    assert first.value == {
        "id": "a",
        "prompt": "line one\nline two",
        "responses": [{"id": "r1", "text": "x"}],
        "metadata": {"topic": "t"},
    }
    assert second.line == 4
    assert second.value["prompt"] == [{"role": "user", "content": "hi"}]


def test_csv_takes_a_column_for_each_response():
    (record,) = read("csv", b"id,prompt,response_1,model_1,response_2\na,p,one,m,two\n")
    assert record.value["responses"] == [
        {"id": "r1", "text": "one", "model": "m"},
        {"id": "r2", "text": "two", "model": ""},
    ]


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"a,b\n1,2\n", 1, "The first line must name the columns; `id` and `prompt` are needed."),
        (b"id,prompt\n1,2\n", 1, "A column `responses`, or columns `response_1`"),
        (b"id,prompt,id,responses\n", 1, "The first line names a column twice."),
        (
            b"id,prompt,response_1,response_2,response_4\n1,2,a,b,d\n",
            2,
            "The columns `response_1`, `response_2`",
        ),
        (b"id,prompt,responses,topic\n", 1, "Unknown column: topic. Further facts belong"),
        (b"id,prompt,responses\n1,2,[\n", 2, "Column `responses` is not valid JSON"),
        (b"id,prompt,responses\n1,2,[],4\n", 2, "This line has more fields than the header."),
        (b"id,prompt,responses\n1,\xff,[]\n", 2, "This line is not valid UTF-8"),
        (
            b'id,prompt,responses\n1,"' + b"y\n" * 900,
            2,
            "Not valid CSV from here: a field is longer",
        ),
        (b'id,prompt,responses\n1,"open', 2, "Not valid CSV from here: "),
    ],
)
def test_csv_names_what_is_wrong(content, line, problem):
    (found,) = problems(read("csv", content))
    assert found[0] == line
    assert found[1].startswith(problem)


def test_pandalm_becomes_pairs_with_hidden_models():
    entry = {
        "idx": 7,
        "motivation_app": "App",
        "cmp_key": "model-a_model-b",
        "instruction": "Do it.",
        "input": "With this.",
        "response1": True,
        "response2": "",
        "annotator1": 1,
    }
    (record,) = read("pandalm", json.dumps([entry]).encode())
    assert record.value == {
        "id": "pandalm-7",
        "prompt": "Do it.\n\nWith this.",
        "responses": [
            {"id": "r1", "text": "True", "model": "model-a"},
            {"id": "r2", "text": "", "model": "model-b"},
        ],
        "language": "en",
        "metadata": {"source": "pandalm", "motivation_app": "App"},
    }


def test_pandalm_names_bad_records():
    found = problems(read("pandalm", b'[3, {"idx": 1}, {"idx": 2'))
    assert found[0] == (1, "This record is not a JSON object.")
    assert found[1] == (2, "This record lacks cmp_key, instruction, response1, response2.")
    assert found[2][0] == 3
    assert found[2][1].startswith("Not valid JSON from record 3 on: ")


def test_parquet_reads_nested_columns():
    rows = [
        {
            "id": "a",
            "prompt": "p",
            "responses": [{"id": "r1", "text": "x", "model": None}],
            "metadata": '{"topic": "t"}',
        }
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    (record,) = read("parquet", buffer.getvalue())
    assert record.value == {
        "id": "a",
        "prompt": "p",
        "responses": [{"id": "r1", "text": "x"}],
        "metadata": {"topic": "t"},
    }


def test_a_broken_parquet_file_is_a_problem_of_its_first_row():
    ((line, problem),) = problems(read("parquet", b"PAR1 and nothing more"))
    assert line == 1
    assert problem.startswith("Not a readable Parquet file: ")


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b'{"id": 1}', "jsonl"),
        (b'\xef\xbb\xbf\n {"id": 1}', "jsonl"),
        (b'[{"cmp_key": "a_b"}]', "pandalm"),
        (b"id,prompt,responses\n", "csv"),
        (b'"id","prompt"\n', "csv"),
        (b"PAR1....", "parquet"),
    ],
)
def test_formats_are_found_by_their_first_bytes(head, format):
    assert detect_format(io.BytesIO(head)) == format


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("items.jsonl", "{}")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (zipped(), "This file is a ZIP archive; unpack it and give the file inside."),
        (gzip.compress(b"{}"), "This file is compressed with gzip; unpack it"),
        (b" \n ", "This file is empty."),
        (b"[1, 2]", "A JSON array is not an item file"),
        (b"hello there", "This is neither JSON Lines nor CSV with a header line"),
    ],
    ids=["zip", "gzip", "empty", "array", "prose"],
)
def test_what_is_no_item_file_is_refused(content, problem):
    with pytest.raises(ItemFileError) as error:
        detect_format(io.BytesIO(content))
    assert error.value.line == 1
    assert error.value.message.startswith(problem)
