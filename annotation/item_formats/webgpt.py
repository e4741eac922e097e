"""WebGPT's comparisons: two answers with what they quote, one row a comparison.

The scores are a labeller's, and judgments, not items. A question comes with several pairs and has
one id for all, so items are called by their line. Field names as in openai/webgpt_comparisons.
"""

from typing import Any

from annotation.item_formats.published import Published, need, rest_of
from annotation.item_formats.records import RecordProblem

PLACES = ("0", "1")
ANSWERS = tuple(f"answer_{place}" for place in PLACES)
SCORES = tuple(f"score_{place}" for place in PLACES)
HIDDEN = ("quotes", "tokens")
USED = ("question", *ANSWERS, *SCORES, *(f"{name}_{place}" for name in HIDDEN for place in PLACES))


def item_of(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    need(entry, "question", *ANSWERS)
    question = entry["question"]
    if isinstance(question, str):
        question = {"full_text": question}
    if not isinstance(question, dict):
        raise RecordProblem("`question` must be an object.")
    told = {name: one for name, one in question.items() if name != "full_text"}
    return {
        "id": f"webgpt-{line}",
        "prompt": question.get("full_text"),
        "responses": [
            {
                "id": f"r{number}",
                "text": entry[f"answer_{place}"],
                "metadata": {
                    name: entry[f"{name}_{place}"]
                    for name in HIDDEN
                    if entry.get(f"{name}_{place}") is not None
                },
            }
            for number, place in enumerate(PLACES, start=1)
        ],
        "language": "en",
        "metadata": rest_of(entry, USED, "webgpt") | ({"question": told} if told else {}),
    }


WEBGPT = Published(item_of)
