"""Which published format a file is in, by the fields of its first record."""

import io
from collections.abc import Collection
from typing import Any

import ijson

from annotation.enums import ItemFormat

# Fields stand in any order, and a text may come before the one that tells.
KEYS_WITHIN = 1024 * 1024
TELLS_PANDALM = {"cmp_key", "response1"}
# The first that has all of its fields in the record; what is ours stands before all others.
SIGNATURES: tuple[tuple[set[str], str], ...] = (
    ({"id", "prompt", "responses"}, ItemFormat.JSONL),
    ({"conversation_a", "conversation_b", "model_a", "model_b"}, ItemFormat.CHATBOT_ARENA),
    ({"conversation_id", "turn", "within_turn_id", "model_response"}, ItemFormat.PRISM),
    ({"text", "completion_a", "completion_b"}, ItemFormat.MULTIPREF),
    ({"prompt", "response_1", "response_2", "preference_strength"}, ItemFormat.HELPSTEER2),
    ({"context", "response1", "response2"}, ItemFormat.HELPSTEER3),
    ({"instruction", "completions"}, ItemFormat.ULTRAFEEDBACK),
    ({"prompt", "chosen", "rejected"}, ItemFormat.ULTRAFEEDBACK),
    ({"question", "answer_0", "answer_1"}, ItemFormat.WEBGPT),
    ({"chosen", "rejected"}, ItemFormat.HH_RLHF),
    ({"data"}, ItemFormat.LABEL_STUDIO),
    ({"fields"}, ItemFormat.ARGILLA),
    ({"messages"}, ItemFormat.OPENAI_CHAT),
    ({"request", "response"}, ItemFormat.OPENAI_CHAT),
    ({"input", "preferred_output", "non_preferred_output"}, ItemFormat.OPENAI_CHAT),
)


def published_format(fields: set[str]) -> str:
    """The format whose fields these are, or ""."""
    return next((name for needed, name in SIGNATURES if needed <= fields), "")


def telling_fields(format: str, fields: Collection[str]) -> list[str]:
    """Those of these fields by which a file is known to be in a format, in their order."""
    known = [needed for needed, name in SIGNATURES if name == format and needed <= set(fields)]
    known += [TELLS_PANDALM] if format == ItemFormat.PANDALM else []
    return [one for one in fields if known and one in known[0]]


def first_fields(head: bytes) -> set[str]:
    """The fields of the first object in the beginning of JSON Lines or of an array."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    place = "item" if text.startswith(b"[") else ""
    fields: set[str] = set()
    try:
        for path, event, value in ijson.parse(io.BytesIO(text), multiple_values=True):
            if path == place and event == "map_key":
                fields.add(value)
            elif path == place and event == "end_map":
                break
    except (ijson.JSONError, UnicodeDecodeError):
        pass  # cut off, or broken: what was seen has to do
    return fields


def parquet_fields(file: Any) -> set[str]:
    """The columns of a Parquet file; none where it cannot be read. The file is rewound."""
    # Heavy, and only workers that meet such a file need it.
    import pyarrow
    import pyarrow.parquet

    try:
        return set(pyarrow.parquet.read_schema(file).names)
    except (pyarrow.ArrowException, OSError):
        return set()
    finally:
        file.seek(0)
