"""What formats of annotation tools share: whole judgments, item by item, by task type."""

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from exports.derived.base import Made, Maker, Task
from exports.derived.files import JsonFile
from exports.derived.grouping import Row, by_item
from exports.derived.sources import Source
from exports.derived.texts import Item, Texts
from exports.tables import Column

PAIRWISE, RANKING = "pairwise", "ranking"
COLUMNS = (
    *("judgment_id", "item_id", "annotator_id", "task_type", "presented_order", "answers"),
    *("reason", "confidence", "elapsed_ms", "submitted_at", "is_repeat", "acceptable", "spans"),
    *("active_ms", "language", "flags"),
)


@dataclass(frozen=True)
class Judged:
    """One judgment with its answers to the criteria asked for."""

    row: Row
    answers: Mapping[str, Any]


@dataclass
class Kind:
    """All of one task type: its file, and what a tool must be set up for."""

    file: JsonFile
    criteria: dict[str, None] = field(default_factory=dict)
    most_responses: int = 0


class JudgedMaker(Maker):
    """Writes one entry an item into one JSON array a task type."""

    # What an entry holds.
    columns: ClassVar[Sequence[Column]]

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.kinds: dict[str, Kind] = {}

    def add(self, source: Source, texts: Texts, work: Path) -> None:
        for place, rows in by_item(self.weighed(source, COLUMNS), texts.item_ids, work):
            self.task.alive()
            item = texts.at(place)
            for task_type, judged in by_task_type(rows, self.options.criteria).items():
                kind = self._kind(task_type)
                kind.criteria.update(dict.fromkeys(key for one in judged for key in one.answers))
                kind.most_responses = max(kind.most_responses, len(item.responses))
                kind.file.write(self.entry(item, task_type, judged, kind))

    def _kind(self, task_type: str) -> Kind:
        if task_type not in self.kinds:
            path = self.task.folder / f"{self.task.stem}-{task_type}.json"
            self.kinds[task_type] = Kind(JsonFile(path, "[", "]"))
        return self.kinds[task_type]

    @abstractmethod
    def entry(
        self, item: Item, task_type: str, judged: Sequence[Judged], kind: Kind
    ) -> dict[str, Any]:
        """What the tool knows of the item and of the judgments on it."""

    def finish(self) -> Iterator[Made]:
        for task_type, kind in sorted(self.kinds.items()):
            kind.file.close()
            yield Made(kind.file.path, kind.file.rows, columns=self.columns)
            yield self.setting_up(task_type, kind)

    @abstractmethod
    def setting_up(self, task_type: str, kind: Kind) -> Made:
        """The file that a project of the tool is set up with."""


def by_task_type(rows: Sequence[Row], criteria: Sequence[str]) -> dict[str, list[Judged]]:
    """Judgments with an answer to any of the criteria; no criteria means all."""
    found: dict[str, list[Judged]] = {}
    for row in rows:
        answers = {
            key: answer
            for key, answer in json.loads(row["answers"]).items()
            if not criteria or key in criteria
        }
        if answers:
            found.setdefault(row["task_type"], []).append(Judged(row, answers))
    return found
