"""MultiPref: pairs, whose annotations by crowdworkers and experts are judgments, not items.

Field names as in allenai/multipref.
"""

from typing import Any

from annotation.item_formats.published import Published, need, neutral_id, rest_of

TEXTS, MODELS = ("completion_a", "completion_b"), ("model_a", "model_b")
WORKERS = ("normal_worker_annotations", "expert_worker_annotations")
USED = ("comparison_id", "text", *TEXTS, *MODELS, *WORKERS)


def item_of(_line: int, entry: dict[str, Any]) -> dict[str, Any]:
    need(entry, "comparison_id", "text", *TEXTS)
    models = [entry.get(name) for name in MODELS]
    return {
        "id": neutral_id("multipref", entry["comparison_id"], models),
        "prompt": entry["text"],
        "responses": [
            {"id": f"r{place}", "text": entry[name], "model": model}
            for place, (name, model) in enumerate(zip(TEXTS, models, strict=True), start=1)
        ],
        "language": "en",
        "metadata": rest_of(entry, USED, "multipref"),
    }


MULTIPREF = Published(item_of)
