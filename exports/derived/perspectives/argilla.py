"""Argilla: records as `rg.Record.from_dict` reads them, and the settings of their dataset."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from annotation.judgment_formats.label_studio import STRENGTHS
from exports.derived.base import DerivedFormat, Made, Maker, Task
from exports.derived.files import NameParts, json_text
from exports.derived.options import WHICH
from exports.derived.perspectives.judged import (
    PAIRWISE,
    RANKING,
    Judged,
    JudgedMaker,
    Kind,
)
from exports.derived.perspectives.matrix import CsvFile
from exports.derived.texts import Item, as_plain
from exports.tables import Column
from exports.tables import Kind as Type

# Argilla wants a UUID of everybody: made from the annotator's name under this one.
PEOPLE = UUID("6a9de0c4-52ce-5b0e-9c5b-6d2d7a1f0c31")
LABELS = ("a_clearly", "a_slightly", "tie", "b_slightly", "b_clearly", "both_bad", "depends")


ENTRY = (
    Column("id", Type.TEXT, "The item: `items`."),
    Column("fields", Type.JSON, "The prompt and the responses as texts."),
    Column("metadata", Type.JSON, "The language, and which response is which."),
    Column("suggestions", Type.JSON, "Always empty: nothing here is a model's guess."),
    Column("responses", Type.JSON, "By question everybody's answers: value, user_id, status."),
    Column("vectors", Type.JSON, "Always empty."),
    Column("_server_id", Type.TEXT, "Always null.", null="no server has given it a number"),
)
USER = (
    Column("user_id", Type.TEXT, "The UUID that Argilla knows the person by."),
    Column("annotator_id", Type.TEXT, "Their name in this release."),
)


class Argilla(DerivedFormat):
    key = "argilla"
    label = _("Argilla")
    description = _("Records with everybody's responses, and the settings of their dataset.")
    makes = (
        "argilla-<task type>.json",
        "argilla-<task type>-settings.json",
        "argilla-users.csv",
    )
    # Argilla takes one answer of a person to a record, so there are no repeats.
    options = WHICH

    def maker(self, task: Task) -> Maker:
        return ArgillaMaker(task)


class ArgillaMaker(JudgedMaker):
    columns = ENTRY

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._names = NameParts(lower=True)
        self._users = {name: str(uuid5(PEOPLE, name)) for name in task.survey.annotators}

    def entry(
        self, item: Item, task_type: str, judged: Sequence[Judged], kind: Kind
    ) -> dict[str, Any]:
        ids = list(item.responses)
        return {
            "id": item.item_id,
            "fields": fields_of(item),
            "metadata": {
                "language": item.language or "",
                **{f"response_{place}": key for place, key in enumerate(ids, 1)},
            },
            "suggestions": {},
            "responses": self._responses(judged, task_type, ids),
            "vectors": {},
            "_server_id": None,
        }

    def _responses(
        self, judged: Sequence[Judged], task_type: str, ids: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for one in judged:
            for question, value in self._values(one, task_type, ids):
                found.setdefault(question, []).append(
                    {
                        "value": value,
                        "user_id": self._users[one.row["annotator_id"]],
                        "status": "submitted",
                    }
                )
        return found

    def _values(
        self, judged: Judged, task_type: str, ids: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        for criterion, answer in judged.answers.items():
            yield self._names.of(criterion), value_of(answer, task_type, ids)
        if judged.row["reason"]:
            yield "reason", judged.row["reason"]
        if judged.row["confidence"] is not None:
            yield "confidence", f"{judged.row['confidence']:g}"

    def setting_up(self, task_type: str, kind: Kind) -> Made:
        questions = [
            question(self._names.of(criterion), criterion, task_type, kind.most_responses)
            for criterion in kind.criteria
        ]
        extra = [text_question(name, name, required=False) for name in ("reason", "confidence")]
        names = ["prompt", *(f"response_{place}" for place in range(1, kind.most_responses + 1))]
        settings = {
            "guidelines": None,
            "questions": [*questions, *extra],
            "fields": [text_field(name, required=place < 3) for place, name in enumerate(names)],
            "vectors": [],
            "metadata": [],
            "allow_extra_metadata": True,
        }
        path = self.task.folder / f"{self.task.stem}-{task_type}-settings.json"
        path.write_text(json_text(settings) + "\n", encoding="utf-8")
        return Made(path)

    def finish(self) -> Iterator[Made]:
        yield from super().finish()
        users = CsvFile(
            self.task.folder / f"{self.task.stem}-users.csv", [one.name for one in USER]
        )
        for name, number in self._users.items():
            users.write((number, name))
        users.close()
        yield Made(users.path, users.rows, columns=USER)


def fields_of(item: Item) -> dict[str, str]:
    fields = {"prompt": as_plain(item.prompt)}
    for place, content in enumerate(item.responses.values(), 1):
        fields[f"response_{place}"] = as_plain(content)
    return fields


def value_of(answer: Mapping[str, Any], task_type: str, ids: Sequence[str]) -> Any:
    """A label, the places of the responses, or JSON for what Argilla has no question for."""
    if task_type == PAIRWISE and "preferred" in answer:
        side = "ab"[ids.index(answer["preferred"])]
        return f"{side}_{STRENGTHS[answer['strength']]}"
    if task_type == PAIRWISE:
        return answer["outcome"]
    if task_type == RANKING:
        return list(places_of(answer["ranking"], ids))
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def places_of(groups: Sequence[Sequence[str]], ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Competition ranks: after two at 1 comes a 3."""
    rank = 1
    for group in groups:
        for key in group:
            yield {"value": f"response_{ids.index(key) + 1}", "rank": rank}
        rank += len(group)


def text_field(name: str, *, required: bool) -> dict[str, Any]:
    settings = {"type": "text", "use_markdown": True}
    return {"name": name, "title": name, "required": required, "settings": settings}


def text_question(name: str, title: str, *, required: bool) -> dict[str, Any]:
    settings = {"type": "text", "use_markdown": False}
    return {"name": name, "title": title, "required": required, "settings": settings}


def question(name: str, title: str, task_type: str, responses: int) -> dict[str, Any]:
    """The question that a criterion is in Argilla."""
    if task_type not in (PAIRWISE, RANKING):
        return text_question(name, title, required=True)
    values = (
        LABELS if task_type == PAIRWISE else [f"response_{one + 1}" for one in range(responses)]
    )
    kind = "label_selection" if task_type == PAIRWISE else "ranking"
    options = [{"value": value, "text": value, "description": None} for value in values]
    settings = {"type": kind, "options": options}
    return {"name": name, "title": title, "required": True, "settings": settings}
