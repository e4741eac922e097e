"""PandaLM's test set: a JSON array of instruction, input and two responses.

The three human labels of each record are judgments, not items, and are left where they are.
Field names as in the published file (WeOpenML/PandaLM, `testset-v1.json`).
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord, megabytes
from annotation.item_formats.entries import array_entries

NEEDED = ("idx", "cmp_key", "instruction", "response1", "response2")


def read_pandalm(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records of a PandaLM file as items `pandalm-<idx>` with the responses `r1` and `r2`."""
    for entry in array_entries(file, longest):
        yield entry if entry.value is None else record_of(entry.line, entry.value, longest)


def record_of(number: int, entry: Any, longest: int) -> RawRecord:
    if not isinstance(entry, dict):
        return RawRecord(number, None, "This record is not a JSON object.")
    missing = [key for key in NEEDED if key not in entry]
    if missing:
        return RawRecord(number, None, f"This record lacks {', '.join(missing)}.")
    values = [entry.get(key) for key in ("instruction", "response1", "response2", "input")]
    if any(isinstance(value, dict | list) for value in values):
        return RawRecord(number, None, "Instruction, input and responses must be texts.")
    texts = [plain_text(value) for value in values]
    if sum(map(len, texts)) > longest:
        return RawRecord(number, None, f"This record is longer than {megabytes(longest)}.")
    return RawRecord(number, item_of(entry, texts))


def item_of(entry: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    instruction, first, second, context = texts
    model_1, _separator, model_2 = str(entry["cmp_key"]).partition("_")
    return {
        "id": f"pandalm-{plain_text(entry['idx'])}",
        "prompt": f"{instruction}\n\n{context}".strip(),
        "responses": [
            {"id": "r1", "text": first, "model": model_1},
            {"id": "r2", "text": second, "model": model_2},
        ],
        "language": "en",
        "metadata": {"source": "pandalm", "motivation_app": entry.get("motivation_app", "")},
    }


def plain_text(value: Any) -> str:
    """A value as text: the published file holds a few outputs ("True") as JSON booleans."""
    return "" if value is None else str(value)
