"""Conversations as published files hold them, as messages of the item file."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from annotation.item_formats.records import RecordProblem

Turn = dict[str, Any]
USER, ASSISTANT = "user", "assistant"
ROLES = {
    "human": USER,
    "prompter": USER,
    "gpt": ASSISTANT,
    "bot": ASSISTANT,
    "model": ASSISTANT,
    "developer": "system",
    "function": "tool",
}
TEXT_PARTS = ("text", "input_text", "output_text")


def messages_of(value: Any, name: str) -> list[Turn]:
    """A list of messages as the item file has them; raises `RecordProblem`.

    Turns in which nothing is said are left out, but for the last.
    """
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value) or not value:
        raise RecordProblem(f"`{name}` must be a list of messages.")
    turns = [message_of(one) for one in value]
    return [turn for turn in turns[:-1] if turn["content"] != ""] + turns[-1:]


def message_of(message: dict[str, Any]) -> Turn:
    role = message.get("role", message.get("from"))
    return {
        "role": ROLES.get(role, role) if isinstance(role, str) else role,
        "content": said(message.get("content", message.get("value"))),
    }


def said(content: Any) -> Any:
    """The text of a message; parts of it one below the other. Raises `RecordProblem` for images."""
    if not isinstance(content, list):
        return content.strip() if isinstance(content, str) else content
    texts = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") not in TEXT_PARTS:
            raise RecordProblem("This record holds more than text; images are not taken.")
        texts.append(str(part.get("text") or ""))
    return "\n\n".join(texts).strip()


def prompt_of(turns: Sequence[Turn]) -> Any:
    """A question by itself as a text, anything longer as a conversation."""
    if len(turns) == 1 and turns[0]["role"] == USER:
        return turns[0]["content"]
    return list(turns)


def response_of(turns: Sequence[Turn]) -> Any:
    """What is left of a conversation: a text where it is one answer."""
    if len(turns) == 1 and turns[0]["role"] == ASSISTANT:
        return turns[0]["content"]
    return list(turns)


def shared_start(first: Sequence[Turn], second: Sequence[Turn]) -> list[Turn]:
    """The turns that both begin with; the last of each is never among them."""
    pairs = zip(first[:-1], second[:-1], strict=False)
    return [one for one, _other in takewhile(lambda pair: pair[0] == pair[1], pairs)]


def parted(first: Sequence[Turn], second: Sequence[Turn]) -> tuple[Any, Any, Any]:
    """What two conversations begin with as a prompt, and what is left of each.

    Raises `RecordProblem` where they do not begin alike.
    """
    shared = shared_start(first, second)
    if not shared:
        raise RecordProblem("The two transcripts do not begin alike.")
    start = len(shared)
    return prompt_of(shared), response_of(first[start:]), response_of(second[start:])
