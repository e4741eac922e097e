"""Chatbot Arena and the human judgments of MT-bench: two conversations with the same person.

What both begin with becomes the prompt. `turn` says after how many answers the pair was judged;
what was said later is left out. Who judged (`judge`) and what (`winner`) is for the import of
judgments. Field names as in lmsys/chatbot_arena_conversations and lmsys/mt_bench_human_judgments.
"""

from typing import Any

from annotation.item_formats.published import (
    Published,
    fingerprint,
    language_tag,
    need,
    neutral_id,
    rest_of,
)
from annotation.item_formats.turns import ASSISTANT, Turn, messages_of, parted

CONVERSATIONS, MODELS = ("conversation_a", "conversation_b"), ("model_a", "model_b")
WINNER, JUDGES, MOMENT = "winner", ("judge", "judge_hash", "user_id"), "tstamp"
USED = ("question_id", *CONVERSATIONS, *MODELS, WINNER, *JUDGES, MOMENT)


def item_of(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    """The pair as an item `arena-<question_id>-<hash of the texts>`: MT-bench asks each question
    of many pairs, and of each pair several judges."""
    need(entry, *CONVERSATIONS, *MODELS)
    both = [judged_part(messages_of(entry[name], name), entry) for name in CONVERSATIONS]
    prompt, *contents = parted(*both)
    models = [entry[name] for name in MODELS]
    own = f"{entry.get('question_id', line)}-{fingerprint(*both)}"
    return {
        "id": neutral_id("arena", own, models),
        "prompt": prompt,
        "responses": [
            {"id": f"r{place}", "text": content, "model": model}
            for place, (content, model) in enumerate(zip(contents, models, strict=True), start=1)
        ],
        "language": language_tag(entry.get("language")),
        "metadata": rest_of(entry, USED, "chatbot-arena") | question_of(entry),
    }


def judged_part(turns: list[Turn], entry: dict[str, Any]) -> list[Turn]:
    """The turns up to the answer after which the pair was judged."""
    count = entry.get("turn")
    answers = [place for place, turn in enumerate(turns) if turn["role"] == ASSISTANT]
    if not isinstance(count, int) or not 0 < count < len(answers):
        return turns
    return turns[: answers[count - 1] + 1]


def question_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {"question_id": entry["question_id"]} if "question_id" in entry else {}


CHATBOT_ARENA = Published(item_of)
