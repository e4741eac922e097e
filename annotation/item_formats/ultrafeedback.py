"""UltraFeedback: instructions with several completions, or pairs of chosen and rejected.

Its scores are a model's, so there is nothing to import as judgments: they are kept as metadata of
the responses. Field names as in openbmb/UltraFeedback and HuggingFaceH4/ultrafeedback_binarized;
the second shape is that of preference files for training, too.
"""

from typing import Any

from annotation.item_formats.published import (
    CHOSEN,
    REJECTED,
    Published,
    need,
    neutral_id,
    rest_of,
    sides,
)
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.turns import ASSISTANT, USER, Turn, messages_of, parted, prompt_of

SCORES = {CHOSEN: "score_chosen", REJECTED: "score_rejected"}
PAIR = ("prompt", *SCORES, *SCORES.values(), "messages")
COMPLETIONS = ("instruction", "completions", "models")


def item_of(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    return pair_item(line, entry) if CHOSEN in entry else completions_item(line, entry)


def completions_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    need(entry, "instruction", "completions")
    completions = entry["completions"]
    if not isinstance(completions, list) or not all(isinstance(one, dict) for one in completions):
        raise RecordProblem("`completions` must be a list of objects.")
    return {
        "id": neutral_id("ultrafeedback", line, [one.get("model") for one in completions]),
        "prompt": entry["instruction"],
        "responses": [
            {
                "id": f"r{place}",
                "text": one.get("response"),
                "model": one.get("model"),
                "metadata": {
                    name: value
                    for name, value in one.items()
                    if name not in ("response", "model") and value is not None
                },
            }
            for place, one in enumerate(completions, start=1)
        ],
        "language": "en",
        "metadata": rest_of(entry, COMPLETIONS, "ultrafeedback"),
    }


def pair_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    need(entry, CHOSEN, REJECTED)
    prompt, chosen, rejected = sides_of(entry)
    responses = sides(chosen, rejected)
    for one in responses:
        score = entry.get(SCORES[one["metadata"]["side"]])
        if score is not None:
            one["metadata"]["score"] = score
    return {
        "id": f"ultrafeedback-{line}",
        "prompt": prompt,
        "responses": responses,
        "metadata": rest_of(entry, PAIR, "ultrafeedback"),
    }


def sides_of(entry: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Prompt, chosen and rejected; lists of messages may hold the prompt or follow it."""
    prompt = entry.get("prompt")
    if isinstance(entry[CHOSEN], str):
        asked = prompt if isinstance(prompt, str) else prompt_of(messages_of(prompt, "prompt"))
        return asked, entry[CHOSEN], entry[REJECTED]
    chosen, rejected = (messages_of(entry[side], side) for side in (CHOSEN, REJECTED))
    before: list[Turn] = []
    if chosen[0]["role"] == ASSISTANT:
        is_text = isinstance(prompt, str)
        before = [{"role": USER, "content": prompt}] if is_text else messages_of(prompt, "prompt")
    return parted([*before, *chosen], [*before, *rejected])


ULTRAFEEDBACK = Published(item_of)
