"""Label Studio: tasks as they are imported there, and as they are exported with annotations.

The annotations are judgments, not items. Exports of this platform name the item and its responses
(`item_id`, `response_ids`); of other tasks the fields are recognised as `task_fields` has it.
"""

from typing import Any

from annotation.item_formats.published import Published, neutral_id, rest_of
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.task_fields import TaskFields, renamed, task_fields

ITEM, RESPONSES = "item_id", "response_ids"


def item_of(line: int, task: dict[str, Any]) -> dict[str, Any]:
    data = data_of(task)
    found = fields_of(data)
    models = [one["model"] for one in found.responses]
    own = next((one for one in (data.get("id"), task.get("id")) if one is not None), line)
    return {
        "id": data[ITEM] if ITEM in data else neutral_id("task", own, models),
        "prompt": found.prompt,
        "responses": found.responses,
        "language": data.get("language"),
        "metadata": rest_of(data, {*found.used, ITEM, RESPONSES, "language"}, "label-studio"),
    }


def data_of(task: dict[str, Any]) -> dict[str, Any]:
    data = task.get("data")
    if not isinstance(data, dict):
        raise RecordProblem("`data` must be an object.")
    return data


def fields_of(data: dict[str, Any]) -> TaskFields:
    """The fields of a task; responses that it names have these ids."""
    found = task_fields(data)
    given = data.get(RESPONSES)
    if not isinstance(given, list) or len(given) != len(found.responses):
        return found
    pairs = zip(found.responses, given, strict=True)
    return renamed(found, {one["id"]: str(key) for one, key in pairs})


LABEL_STUDIO = Published(item_of)
