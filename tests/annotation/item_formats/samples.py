"""A small faithful file of each format of item files, and what becomes of it: one table.

The files in `published` are made by hand in the schemas of the published ones; the others are made
here. Every item fits a campaign that rates.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

FILES = Path(__file__).parent / "published"

OWN = [
    {
        "id": f"{kind}-{number}",
        "prompt": f"Which {kind} is number {number}?",
        "responses": [
            {"id": "a", "text": f"The {kind} of number {number}.", "model": "oak-1"},
            {"id": "b", "text": "No idea.", "model": "elm-2"},
        ],
        "language": "en",
    }
    for kind in ("tea", "tide", "bird")
    for number in (1, 2)
]


def lines_of(*entries: object) -> bytes:
    return "\n".join(map(json.dumps, entries)).encode()


def own_csv() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "prompt", "response_1", "model_1", "response_2", "model_2", "language"])
    for one in OWN[2:4]:
        first, second = one["responses"]
        cells = [first["text"], first["model"], second["text"], second["model"]]  # type: ignore[index]
        writer.writerow([one["id"], one["prompt"], *cells, one["language"]])
    return text.getvalue().encode()


def own_parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(OWN[4:6]), buffer)
    return buffer.getvalue()


def pandalm() -> bytes:
    entry = {
        "idx": 7,
        "motivation_app": "Notes",
        "cmp_key": "oak-7b_elm-7b",
        "instruction": "Shorten this.",
        "input": "The rain fell all day.",
        "response1": "It rained.",
        "response2": "Rain.",
        "annotator1": 1,
        "annotator2": 0,
        "annotator3": 2,
    }
    return json.dumps([entry]).encode()


def hh_rlhf() -> bytes:
    begin = "\n\nHuman: How do I greet a neighbour?\n\nAssistant:"
    return lines_of({"chosen": f"{begin} Say hello.", "rejected": f"{begin} Hide."})


class Sample(NamedTuple):
    """A file: the format it is known as, its columns that tell so, how many items it makes, the
    id of the first with a text of its prompt and of a response, and whether people judged in it."""

    name: str
    content: Callable[[], bytes]
    format: str
    known_by: list[str]
    items: int
    first: str
    prompt: str
    response: str
    judged: bool = False


def published(
    name: str,
    known_by: str,
    items: int,
    first: str,
    prompt: str,
    response: str,
    *,
    judged: bool = True,
) -> Sample:
    content = (FILES / name).read_bytes
    format = name.partition(".")[0]
    return Sample(name, content, format, known_by.split(), items, first, prompt, response, judged)


SAMPLES = (
    Sample(
        "own.jsonl",
        lambda: lines_of(*OWN[:2]),
        "jsonl",
        ["id", "prompt", "responses", "language"],
        2,
        "tea-1",
        "Which tea is number 1?",
        "The tea of number 1.",
    ),
    Sample(
        "own.csv",
        own_csv,
        "csv",
        ["id", "prompt", "response_1", "model_1", "response_2", "model_2", "language"],
        2,
        "tide-1",
        "Which tide is number 1?",
        "The tide of number 1.",
    ),
    Sample(
        "own.parquet",
        own_parquet,
        "parquet",
        ["id", "prompt", "responses", "language"],
        2,
        "bird-1",
        "Which bird is number 1?",
        "The bird of number 1.",
    ),
    Sample(
        "testset.json",
        pandalm,
        "pandalm",
        ["cmp_key", "response1"],
        1,
        "pandalm-7",
        "The rain fell all day.",
        "It rained.",
        judged=True,
    ),
    Sample(
        "harmless.jsonl",
        hh_rlhf,
        "hh-rlhf",
        ["chosen", "rejected"],
        1,
        "hh-1",
        "How do I greet a neighbour?",
        "Say hello.",
    ),
    published(
        "chatbot-arena.json",
        "model_a model_b conversation_a conversation_b",
        3,
        "arena-58210e39b3fd4441a2bd4a518bb44c2d-07729c83a1c1",
        "Why do sheep stand still in rain?",
        "To keep their wool dry underneath.",
    ),
    published(
        "prism.jsonl",
        "conversation_id turn within_turn_id model_response",
        3,
        "prism-c0-0",
        "Should cities ban cars?",
        "It depends on transit.",
    ),
    published(
        "multipref.jsonl",
        "text completion_a completion_b",
        2,
        "multipref-d0be61f1d511417f",
        "How do I boil an egg?",
        "Seven minutes in boiling water.",
    ),
    published(
        "helpsteer2.jsonl",
        "prompt response_1 response_2 preference_strength",
        2,
        "helpsteer2-1",
        "Write a slogan for a bakery.",
        "Bread, warm.",
    ),
    published(
        "helpsteer3.jsonl",
        "context response1 response2",
        2,
        "helpsteer3-1",
        "Plan a picnic.",
        "Bring cheese.",
    ),
    published(
        "ultrafeedback.jsonl",
        "instruction completions",
        2,
        "ultrafeedback-1",
        "Describe moss.",
        "Soft and green.",
        judged=False,
    ),
    published(
        "webgpt.jsonl",
        "question answer_0 answer_1",
        3,
        "webgpt-1",
        "Why is the sea salty?",
        "Rivers bring salt",
    ),
    published("label-studio.json", "data", 2, "task-41", "What is rust?", "Iron and oxygen."),
    published("argilla.json", "fields", 2, "record-rec-1", "Name a bird.", "Wren."),
    published(
        "openai-chat.jsonl",
        "request response",
        4,
        "chat-1",
        "Answer in a word.",
        "Lima.",
        judged=False,
    ),
)

PAIRS = [
    {"pair": "1_2", "worker": "w1", "topic": "Cats?", "a1": "Yes.", "a2": "No.", "label": "a1"},
    {
        "pair": "3_4",
        "worker": "w1",
        "topic": "Dogs?",
        "a1": "Often.",
        "a2": "Never.",
        "label": "a2",
    },
    {"pair": "1_2", "worker": "w2", "topic": "Cats?", "a1": "Yes.", "a2": "No.", "label": "equal"},
]
PAIR_COLUMNS = {"id": "pair", "prompt": "topic", "response_1": "a1", "response_2": "a2"}


def pairs_csv(delimiter: str = ",") -> bytes:
    """A table of pairs whose columns have names of their own."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(PAIRS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(PAIRS)
    return text.getvalue().encode()


def pairs_parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(PAIRS), buffer)
    return buffer.getvalue()


# The same table in every form of one: name of the file → its content and the format it is read as.
TABLES = {
    "pairs.csv": (pairs_csv(), "csv"),
    "pairs-of-a-spreadsheet.csv": (pairs_csv(";"), "csv"),
    "pairs.tsv": (pairs_csv("\t"), "csv"),
    "pairs.jsonl": (lines_of(*PAIRS), "jsonl"),
    "pairs.json": (json.dumps(PAIRS).encode(), "jsonl"),
    "pairs.parquet": (pairs_parquet(), "parquet"),
}
