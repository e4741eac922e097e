"""The JSON of the third Learning with Disagreements task (LeWiDi 2025).

Layout after https://github.com/Le-Wi-Di/le-wi-di.github.io, LeWiDi_3-2025: one object an item with
every annotator's label and the shares of the labels, and a file on the annotators.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from exports.derived.base import DerivedFormat, Made, Maker, Task
from exports.derived.files import JsonFile, NameParts, json_text
from exports.derived.grouping import Row, by_item
from exports.derived.options import SLICE, SPLIT, Options
from exports.derived.sources import Source
from exports.derived.splits import TRAIN, split_of
from exports.derived.texts import Item, Texts, as_plain
from exports.tables import Column, Kind

LABELS = ("-2", "-1", "0", "1", "2", "both_bad", "depends")
# Columns of `annotators` that are no answers.
ENTRY = (
    Column("(key)", Kind.TEXT, "The item; where it has several pairs, item#response#response."),
    Column("annotation task", Kind.TEXT, "Always pairwise preference."),
    Column("text", Kind.JSON, "The prompt and the pair: prompt, response_a, response_b."),
    Column("number of annotators", Kind.INTEGER, "How many people judged the pair."),
    Column("annotators", Kind.TEXT, "Their names in this release, by commas."),
    Column("number of annotations", Kind.INTEGER, "How many judgments they gave."),
    Column("annotations", Kind.JSON, "Each person's label; several by commas.", ", ".join(LABELS)),
    Column("soft_label", Kind.JSON, "Aggregated: the share of each label.", ", ".join(LABELS)),
    Column("split", Kind.TEXT, "The side that the prompt is on.", "train, test"),
    Column("lang", Kind.TEXT, "The item's language.", "language tag", "not stated"),
    Column("other_info", Kind.JSON, "Item, criterion, responses, strata, judgments."),
)
META = (
    Column("(key)", Kind.TEXT, "The annotator, by their name in this release."),
    Column("(value)", Kind.JSON, "Their newest released answers by question: `annotators`."),
)
NO_ANSWERS = ("annotator_id", "profile_version", "campaign")


class LeWiDi(DerivedFormat):
    key = "lewidi"
    label = _("LeWiDi 2025")
    description = _("Every annotator's label of each pair, with the shares of the labels.")
    makes = (
        "lewidi-<criterion>_train.json",
        "lewidi-<criterion>_test.json",
        "lewidi_annotators_meta.json",
    )
    options = (*SLICE, *SPLIT)

    def compares(self, options: Options) -> bool:
        return True

    def maker(self, task: Task) -> Maker:
        return LeWiDiMaker(task)


class LeWiDiMaker(Maker):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._files: dict[tuple[str, str], JsonFile] = {}
        self._names = NameParts()
        self._people: dict[str, tuple[int, dict[str, Any]]] = {}

    def add(self, source: Source, texts: Texts, work: Path) -> None:
        self._add_people(source)
        for place, rows in by_item(self.comparisons(source), texts.item_ids, work):
            self.task.alive()
            item = texts.at(place)
            side = split_of(item.prompt, test_share=self.options.test_share, seed=self.options.seed)
            for pair_rows in pairs_in(rows):
                criterion = pair_rows[0]["criterion"]
                file = self._file(criterion, side)
                file.write(entry_of(item, pair_rows, side), key_of(pair_rows[0], item))

    def _add_people(self, source: Source) -> None:
        """The newest profile of each annotator of the slice."""
        wanted = set(self.task.survey.annotators)
        for batch in source.batches("annotators"):
            for row in batch.to_pylist():
                name, version = row["annotator_id"], row["profile_version"]
                if name in wanted and version >= self._people.get(name, (version, {}))[0]:
                    answers = {key: one for key, one in row.items() if key not in NO_ANSWERS}
                    known = self._people.get(name, (version, {}))[1]
                    self._people[name] = (version, {**known, **told(answers)})

    def _file(self, criterion: str, side: str) -> JsonFile:
        if (criterion, side) not in self._files:
            name = f"{self.task.stem}-{self._names.of(criterion)}_{side}.json"
            self._files[criterion, side] = JsonFile(self.task.folder / name, "{", "}")
        return self._files[criterion, side]

    def finish(self) -> Iterator[Made]:
        for _criterion, file in sorted(
            self._files.items(), key=lambda entry: (entry[0][0], entry[0][1] != TRAIN)
        ):
            file.close()
            yield Made(file.path, file.rows, columns=ENTRY)
        path = self.task.folder / f"{self.task.stem}_annotators_meta.json"
        people = {name: self._people.get(name, (0, {}))[1] for name in self.task.survey.annotators}
        path.write_text(json_text(people) + "\n", encoding="utf-8")
        yield Made(path, len(people), columns=META)


def told(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers that were given and may leave."""
    return {key: value for key, value in answers.items() if value is not None}


def pairs_in(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """An item's comparisons by criterion and pair."""
    pairs: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        key = (row["criterion"], row["response_a"], row["response_b"])
        pairs.setdefault(key, []).append(row)
    yield from pairs.values()


def key_of(row: Row, item: Item) -> str:
    """The item's id; where an item has several pairs, with the responses' ids."""
    if len(item.responses) == 2:
        return item.item_id
    return f"{item.item_id}#{row['response_a']}#{row['response_b']}"


def label_of(row: Row) -> str:
    """From "-2" (a clearly better) to "2" (b clearly better), or why there is no grade."""
    return row["outcome"] if row["preference"] is None else str(row["preference"])


def entry_of(item: Item, rows: Sequence[Row], side: str) -> dict[str, Any]:
    """One pair with every label; somebody who was asked twice has both, by commas."""
    labels: dict[str, list[str]] = {}
    for row in rows:
        labels.setdefault(row["annotator_id"], []).append(label_of(row))
    counts = Counter(label_of(row) for row in rows)
    first = rows[0]
    return {
        "annotation task": "pairwise preference",
        "text": {
            "prompt": as_plain(item.prompt),
            "response_a": as_plain(item.responses[first["response_a"]]),
            "response_b": as_plain(item.responses[first["response_b"]]),
        },
        "number of annotators": len(labels),
        "annotators": ",".join(labels),
        "number of annotations": len(rows),
        "annotations": {name: ",".join(given) for name, given in labels.items()},
        "soft_label": {label: counts[label] / len(rows) for label in LABELS},
        "split": side,
        "lang": item.language,
        "other_info": {
            "item_id": item.item_id,
            "criterion": first["criterion"],
            "response_a": first["response_a"],
            "response_b": first["response_b"],
            "strata": {row["annotator_id"]: row["stratum"] for row in rows},
            "judgment_ids": [row["judgment_id"] for row in rows],
        },
    }
