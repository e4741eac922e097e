"""OpenAI chat completions: requests with what came back, and the files that fine-tuning takes.

A line is one of

- `{"messages", "choices"}`, a request and its completion in one object, or apart as
  `{"request", "response"}`; each choice is a response;
- `{"messages"}` alone, whose last message is the response;
- `{"input": {"messages"}, "preferred_output", "non_preferred_output"}`, whose two outputs stand
  in an order that tells nothing; which was preferred is hidden.

Lines that follow each other with the same messages are one item: so several models are compared.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord
from annotation.item_formats.entries import read_entries
from annotation.item_formats.published import Published, neutral_id, sides
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.turns import (
    ASSISTANT,
    Turn,
    messages_of,
    prompt_of,
    response_of,
    said,
)

SOURCE = {"source": "openai-chat"}
# One more than any campaign takes, so that too many are seen and not all of them held.
MOST_LINES = 11
OF_THE_COMPLETION = ("id", "created", "system_fingerprint", "usage", "service_tier")
OF_THE_REQUEST = ("temperature", "top_p", "max_tokens", "seed", "metadata")


def read_prompts(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Neighbouring lines with the same messages as one entry `{"lines"}`; a line of pairs alone."""
    for asked, entries in groupby(read_entries(file, longest), key=asked_in):
        if asked is None:
            yield from (wrapped([one]) for one in entries)
        else:
            yield wrapped(list(islice(entries, MOST_LINES)))


def wrapped(entries: list[RawRecord]) -> RawRecord:
    if entries[0].value is None:
        return entries[0]
    return RawRecord(entries[0].line, {"lines": [one.value for one in entries]})


def asked_in(entry: RawRecord) -> Any:
    """The messages of a request, where its answers stand apart from them."""
    if entry.value is None or not answer_in(entry.value):
        return None
    return request_in(entry.value).get("messages")


def item_of(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    lines = entry["lines"]
    first = lines[0]
    if "preferred_output" in first:
        return preference_item(line, first)
    if not answer_in(first):
        return training_item(line, first)
    responses = [one for each in lines for one in choices_of(each)]
    models = [one["model"] for one in responses]
    own = next((first[name] for name in ("custom_id", "id") if first.get(name)), line)
    return {
        "id": neutral_id("chat", own, models),
        "prompt": prompt_of(messages_of(request_in(first).get("messages"), "messages")),
        "responses": [{"id": f"r{n}", **one} for n, one in enumerate(responses, start=1)],
        "metadata": SOURCE,
    }


def request_in(entry: dict[str, Any]) -> dict[str, Any]:
    return body_of(entry.get("request")) or entry


def answer_in(entry: dict[str, Any]) -> dict[str, Any]:
    """The completion; empty where there is none."""
    answer = body_of(entry.get("response")) or entry
    return answer if "choices" in answer else {}


def body_of(value: Any) -> dict[str, Any]:
    """An object, or the `body` in it, as batches have it."""
    if not isinstance(value, dict):
        return {}
    return value["body"] if isinstance(value.get("body"), dict) else value


def choices_of(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    request, answer = request_in(entry), answer_in(entry)
    choices = answer.get("choices")
    if not isinstance(choices, list) or not all(isinstance(one, dict) for one in choices):
        raise RecordProblem("`choices` must be a list of objects.")
    told = {name: answer[name] for name in OF_THE_COMPLETION if answer.get(name) is not None}
    told |= {name: request[name] for name in OF_THE_REQUEST if request.get(name) is not None}
    for choice in choices:
        message = choice.get("message")
        if not isinstance(message, dict):
            raise RecordProblem("`choices` must be a list of objects.")
        reason = choice.get("finish_reason")
        yield {
            "text": said(message.get("content") or message.get("refusal") or ""),
            "model": answer.get("model") or request.get("model"),
            "metadata": told | ({"finish_reason": reason} if reason else {}),
        }


def training_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    turns = messages_of(entry.get("messages"), "messages")
    if turns[-1]["role"] != ASSISTANT or len(turns) < 2:
        raise RecordProblem("The last message is not an answer.")
    return {
        "id": f"chat-{line}",
        "prompt": prompt_of(turns[:-1]),
        "responses": [{"id": "r1", "text": turns[-1]["content"], "model": entry.get("model")}],
        "metadata": SOURCE,
    }


def preference_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    asked = entry.get("input")
    messages = asked.get("messages") if isinstance(asked, dict) else None
    outputs: list[list[Turn]] = [
        messages_of(entry.get(name), name) for name in ("preferred_output", "non_preferred_output")
    ]
    return {
        "id": f"chat-{line}",
        "prompt": prompt_of(messages_of(messages, "messages")),
        "responses": sides(*map(response_of, outputs)),
        "metadata": SOURCE,
    }


OPENAI_CHAT = Published(item_of, read_prompts)
