"""Label Studio: tasks with annotations, as this platform's datasets hold them, and others."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import ijson

from annotation.item_formats.label_studio import ITEM, LABEL_STUDIO, RESPONSES
from annotation.judgment_formats.base import JudgmentSource, Placed, Rows, SourceRequest
from annotation.judgment_formats.label_studio_tasks import task_judgments
from annotation.judgment_formats.published import PublishedSource
from annotation.judgment_formats.tables import as_id, as_moment
from annotation.judgment_formats.task_answers import STRENGTH_TOLD

SIDES = ("left", "right")
PLACE = "place-"
STRENGTHS = {1: "slightly", 2: "clearly"}
STRENGTH_END, OUTCOME_END = "-strength", "-outcome"
REASON, CONFIDENCE = "reason", "confidence"
# What Label Studio has no result for stands beside its own fields, by these names.
BESIDE_RESULTS = ("is_repeat", "acceptable", "spans", "active_ms", "language", "flags")
BESIDE_ANSWERS = "answers_beside"
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration)


class LabelStudioSource(PublishedSource):
    """Tasks, each by itself of this platform or set up elsewhere; a record's line is its task's."""

    def __init__(self, request: SourceRequest) -> None:
        super().__init__(request, LABEL_STUDIO, task_judgments, is_from_elsewhere)

    def judgments(self) -> Rows:
        terms = self.request.terms
        for entry in self._entries(self._file):
            if entry.value is None or is_from_elsewhere(entry.value):
                yield from self._judged(entry)
            elif terms.strength is not None and terms.task_type == "pairwise":
                yield Placed(entry.line, None, STRENGTH_TOLD)
            else:
                yield from records_of(entry.line, entry.value)


def open_label_studio(request: SourceRequest) -> JudgmentSource:
    return LabelStudioSource(request)


def is_from_elsewhere(task: Mapping[str, Any]) -> bool:
    """Whether a task does not name its item and its responses, as exports of this platform do."""
    data = task.get("data")
    return isinstance(data, dict) and not {ITEM, RESPONSES} <= data.keys()


def records_of(number: int, task: Any) -> Rows:
    """The judgments of a task, cancelled ones left out."""
    try:
        annotations = [one for one in task["annotations"] if not one.get("was_cancelled")]
    except MALFORMED:
        yield Placed(number, None, "This is not a task with annotations.")
        return
    for annotation in annotations:
        try:
            yield Placed(number, record_of(task["data"], annotation))
        except MALFORMED as error:
            problem = f"This annotation is not one that this platform exports ({error!r})."
            yield Placed(number, None, problem[:500])


def record_of(data: Mapping[str, Any], annotation: Mapping[str, Any]) -> dict[str, Any]:
    """An annotation in the shape of docs/judgment-files.md."""
    lead_time = annotation.get("lead_time")
    created_at = annotation.get("created_at")
    record = {
        "item_id": as_id(data["item_id"]),
        "annotator_id": as_id(annotation["annotator_id"]),
        "judgment_id": as_id(annotation["id"]),
        "annotator_stratum": annotation.get("stratum"),
        "presented_order": annotation.get("presented_order"),
        "elapsed_ms": None if lead_time is None else round(lead_time * 1000),
        "submitted_at": None if created_at is None else as_moment(created_at),
        **{name: annotation.get(name) for name in BESIDE_RESULTS},
        **read_results(data["response_ids"], annotation["result"]),
    }
    for criterion, beside in (annotation.get(BESIDE_ANSWERS) or {}).items():
        record["answers"].setdefault(criterion, {}).update(beside)
    return {name: value for name, value in record.items() if value is not None}


def read_results(
    response_ids: Sequence[str], results: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """`answers`, `reason` and `confidence` of an annotation's results."""
    answers: dict[str, dict[str, Any]] = {}
    found: dict[str, Any] = {"answers": answers}
    for one in results:
        name, value = one["from_name"], one["value"]
        if one["type"] == "pairwise":
            preferred = response_ids[SIDES.index(value["selected"])]
            answers.setdefault(name, {})["preferred"] = preferred
        elif one["type"] == "ranker":
            answers[name] = {"ranking": groups_of(value["ranker"])}
        elif one["type"] == "choices":
            read_choice(answers, name, value["choices"][0])
        elif one["type"] == "number":
            found["confidence"] = value["number"]
        elif name == REASON:
            found["reason"] = value["text"][0]
        else:
            answers[name] = json.loads(value["text"][0])
    return found


def read_choice(answers: dict[str, dict[str, Any]], name: str, choice: str) -> None:
    if name.endswith(STRENGTH_END):
        strength = next(number for number, word in STRENGTHS.items() if word == choice)
        answers.setdefault(name.removesuffix(STRENGTH_END), {})["strength"] = strength
    else:
        answers[name.removesuffix(OUTCOME_END)] = {"outcome": choice}


def groups_of(places: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Buckets in the order of their places, empty ones left out."""
    ordered = sorted(places.items(), key=lambda entry: int(entry[0].removeprefix(PLACE)))
    return [list(group) for _place, group in ordered if group]


def annotations_in(
    file: IO[bytes],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each annotation of a file with its task's data, cancelled ones left out."""
    for task in ijson.items(file, "item", use_float=True):
        for annotation in task["annotations"]:
            if not annotation["was_cancelled"]:
                yield task["data"], annotation
