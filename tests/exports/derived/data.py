"""Small datasets as tables in memory, and derived files read back."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotation.task_types import task_type_of
from exports.derived import Made, Source, Tables, read_requests, write_derived
from exports.tables import COMPARISONS, ITEMS, JUDGMENTS, RESPONSES, annotators_table
from exports.tables.people import AskedQuestion

CONVERSATION = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": 'Is it "so"?\nReally?'},
]
ITEMS_OF_PAIRS: dict[str, dict[str, Any]] = {
    "q1": {"prompt": "What is it?", "responses": {"z": "Three.", "a": "Drei 😀"}, "language": "en"},
    "q2": {
        "prompt": CONVERSATION,
        "responses": {"r1": "Yes", "r2": [{"role": "assistant", "content": "No"}]},
    },
}
RANKED_ITEMS: dict[str, dict[str, Any]] = {
    "k1": {"prompt": "Rank", "responses": {key: f"Text {key}" for key in ("c", "a", "b")}}
}
QUESTION = AskedQuestion("age", "How old are you?", False, {"young": "Under 40", "old": "Over"})


@dataclass
class Said:
    """What one person answered to one item."""

    item: str
    annotator: str
    answers: dict[str, Any]
    stratum: str | None = "young"
    is_repeat: bool = False
    is_final: bool = True
    reason: str | None = None
    confidence: float | None = None
    acceptable: dict[str, bool] | None = None
    parts: dict[str, Any] = field(default_factory=dict)


def prefer(response: str, strength: int = 1) -> dict[str, Any]:
    return {"preferred": response, "strength": strength}


def tables_of(
    said: Sequence[Said],
    items: dict[str, dict[str, Any]] = ITEMS_OF_PAIRS,
    *,
    task_type: str = "pairwise",
    first_id: int = 1,
) -> Tables:
    """The documented tables; judgments are numbered in their order."""
    judgments, comparisons = [], []
    for number, one in enumerate(said, first_id):
        ids = list(items[one.item]["responses"])
        shared = {
            "judgment_id": number,
            "item_id": one.item,
            "annotator_id": one.annotator,
            "is_repeat": one.is_repeat,
            "is_final": one.is_final,
            "campaign": "pairs",
        }
        judgments.append(
            {
                **shared,
                "annotator_stratum": one.stratum,
                "profile_version": 1,
                "task_type": task_type,
                "presented_order": list(reversed(ids)),
                "answers": json.dumps(one.answers),
                "reason": one.reason,
                "confidence": one.confidence,
                "acceptable": one.acceptable and json.dumps(one.acceptable),
                "elapsed_ms": 2500,
                "submitted_at": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
            }
        )
        for criterion, answer in one.answers.items():
            for pair in task_type_of(task_type).comparisons(answer, response_ids=ids):
                comparisons.append(
                    {
                        **shared,
                        "criterion": criterion,
                        "response_a": pair.response_a,
                        "response_b": pair.response_b,
                        "preference": pair.preference,
                        "outcome": pair.outcome,
                        "shown_first": pair.response_b,
                        "source": task_type,
                    }
                )
    people = dict.fromkeys(one.annotator for one in said)
    return Tables(
        {
            "judgments": pa.Table.from_pylist(judgments, JUDGMENTS.arrow_schema),
            "comparisons": pa.Table.from_pylist(comparisons, COMPARISONS.arrow_schema),
            "items": pa.Table.from_pylist(
                [item_row(key, one) for key, one in items.items()], ITEMS.arrow_schema
            ),
            "responses": pa.Table.from_pylist(
                [
                    {
                        "item_id": key,
                        "response_id": response,
                        "model": one.get("models", {}).get(response),
                        **content_row("text", content),
                    }
                    for key, one in items.items()
                    for response, content in one["responses"].items()
                ],
                RESPONSES.arrow_schema,
            ),
            "annotators": pa.Table.from_pylist(
                [{"annotator_id": name, "profile_version": 1, "age": "young"} for name in people],
                annotators_table([QUESTION]).arrow_schema,
            ),
        }
    )


def item_row(key: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "item_id": key,
        "language": item.get("language"),
        **content_row("prompt", item["prompt"]),
    }


def content_row(name: str, content: Any) -> dict[str, Any]:
    is_text = isinstance(content, str)
    return {name: content if is_text else json.dumps(content), "is_conversation": not is_text}


def made_of(folder: Path, sources: Sequence[Source], *requests: Any) -> dict[str, Made]:
    """The files of these requests, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    found = write_derived(read_requests(requests), sources, folder, lambda: None)
    return {one.path.name: one for one in found}


def lines_of(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode().split("\n")[:-1]]


def json_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
