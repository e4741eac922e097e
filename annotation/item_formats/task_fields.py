"""Which fields of a labelling tool's task are the prompt and the responses.

Such tools leave names to whoever sets a project up. Known are a prompt by one of `PROMPTS`,
responses as numbered or lettered fields (`answer1`, `response_a`), as one list, or as a single
field; models in fields numbered or lettered alike (`model_a`). All else stays in the metadata.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from annotation.item_formats.records import RecordProblem
from annotation.item_formats.turns import messages_of, prompt_of

PROMPTS = (
    *("prompt", "instruction", "question", "query", "messages", "conversation", "dialogue"),
    *("context", "input", "text", "document"),
)
NUMBERED = re.compile(
    r"(?P<family>answer|response|completion|output|candidate|generation|summary|text)"
    r"[ _-]?(?P<place>[a-j]|[0-9]{1,2})",
    re.IGNORECASE,
)
MODEL = re.compile(r"(model|model_name)[ _-]?(?P<place>[a-j]|[0-9]{1,2})", re.IGNORECASE)
LISTS = ("responses", "answers", "completions", "outputs", "candidates", "generations", "items")
SINGLE = ("response", "answer", "completion", "output", "candidate", "generation", "summary")
BODIES = ("text", "body", "html", "content")


class TaskFields(NamedTuple):
    """The prompt, the responses in the item file's shape, and how the task calls each of them.

    `names` tells the response's id by each name that an answer may call it; `used` are the fields
    that nothing else needs to be made of.
    """

    prompt: Any
    responses: list[dict[str, Any]]
    names: dict[str, str]
    used: set[str]


def task_fields(fields: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> TaskFields:
    """What a task shows; models may stand `beside` it. Raises `RecordProblem`."""
    texts = response_fields(fields)
    prompts = [name for name in PROMPTS if fields.get(name) is not None and name not in texts]
    if not prompts:
        raise RecordProblem("This record lacks a field that is known to be a prompt.")
    if not texts:
        raise RecordProblem("This record lacks fields that are known to be responses.")
    prompt = fields[prompts[0]]
    if isinstance(prompt, list):
        prompt = prompt_of(messages_of(prompt, prompts[0]))
    models = models_of({**(beside or {}), **fields})
    responses: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for number, (name, (place, value)) in enumerate(texts.items(), start=1):
        key, content = id_and_content(value, number)
        responses.append({"id": key, "text": content, "model": models.get(place, "")})
        names |= {name: key, place: key, f"r{number}": key, key: key}
    used = {prompts[0], *texts, *(name for name in fields if MODEL.fullmatch(name))}
    return TaskFields(prompt, responses, names, used | {name.partition("[")[0] for name in texts})


def renamed(found: TaskFields, ids: Mapping[str, str]) -> TaskFields:
    """The same with other ids of responses."""
    return found._replace(
        responses=[{**one, "id": ids[one["id"]]} for one in found.responses],
        names={name: ids[key] for name, key in found.names.items()}
        | {one: one for one in ids.values()},
    )


def response_fields(fields: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Field → (place, value) of the responses, in their order."""
    families: dict[str, dict[str, tuple[str, Any]]] = {}
    for name, value in fields.items():
        match = NUMBERED.fullmatch(name)
        if match and value is not None:
            family = families.setdefault(match["family"].lower(), {})
            family[name] = (match["place"].lower(), value)
    if families:
        most = max(families.values(), key=len)
        return dict(sorted(most.items(), key=lambda one: (len(one[1][0]), one[1][0])))
    for name in LISTS:
        if isinstance(fields.get(name), list):
            return {
                f"{name}[{place}]": (str(place), value)
                for place, value in enumerate(fields[name], start=1)
            }
    single = [name for name in SINGLE if fields.get(name) is not None][:1]
    return {name: ("1", fields[name]) for name in single}


def id_and_content(value: Any, number: int) -> tuple[str, Any]:
    """A response of a list may be an object with an id of its own, by which answers call it."""
    if not isinstance(value, dict):
        return f"r{number}", value
    content = next((value[name] for name in BODIES if value.get(name) is not None), None)
    return str(value.get("id", f"r{number}")), content


def models_of(fields: Mapping[str, Any]) -> dict[str, str]:
    found = ((MODEL.fullmatch(name), value) for name, value in fields.items())
    return {match["place"].lower(): value for match, value in found if match}
