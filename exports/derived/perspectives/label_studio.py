"""Label Studio: tasks with annotations as it exports them, its configuration, and the way back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree as Xml

from django.utils.translation import gettext_lazy as _

from annotation.judgment_formats.label_studio import (
    BESIDE_ANSWERS,
    CONFIDENCE,
    OUTCOME_END,
    PLACE,
    REASON,
    SIDES,
    STRENGTH_END,
    STRENGTHS,
    annotations_in,
    record_of,
)
from exports.derived.base import DerivedFormat, Made, Maker, Task
from exports.derived.options import SLICE
from exports.derived.perspectives.judged import (
    PAIRWISE,
    RANKING,
    Judged,
    JudgedMaker,
    Kind,
)
from exports.derived.texts import Item, as_plain
from exports.tables import Column
from exports.tables import Kind as Type

BESIDE = "response_a,response_b"
OUTCOMES = ("tie", "both_bad", "depends")


ENTRY = (
    Column("id", Type.INTEGER, "The task, numbered in this file."),
    Column("data", Type.JSON, "What the task shows: item_id, prompt, responses, response_ids."),
    Column("annotations", Type.JSON, "One a judgment; `id` is judgment_id, `result` the answers."),
    Column("predictions", Type.JSON, "Always empty: nothing here is a model's guess."),
)


class LabelStudio(DerivedFormat):
    key = "label-studio"
    label = _("Label Studio")
    description = _("Tasks with everybody's annotations, as Label Studio exports them.")
    makes = ("label-studio-<task type>.json", "label-studio-<task type>.xml")
    options = SLICE

    def maker(self, task: Task) -> Maker:
        return LabelStudioMaker(task)


class LabelStudioMaker(JudgedMaker):
    columns = ENTRY

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._number = {name: place for place, name in enumerate(task.survey.annotators, 1)}

    def entry(
        self, item: Item, task_type: str, judged: Sequence[Judged], kind: Kind
    ) -> dict[str, Any]:
        number = kind.file.rows + 1
        return {
            "id": number,
            "data": data_of(item, task_type),
            "annotations": [
                annotation_of(one, task_type, item, number, self._number[one.row["annotator_id"]])
                for one in judged
            ],
            "predictions": [],
        }

    def setting_up(self, task_type: str, kind: Kind) -> Made:
        path = self.task.folder / f"{self.task.stem}-{task_type}.xml"
        path.write_text(configuration(task_type, kind) + "\n", encoding="utf-8")
        return Made(path)


def data_of(item: Item, task_type: str) -> dict[str, Any]:
    """What a task shows. Left is the response that stands first in the item file."""
    data: dict[str, Any] = {
        "item_id": item.item_id,
        "prompt": as_plain(item.prompt),
        "response_ids": list(item.responses),
    }
    if task_type == PAIRWISE:
        for name, content in zip(BESIDE.split(","), item.responses.values(), strict=True):
            data[name] = as_plain(content)
        return data
    data["responses"] = [
        {"id": key, "title": key, "body": as_plain(content)}
        for key, content in item.responses.items()
    ]
    return data


def annotation_of(
    judged: Judged, task_type: str, item: Item, task: int, completed_by: int
) -> dict[str, Any]:
    """One judgment. Label Studio knows people by number; `annotator_id` is their name here."""
    row = judged.row
    results = [
        result
        for criterion, answer in judged.answers.items()
        for result in results_of(criterion, answer, task_type, list(item.responses))
    ]
    if row["reason"]:
        results.append(result(REASON, "prompt", "textarea", {"text": [row["reason"]]}))
    if row["confidence"] is not None:
        results.append(result(CONFIDENCE, "prompt", "number", {"number": row["confidence"]}))
    elapsed = row["elapsed_ms"]
    return {
        "id": row["judgment_id"],
        "completed_by": completed_by,
        "annotator_id": row["annotator_id"],
        "stratum": row["stratum"],
        "presented_order": row["presented_order"],
        **beside_results(judged),
        "result": [
            {"id": f"{row['judgment_id']}-{place}", **one} for place, one in enumerate(results)
        ],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": moment_text(row["submitted_at"]),
        "updated_at": moment_text(row["submitted_at"]),
        "lead_time": None if elapsed is None else elapsed / 1000,
        "result_count": len(results),
        "task": task,
    }


def beside_results(judged: Judged) -> dict[str, Any]:
    """What Label Studio has no result for, so that reading the file again gives all of it."""
    row = judged.row
    told: dict[str, Any] = {
        name: row[name] for name in ("is_repeat", "language", "flags") if row[name]
    }
    if row["active_ms"] is not None:
        told["active_ms"] = row["active_ms"]
    told |= {name: json.loads(row[name]) for name in ("acceptable", "spans") if row[name]}
    beside = {
        criterion: {key: answer[key] for key in ("acceptable", "spans") if key in answer}
        for criterion, answer in judged.answers.items()
    }
    if any(beside.values()):
        told[BESIDE_ANSWERS] = {key: one for key, one in beside.items() if one}
    return told


def moment_text(moment: Any) -> str | None:
    """ISO 8601 in UTC, as Label Studio writes it."""
    return None if moment is None else moment.isoformat(timespec="microseconds")[:26] + "Z"


def result(from_name: str, to_name: str, type: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "from_name": from_name,
        "to_name": to_name,
        "type": type,
        "origin": "manual",
        "value": value,
    }


def results_of(
    criterion: str, answer: Mapping[str, Any], task_type: str, response_ids: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """An answer as results; one that Label Studio has no tag for as JSON in a text."""
    if task_type == PAIRWISE and "preferred" in answer:
        side = SIDES[response_ids.index(answer["preferred"])]
        strength = {"choices": [STRENGTHS[answer["strength"]]]}
        # Label Studio has a pairwise result point at its own control, not at the texts.
        yield result(criterion, criterion, "pairwise", {"selected": side})
        yield result(criterion + STRENGTH_END, "prompt", "choices", strength)
    elif task_type == PAIRWISE:
        outcome = {"choices": [answer["outcome"]]}
        yield result(criterion + OUTCOME_END, "prompt", "choices", outcome)
    elif task_type == RANKING:
        places = {
            f"{PLACE}{place}": list(group) for place, group in enumerate(answer["ranking"], 1)
        }
        yield result(criterion, "responses", "ranker", {"ranker": places})
    else:
        text = json.dumps(answer, ensure_ascii=False, sort_keys=True)
        yield result(criterion, "prompt", "textarea", {"text": [text]})


def configuration(task_type: str, kind: Kind) -> str:
    """The labelling configuration that these tasks fit."""
    view = Xml.Element("View")
    Xml.SubElement(view, "Text", name="prompt", value="$prompt")
    if task_type == PAIRWISE:
        for name in BESIDE.split(","):
            Xml.SubElement(view, "Text", name=name, value=f"${name}")
    else:
        Xml.SubElement(view, "List", name="responses", value="$responses", title="responses")
    for criterion in kind.criteria:
        Xml.SubElement(view, "Header", value=criterion)
        CONTROLS.get(task_type, text_control)(view, criterion, kind)
    Xml.SubElement(view, "TextArea", name=REASON, toName="prompt")
    Xml.SubElement(view, "Number", name=CONFIDENCE, toName="prompt", min="0", max="100")
    Xml.indent(view)
    return Xml.tostring(view, encoding="unicode")


def pairwise_controls(view: Xml.Element, criterion: str, _kind: Kind) -> None:
    Xml.SubElement(view, "Pairwise", name=criterion, toName=BESIDE)
    for end, values in ((STRENGTH_END, STRENGTHS.values()), (OUTCOME_END, OUTCOMES)):
        choices = Xml.SubElement(
            view, "Choices", name=criterion + end, toName="prompt", choice="single"
        )
        for value in values:
            Xml.SubElement(choices, "Choice", value=value)


def ranking_controls(view: Xml.Element, criterion: str, kind: Kind) -> None:
    ranker = Xml.SubElement(view, "Ranker", name=criterion, toName="responses")
    for place in range(1, kind.most_responses + 1):
        Xml.SubElement(ranker, "Bucket", name=f"{PLACE}{place}", title=str(place))


def text_control(view: Xml.Element, criterion: str, _kind: Kind) -> None:
    Xml.SubElement(view, "TextArea", name=criterion, toName="prompt")


CONTROLS = {PAIRWISE: pairwise_controls, RANKING: ranking_controls}


@dataclass
class ReadJudgment:
    """A judgment as it stands in such a file; answers in the form in which they were submitted."""

    item_id: str
    annotator_id: str
    answers: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    confidence: float | None = None


def read_label_studio(file: IO[bytes]) -> Iterator[ReadJudgment]:
    """The judgments in a file of `LabelStudio`, one after the other, cancelled ones left out.

    Raises KeyError for tasks that do not name their item and its responses, which only files of
    this format do.
    """
    for data, annotation in annotations_in(file):
        found = record_of(data, annotation)
        yield ReadJudgment(
            found["item_id"],
            found["annotator_id"],
            found["answers"],
            found.get("reason"),
            found.get("confidence"),
        )
