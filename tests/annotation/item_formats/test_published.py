"""Published formats as items: found out, read exactly, and refused by line where they are broken.

The files beside are made by hand in the schemas of the published ones.
"""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotation.errors import ItemFileError
from annotation.item_formats import PUBLISHED, READERS, detect_format
from annotation.item_formats.entries import BUFFER
from annotation.item_formats.records import item_record
from annotation.task_types import task_type_of

FILES = Path(__file__).parent / "published"
LONGEST = 1024 * 1024


def read(format: str, content: bytes, longest: int = LONGEST) -> list[Any]:
    return list(READERS[format](io.BytesIO(content), longest))


def items_in(name: str) -> list[Any]:
    content = (FILES / name).read_bytes()
    return read(detect_format(io.BytesIO(content)), content)


def problems(records: list[Any]) -> list[tuple[int, str]]:
    return [(one.line, one.problem) for one in records if one.value is None]


def lines(*entries: Any) -> bytes:
    return b"\n".join(json.dumps(entry).encode() for entry in entries)


def first_entry(name: str) -> dict[str, Any]:
    text = (FILES / name).read_text(encoding="utf-8")
    entry: dict[str, Any] = (
        json.loads(text)[0] if text.startswith("[") else json.loads(text.splitlines()[0])
    )
    return entry


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


@pytest.mark.parametrize(
    ("name", "format", "counts"),
    [
        ("chatbot-arena.json", "chatbot-arena", [2, 2, 2, 2]),
        ("prism.jsonl", "prism", [3, 2, 2]),
        ("multipref.jsonl", "multipref", [2, 2]),
        ("helpsteer2.jsonl", "helpsteer2", [2, 2]),
        ("helpsteer3.jsonl", "helpsteer3", [2, 2]),
        ("ultrafeedback.jsonl", "ultrafeedback", [4, 2]),
        ("webgpt.jsonl", "webgpt", [2, 2, 2]),
        ("label-studio.json", "label-studio", [2, 2]),
        ("argilla.json", "argilla", [2, 2]),
        ("openai-chat.jsonl", "openai-chat", [2, 2, 1, 2]),
    ],
)
def test_each_file_is_known_and_gives_valid_items(name: str, format: str, counts: list[int]):
    with (FILES / name).open("rb") as file:
        assert detect_format(file) == format
        assert file.tell() == 0
    records = items_in(name)
    assert problems(records) == []
    found = [item_record(one.value, task_type_of("rating")) for one in records]
    assert [len(one.responses) for one in found] == counts


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_the_same_entries_are_read_from_lines_and_an_array(name: str):
    text = (FILES / name).read_text(encoding="utf-8")
    entries = json.loads(text) if text.startswith("[") else list(map(json.loads, text.splitlines()))
    expected = [one.value for one in items_in(name)]
    format = detect_format(io.BytesIO(text.encode()))
    for content in (lines(*entries), b"\xef\xbb\xbf" + json.dumps(entries, indent=2).encode()):
        assert detect_format(io.BytesIO(content)) == format
        assert [one.value for one in read(format, content)] == expected


def test_parquet_is_known_by_its_columns_and_read_by_rows():
    entry = first_entry("multipref.jsonl")
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([entry]), buffer)
    buffer.seek(0)
    assert detect_format(buffer) == "multipref"
    ((line, value, problem),) = read("multipref", buffer.getvalue())
    assert (line, problem) == (1, "")
    assert value == items_in("multipref.jsonl")[0].value


def test_parquet_moments_are_texts_and_what_is_no_number_is_left_out():
    from datetime import UTC, datetime

    row = {
        **first_entry("helpsteer3.jsonl"),
        "when": datetime(2024, 5, 1, tzinfo=UTC),
        "share": float("nan"),
        "picture": b"\x89PNG",
    }
    del row["individual_preference"]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row]), buffer)
    ((_line, value, _problem),) = read("helpsteer3", buffer.getvalue())
    assert value["metadata"] == {
        "source": "helpsteer3",
        "domain": "general",
        "language": "english",
        "when": "2024-05-01T00:00:00+00:00",
    }


def test_chatbot_arena_parts_conversations_where_they_differ():
    first, one_turn, two_turns, again = (one.value for one in items_in("chatbot-arena.json"))
    assert first == {
        "id": "arena-58210e39b3fd4441a2bd4a518bb44c2d-07729c83a1c1",
        "prompt": "Why do sheep stand still in rain?",
        "responses": [
            {"id": "r1", "text": "To keep their wool dry underneath.", "model": "larch-13b"},
            {"id": "r2", "text": "They are thinking.", "model": "pine-7b"},
        ],
        "language": "en",
        "metadata": {
            "source": "chatbot-arena",
            "turn": 1,
            "anony": True,
            "language": "English",
            "question_id": "58210e39b3fd4441a2bd4a518bb44c2d",
        },
    }
    assert [one["text"] for one in one_turn["responses"]] == ["The Elbe.", "The Oder."]
    assert two_turns["responses"][1]["text"] == [
        assistant("The Oder."),
        user("And its length?"),
        assistant("Long."),
    ]
    # Judged by two people, and one item: who judged is not in it.
    assert two_turns == again
    assert one_turn["id"] != two_turns["id"]


def test_chatbot_arena_takes_parts_of_texts_and_no_images():
    entry = first_entry("chatbot-arena.json")
    parts = [{"type": "text", "text": "Why?"}, {"type": "text", "text": "Now?"}]
    for name in ("conversation_a", "conversation_b"):
        entry[name] = [{"role": "user", "content": parts}, entry[name][1]]
    (record,) = read("chatbot-arena", lines(entry))
    assert record.value["prompt"] == "Why?\n\nNow?"
    parts.append({"type": "image", "image": "…"})
    assert problems(read("chatbot-arena", lines(entry))) == [
        (1, "This record holds more than text; images are not taken.")
    ]


def test_prism_groups_the_responses_of_a_turn_behind_what_was_said():
    opening, second, _other = (one.value for one in items_in("prism.jsonl"))
    assert (opening["id"], opening["prompt"]) == ("prism-c0-0", "Should cities ban cars?")
    assert opening["responses"][1] == {
        "id": "r2",
        "text": "Yes, all of them.",
        "model": "pine-7b",
        "metadata": {
            "utterance_id": "ut1",
            "within_turn_id": 1,
            "model_provider": "woodland",
            "score": 30,
            "if_chosen": False,
        },
    }
    assert second["prompt"] == [
        user("Should cities ban cars?"),
        assistant("It depends on transit."),
        user("What of small towns?"),
    ]
    assert second["metadata"] == {
        "source": "prism",
        "conversation_id": "c0",
        "turn": 1,
        "interaction_id": "int01",
        "conversation_type": "unguided",
    }


def test_prism_refuses_turns_whose_beginning_is_missing():
    rows = [json.loads(line) for line in (FILES / "prism.jsonl").read_text().splitlines()]
    unknown = "What was said before this turn is not in the file before it."
    assert problems(read("prism", lines(*rows[3:]))) == [(1, unknown)]
    rows[0]["if_chosen"] = False
    assert problems(read("prism", lines(*rows))) == [(4, unknown)]
    rows[1]["user_prompt"] = "Another?"
    different = (1, "The responses of this turn do not answer the same prompt.")
    assert problems(read("prism", lines(*rows))) == [different, (4, unknown)]


def test_prism_holds_no_turn_longer_than_a_line_may_be():
    rows = [json.loads(line) for line in (FILES / "prism.jsonl").read_text().splitlines()]
    too_long = (3, "This record is longer than 0 MB.")
    found = read("prism", lines(*({**row, "model_response": "x" * 300} for row in rows)), 800)
    assert problems(found)[0] == too_long


def test_prism_holds_no_more_rows_of_a_turn_than_show_that_there_are_too_many():
    row = json.loads((FILES / "prism.jsonl").read_text().splitlines()[0])
    rows = [{**row, "model_response": "", "utterance_id": f"ut{n}"} for n in range(500)]
    (found,) = read("prism", lines(*rows))
    assert len(found.value["responses"]) == 11


def test_multipref_leaves_annotations_and_gives_no_id_that_tells_a_model():
    first, telling = (one.value for one in items_in("multipref.jsonl"))
    assert first == {
        "id": "multipref-d0be61f1d511417f",
        "prompt": "How do I boil an egg?",
        "responses": [
            {
                "id": "r1",
                "text": "Seven minutes in boiling water.",
                "model": "woodland/larch-13b",
            },
            {"id": "r2", "text": "Put it in water.", "model": "pine-7b"},
        ],
        "language": "en",
        "metadata": {
            "source": "multipref",
            "prompt_id": "00d2d503",
            "category": "Open QA",
            "highest_level_degree": "Bachelor's",
            "original_source": "woodland_instructions",
        },
    }
    assert telling["id"] == "multipref-892ffb5ac70d"


def test_helpsteer_prompts_of_several_turns_become_conversations():
    _slogan, joke = (one.value for one in items_in("helpsteer2.jsonl"))
    assert joke == {
        "id": "helpsteer2-2",
        "prompt": [user("Hello"), assistant("Hi!"), user("Tell a joke.")],
        "responses": [{"id": "r1", "text": "Knock knock."}, {"id": "r2", "text": "No."}],
        "language": "en",
        "metadata": {"source": "helpsteer2", "split": "validation"},
    }
    picnic, code = (one.value for one in items_in("helpsteer3.jsonl"))
    assert (picnic["prompt"], picnic["language"]) == ("Plan a picnic.", "en")
    assert code["prompt"] == [user("Sum a list."), assistant("Use sum()."), user("Without it?")]
    assert (code["language"], code["metadata"]["language"]) == ("", "python")


def test_ultrafeedback_keeps_scores_hidden_in_both_shapes():
    moss, fog = (one.value for one in items_in("ultrafeedback.jsonl"))
    assert [one["model"] for one in moss["responses"]] == [
        *("larch-13b", "pine-7b", "fir-1b", "yew-3b"),
    ]
    assert moss["responses"][2]["text"] == ""
    assert moss["responses"][0]["metadata"] == {
        "annotations": {"helpfulness": {"Rating": "8.0", "Rationale": "As said."}},
        "custom_system_prompt": "Be kind.",
        "principle": "helpfulness",
        "critique": "Fine.",
        "overall_score": 8.0,
        "fine-grained_score": 7.5,
    }
    assert fog["prompt"] == "Describe fog."
    assert fog["responses"] == [
        {"id": "r1", "text": "Weather.", "metadata": {"side": "rejected", "score": 4.0}},
        {
            "id": "r2",
            "text": "A cloud on the ground.",
            "metadata": {"side": "chosen", "score": 8.5},
        },
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"prompt": "Why?", "chosen": "So.", "rejected": "No."},
        {"prompt": [user("Why?")], "chosen": "So.", "rejected": "No."},
        {"prompt": "Why?", "chosen": [assistant("So.")], "rejected": [assistant("No.")]},
        {"prompt": [user("Why?")], "chosen": [assistant("So.")], "rejected": [assistant("No.")]},
        {"chosen": [user("Why?"), assistant("So.")], "rejected": [user("Why?"), assistant("No.")]},
    ],
)
def test_preference_pairs_for_training_are_read_alike(entry: dict[str, Any]):
    (record,) = read("ultrafeedback", lines(entry))
    assert record.value["prompt"] == "Why?"
    assert {one["metadata"]["side"]: one["text"] for one in record.value["responses"]} == {
        "chosen": "So.",
        "rejected": "No.",
    }


def test_webgpt_keeps_quotes_hidden_and_leaves_scores():
    salty = items_in("webgpt.jsonl")[0].value
    assert (salty["id"], salty["prompt"]) == ("webgpt-1", "Why is the sea salty?")
    assert salty["responses"][0] == {
        "id": "r1",
        "text": "Rivers bring salt [1].",
        "metadata": {
            "quotes": {"title": ["Oceans (example.org)"], "extract": ["Rivers carry salt."]},
            "tokens": {"prefix": [1, 2], "completion": [3]},
        },
    }
    assert salty["metadata"] == {"source": "webgpt", "question": {"dataset": "eli5", "id": "e1"}}


def test_tasks_of_label_studio_are_recognised_by_their_fields():
    rust = items_in("label-studio.json")[0].value
    assert rust == {
        "id": "task-41",
        "prompt": "What is rust?",
        "responses": [
            {"id": "r1", "text": "Iron and oxygen.", "model": ""},
            {"id": "r2", "text": "A colour.", "model": ""},
        ],
        "language": None,
        "metadata": {"source": "label-studio", "topic": "chemistry"},
    }


@pytest.mark.parametrize(
    ("data", "responses"),
    [
        (
            {"question": "Q", "response_b": "two", "response_a": "one", "model_b": "pine-7b"},
            [("r1", "one", ""), ("r2", "two", "pine-7b")],
        ),
        ({"prompt": "Q", "answers": ["one", "two"]}, [("r1", "one", ""), ("r2", "two", "")]),
        (
            {"prompt": "Q", "items": [{"id": "x1", "body": "one"}, {"id": "x2", "html": "two"}]},
            [("x1", "one", ""), ("x2", "two", "")],
        ),
        ({"text": "Q", "text1": "one", "text2": "two"}, [("r1", "one", ""), ("r2", "two", "")]),
        ({"messages": [user("Q")], "response": "one"}, [("r1", "one", "")]),
        (
            {"item_id": "q", "response_ids": ["m", "n"], "prompt": "Q", "response_a": "one"}
            | {"response_b": "two"},
            [("m", "one", ""), ("n", "two", "")],
        ),
    ],
)
def test_fields_of_tasks_have_many_names(data: dict[str, Any], responses: list[Any]):
    (record,) = read("label-studio", lines({"data": data}))
    assert record.value["prompt"] == "Q"
    assert [tuple(one.values()) for one in record.value["responses"]] == responses
    assert record.value["id"] == ("q" if "item_id" in data else "task-1")


def test_argilla_records_take_models_from_their_metadata():
    bird, tree = (one.value for one in items_in("argilla.json"))
    assert bird == {
        "id": "record-rec-1",
        "prompt": "Name a bird.",
        "responses": [
            {"id": "r1", "text": "Wren.", "model": "larch-13b"},
            {"id": "r2", "text": "Bat.", "model": "pine-7b"},
        ],
        "language": "en",
        "metadata": {"source": "argilla", "batch": 3, "note": "easy"},
    }
    assert (tree["id"], tree["prompt"]) == ("record-ext-2", "Name a tree.")


def test_chat_completions_of_one_prompt_are_one_item():
    peru, hi, sum_, shout = (one.value for one in items_in("openai-chat.jsonl"))
    assert peru["id"] == "chat-1"
    assert peru["prompt"] == [
        {"role": "system", "content": "Answer in a word."},
        user("Capital of Peru?"),
    ]
    assert [(one["id"], one["text"], one["model"]) for one in peru["responses"]] == [
        ("r1", "Lima.", "larch-13b"),
        ("r2", "Cusco.", "pine-7b"),
    ]
    assert peru["responses"][0]["metadata"]["temperature"] == 0.2
    assert (hi["id"], [one["text"] for one in hi["responses"]]) == (
        "chat-chatcmpl-b1",
        ["Hi.", "Hello!"],
    )
    assert [one["text"] for one in sum_["responses"]] == ["Four."]
    assert shout["prompt"] == "Shout.\n\nSoftly."
    assert {one["metadata"]["side"]: one["text"] for one in shout["responses"]} == {
        "chosen": "HEY",
        "rejected": "hey",
    }


NO_MESSAGES = "must be a list of messages."


@pytest.mark.parametrize(
    ("format", "entry", "problem"),
    [
        ("chatbot-arena", {"model_a": "x"}, "This record lacks conversation_a, conversation_b, m"),
        (
            "chatbot-arena",
            {"model_a": "x", "model_b": "y", "conversation_a": "hi", "conversation_b": [{}]},
            f"`conversation_a` {NO_MESSAGES}",
        ),
        ("prism", {"conversation_id": "c", "turn": 0}, "This record lacks user_prompt, model_res"),
        ("multipref", {"text": "x", "completion_a": "y"}, "This record lacks comparison_id, comp"),
        ("helpsteer2", {"prompt": "x", "response_1": "y"}, "This record lacks response_2."),
        (
            "helpsteer3",
            {"context": "x", "response1": "y", "response2": "z"},
            f"`context` {NO_MESSAGES}",
        ),
        ("ultrafeedback", {"instruction": "x", "completions": ["y"]}, "`completions` must be a l"),
        ("ultrafeedback", {"prompt": 3, "chosen": "x", "rejected": "y"}, f"`prompt` {NO_MESSAGES}"),
        ("webgpt", {"question": [], "answer_0": "x", "answer_1": "y"}, "`question` must be an obj"),
        ("label-studio", {"data": "x"}, "`data` must be an object."),
        ("label-studio", {"data": {"answer1": "x"}}, "This record lacks a field that is known to "),
        ("argilla", {"fields": {"prompt": "x"}}, "This record lacks fields that are known to be "),
        ("argilla", {"fields": []}, "`fields` must be an object."),
        ("openai-chat", {"messages": [user("x")]}, "The last message is not an answer."),
        ("openai-chat", {"messages": [user("x")], "choices": [1]}, "`choices` must be a list of o"),
        ("openai-chat", {"response": {"choices": []}}, f"`messages` {NO_MESSAGES}"),
    ],
)
def test_a_broken_record_is_told_with_its_line(format: str, entry: Any, problem: str):
    broken = read(format, b"\n" + lines(entry, {}) + b"\nnot JSON")
    (line, found), *_empty, (last, not_json) = problems(broken)
    assert (line, last) == (2, 4)
    assert found.startswith(problem)
    assert not_json.startswith("This line is not valid JSON: ")
    assert len(broken) == 3


class Counting(io.BytesIO):
    """Tells how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.taken += len(content)
        return content


@pytest.mark.parametrize("format", [*PUBLISHED, "pandalm"])
def test_a_record_of_an_array_that_is_too_long_is_never_held_whole(format: str):
    file = Counting(b'[{"fields": "' + b"x" * 5_000_000 + b'"}]')
    records = list(READERS[format](file, LONGEST))
    assert problems(records) == [(1, "This record is longer than 1 MB.")]
    assert file.taken < LONGEST + 4 * BUFFER


def test_a_long_array_of_short_records_is_read_to_its_end():
    entry = first_entry("webgpt.jsonl")
    records = read("webgpt", json.dumps([entry] * 500).encode(), 2000)
    assert [one.line for one in records] == list(range(1, 501))
    assert problems(records) == []


def test_a_broken_array_is_told_where_it_breaks():
    text = json.dumps([first_entry("argilla.json")])[:-1] + ", 3, {"
    found = problems(read("argilla", text.encode()))
    assert found[0] == (2, "This record is not a JSON object.")
    assert found[1][0] == 3
    assert found[1][1].startswith("Not valid JSON from record 3 on: ")


def test_fields_are_found_behind_a_long_text_and_broken_beginnings_are_no_format():
    entry = {"context": "x" * 20_000, "response1": "a", "response2": "b"}
    assert detect_format(io.BytesIO(json.dumps([entry]).encode())) == "helpsteer3"
    assert detect_format(io.BytesIO(b'{"data": {"x": 1}, oops')) == "label-studio"
    assert detect_format(io.BytesIO(b'{"id": 1, "prompt": "x", "responses": [], "data": 1}')) == (
        "jsonl"
    )
    with pytest.raises(ItemFileError):
        detect_format(io.BytesIO(b'[{"id": 1, "prompt": "x", "responses": []}]'))
