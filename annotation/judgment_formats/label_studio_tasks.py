"""Label Studio: annotations of tasks that were set up there, with items of their own.

Of an annotation one answer is read: that of the control which is called as the campaign's
criterion, or else the first that is a comparison, an order or a choice; and the text of a control
`reason`.
"""

from collections.abc import Mapping
from typing import Any

from annotation.item_formats.label_studio import data_of, fields_of
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.base import Placed, Rows, Terms
from annotation.judgment_formats.tables import as_moment
from annotation.judgment_formats.task_answers import chosen, ordered, rated

READ = ("pairwise", "ranker", "choices", "rating")
REASON = "reason"


def task_judgments(line: int, task: dict[str, Any], item: dict[str, Any], terms: Terms) -> Rows:
    """One of each annotation that was not cancelled."""
    names = fields_of(data_of(task)).names
    for annotation in task.get("annotations") or ():
        if not annotation.get("was_cancelled"):
            record = record_of(annotation, item)
            record["answers"] = answers_of(annotation["result"], names, terms)
            yield Placed(line, record)


def record_of(annotation: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    by = annotation.get("completed_by")
    by = by.get("id", by.get("email")) if isinstance(by, dict) else by
    name = f"unnamed-{item['id']}-{annotation.get('id')}" if by is None else str(by)
    record: dict[str, Any] = {"item_id": item["id"], "annotator_id": name}
    if annotation.get("id") is not None:
        record["judgment_id"] = str(annotation["id"])
    if annotation.get("created_at"):
        record["submitted_at"] = as_moment(annotation["created_at"])
    if annotation.get("lead_time") is not None:
        record["elapsed_ms"] = round(annotation["lead_time"] * 1000)
    reasons = [one["value"]["text"] for one in annotation["result"] if one["from_name"] == REASON]
    if reasons:
        record["reason"] = reasons[0] if isinstance(reasons[0], str) else "\n".join(reasons[0])
    return record


def answers_of(
    results: list[dict[str, Any]], names: Mapping[str, str], terms: Terms
) -> dict[str, Any]:
    known = [one for one in results if one["type"] in READ]
    named = [one for one in known if one["from_name"] == terms.criterion]
    if not known:
        raise RecordProblem("This annotation holds no comparison, no order and no choice.")
    kind, value = (named or known)[0]["type"], (named or known)[0]["value"]
    if kind == "pairwise":
        return chosen(value["selected"], names, terms)
    if kind == "choices":
        return chosen(value["choices"][0], names, terms)
    if kind == "rating":
        return rated(value["rating"], names, terms)
    places = value["ranker"]
    if isinstance(places, dict):
        return ordered(list(places.values()), names, terms)
    return ordered([one if isinstance(one, list) else [one] for one in places], names, terms)
