"""From a raw record to a valid item, or the reason why not."""

import hashlib
from collections.abc import Collection
from typing import Any, NamedTuple

from annotation.content import (
    canonical_text,
    content_problem,
    plain_text,
    refuse_nul,
    storable_bytes,
)
from annotation.task_types import TaskType

ITEM_FIELDS = {"id", "prompt", "responses", "language", "metadata", "check"}
RESPONSE_FIELDS = {"id", "text", "model", "metadata"}
LONGEST_ID = 200
LONGEST_LANGUAGE = 35
# Parts of answers that name a response.
RESPONSE_PARTS = ("preferred", "best", "worst")
# A model's name of a letter or two occurs in any id by chance.
SHORTEST_TELLING_NAME = 3
# NaN, lone surrogates and NUL; nesting that no JSON writer follows.
UNSTORABLE = (ValueError, RecursionError)


class RecordProblem(Exception):
    """Why a record cannot become an item."""


class ResponseRecord(NamedTuple):
    """A response of a valid item as it will be stored; `*_json` is canonical JSON already."""

    external_id: str
    model: str
    content_json: str
    metadata_json: str
    content_sha256: str


class ItemRecord(NamedTuple):
    """A valid item as it will be stored; `*_json` is canonical JSON already."""

    external_id: str
    language: str
    prompt_json: str
    metadata_json: str
    content_sha256: str
    hashes_json: str
    responses: list[ResponseRecord]
    check_json: str | None
    characters: int


def item_record(raw: dict[str, Any], task_type: TaskType) -> ItemRecord:
    """Check a raw record against the item file's form; raises `RecordProblem`."""
    if not raw.keys() <= ITEM_FIELDS:
        unknown = sorted(raw.keys() - ITEM_FIELDS)
        raise RecordProblem(f"Unknown field: {', '.join(unknown)}.")
    external_id = clean_id(raw.get("id"), "`id`")
    problem = content_problem(raw.get("prompt"))
    if problem:
        raise RecordProblem(f"`prompt` {problem}.")
    responses = clean_responses(raw.get("responses"), task_type)
    refuse_telling_ids(external_id, responses)
    metadata = clean_metadata(raw.get("metadata"), "`metadata`")
    language = clean_language(raw.get("language"))
    check = clean_check(raw.get("check"), [one["id"] for one in responses])
    return assemble(external_id, raw["prompt"], language, metadata, responses, check)


def clean_id(value: Any, name: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise RecordProblem(f"{name} must be a text that is not empty.")
    if len(value) > LONGEST_ID:
        raise RecordProblem(f"{name} is longer than {LONGEST_ID} characters.")
    return value


def clean_responses(value: Any, task_type: TaskType) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise RecordProblem("`responses` must be a list.")
    problem = task_type.item_problem(len(value))
    if problem:
        raise RecordProblem(f"A {task_type.key} item {problem}.")
    responses = [clean_response(raw, number) for number, raw in enumerate(value, start=1)]
    ids = [response["id"] for response in responses]
    if len(set(ids)) != len(ids):
        raise RecordProblem("Two responses have the same id.")
    return responses


def clean_response(raw: Any, number: int) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise RecordProblem(f"Response {number} is not an object.")
    if not raw.keys() <= RESPONSE_FIELDS:
        unknown = sorted(raw.keys() - RESPONSE_FIELDS)
        raise RecordProblem(f"Response {number} has an unknown field: {', '.join(unknown)}.")
    # Models do answer with nothing at all, and people judge that too.
    problem = content_problem(raw.get("text"), may_be_blank=True)
    if problem:
        raise RecordProblem(f"`text` of response {number} {problem}.")
    model = raw.get("model") or ""
    if not isinstance(model, str) or len(model) > LONGEST_ID:
        raise RecordProblem(f"`model` of response {number} must be a short text.")
    return {
        "id": clean_id(raw.get("id"), f"`id` of response {number}"),
        "text": raw["text"],
        "model": model,
        "metadata": clean_metadata(raw.get("metadata"), f"`metadata` of response {number}"),
    }


def refuse_telling_ids(item_id: str, responses: list[dict[str, Any]]) -> None:
    """Annotators' browsers see these ids, and may never learn a model's name."""
    ids = [item_id.lower(), *(response["id"].lower() for response in responses)]
    for model in {response["model"] for response in responses}:
        if tells(model, ids):
            raise RecordProblem(
                f"An id contains the model's name ({model}), and annotators could read it. "
                "Give neutral ids."
            )


def tells(model: str, ids: Collection[str]) -> bool:
    """Whether one of these ids, in lower case, holds a model's name."""
    return len(model) >= SHORTEST_TELLING_NAME and any(model.lower() in one for one in ids)


def clean_metadata(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordProblem(f"{name} must be an object.")
    return value


def clean_language(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_LANGUAGE:
        raise RecordProblem("`language` must be a language tag such as en or pt-BR.")
    return value


def clean_check(value: Any, response_ids: list[str]) -> dict[str, Any] | None:
    """What a check item's instruction says to answer: criterion → parts of the answer."""
    if value is None:
        return None
    if not isinstance(value, dict) or not value:
        raise RecordProblem("`check` must be an object of criterion: answer.")
    for criterion, answer in value.items():
        if not isinstance(answer, dict) or not answer:
            raise RecordProblem(f"`check` must give an answer to {criterion} as an object.")
        named = [answer.get(name) for name in RESPONSE_PARTS if name in answer]
        if any(one not in response_ids for one in named):
            raise RecordProblem(f"`check` names a response of {criterion} that the item lacks.")
    return value


def assemble(
    external_id: str,
    prompt: Any,
    language: str,
    metadata: dict[str, Any],
    responses: list[dict[str, Any]],
    check: dict[str, Any] | None = None,
) -> ItemRecord:
    try:
        return encoded(external_id, prompt, language, metadata, responses, check)
    except UNSTORABLE as error:
        # What `storable_bytes` says of it: the parts are looked at again, in search of words.
        whole = [external_id, prompt, language, metadata, responses, check]
        raise RecordProblem(why_unstorable(whole)) from error


def why_unstorable(value: Any) -> str:
    try:
        storable_bytes(value)
    except ValueError as error:
        return str(error)
    return "It cannot be stored."


def object_text(value: dict[str, Any]) -> str:
    """The canonical text of an object; most are empty, and need no encoder."""
    return canonical_text(value) if value else "{}"


def encoded(
    external_id: str,
    prompt: Any,
    language: str,
    metadata: dict[str, Any],
    responses: list[dict[str, Any]],
    check: dict[str, Any] | None,
) -> ItemRecord:
    """Every part as JSON once; the whole and what is stored are put together from these texts.

    The content's hash is that of the canonical JSON of `{"id", "language", "metadata", "prompt",
    "responses": [{"id", "metadata", "model", "text"}]}`, whose keys stand in this order; that of
    a check item has `"check"` before them.
    """
    check_json = None if check is None else canonical_text(check)
    checked = "" if check_json is None else f'"check":{check_json},'
    prompt_json = canonical_text(prompt)
    metadata_json = object_text(metadata)
    records, hashed, hashes = [], [], []
    for response in responses:
        content_json = canonical_text(response["text"])
        id_json = canonical_text(response["id"])
        response_metadata_json = object_text(response["metadata"])
        sha256 = hashlib.sha256(content_json.encode()).hexdigest()
        hashed.append(
            f'{{"id":{id_json},"metadata":{response_metadata_json},'
            f'"model":{canonical_text(response["model"])},"text":{content_json}}}'
        )
        hashes.append(f'{id_json}:"{sha256}"')
        records.append(
            ResponseRecord(
                response["id"], response["model"], content_json, response_metadata_json, sha256
            )
        )
    whole = (
        f'{{{checked}"id":{canonical_text(external_id)},"language":{canonical_text(language)},'
        f'"metadata":{metadata_json},"prompt":{prompt_json},"responses":[{",".join(hashed)}]}}'
    ).encode()
    refuse_nul(whole)
    prompt_sha256 = hashlib.sha256(prompt_json.encode()).hexdigest()
    return ItemRecord(
        external_id=external_id,
        language=language,
        prompt_json=prompt_json,
        metadata_json=metadata_json,
        content_sha256=hashlib.sha256(whole).hexdigest(),
        hashes_json=f'{{"prompt":"{prompt_sha256}","responses":{{{",".join(hashes)}}}}}',
        responses=records,
        check_json=check_json,
        characters=len(plain_text(prompt)) + sum(len(plain_text(one["text"])) for one in responses),
    )
