"""Argilla: records as JSON, whose answers by people are judgments, not items.

Fields are recognised as `task_fields` has it; models may stand in the metadata.
"""

from typing import Any

from annotation.item_formats.published import Published, neutral_id, rest_of
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.task_fields import MODEL, TaskFields, renamed, task_fields

# The first that a record has is its name; what Argilla's server calls it comes last.
IDS = ("external_id", "id", "_server_id")
FIRST_RESPONSE = "response_1"


def item_of(line: int, record: dict[str, Any]) -> dict[str, Any]:
    found = fields_of(record)
    metadata = metadata_of(record)
    models = [one["model"] for one in found.responses]
    own = next((record[name] for name in IDS if record.get(name) is not None), line)
    fields = rest_of(record["fields"], found.used, "argilla")
    used = {
        "language",
        *(name for name in metadata if name in found.names or MODEL.fullmatch(name)),
    }
    return {
        "id": own if names_responses(record) else neutral_id("record", own, models),
        "prompt": found.prompt,
        "responses": found.responses,
        "language": metadata.get("language") or None,
        "metadata": {**rest_of(metadata, used, "argilla"), **fields},
    }


def fields_of(record: dict[str, Any]) -> TaskFields:
    """The fields of a record; responses that its metadata name have these ids."""
    fields, metadata = record.get("fields"), metadata_of(record)
    if not isinstance(fields, dict):
        raise RecordProblem("`fields` must be an object.")
    found = task_fields(fields, metadata)
    if not names_responses(record):
        return found
    ids = {key: str(metadata.get(name, key)) for name, key in found.names.items() if name in fields}
    return renamed(found, ids)


def names_responses(record: dict[str, Any]) -> bool:
    """Whether this is a record of this platform, whose metadata say which response is which."""
    return FIRST_RESPONSE in metadata_of(record) and FIRST_RESPONSE in record.get("fields", {})


def metadata_of(record: dict[str, Any]) -> dict[str, Any]:
    metadata = record.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


ARGILLA = Published(item_of)
