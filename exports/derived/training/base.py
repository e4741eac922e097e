"""What the training formats share: files of rows, each with its sidecar, by criterion and split."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from exports.derived.base import DerivedFormat, Made, Maker, Task, described
from exports.derived.bounds import Bounds
from exports.derived.columns import JUDGED_PAIR, SHARED_PAIR, mode_columns
from exports.derived.files import LineFile, NameParts, json_text
from exports.derived.grouping import Row, by_item
from exports.derived.options import (
    JUDGMENTS,
    MODE,
    PLAIN,
    SLICE,
    SOFT,
    SPLIT,
    TIES,
    WEIGHTED,
    WITHIN_BOUNDS,
    Option,
    Options,
)
from exports.derived.sources import Source
from exports.derived.splits import TEST, TRAIN, split_of
from exports.derived.texts import Content, Item, Texts, as_messages, as_plain
from exports.derived.training.pairs import Preference, preferences
from exports.tables import Column

MODE_WORDS = {
    JUDGMENTS: (
        "One row per judgment and pair: what one person said at one time. Nothing is aggregated; "
        "who said it is in the sidecar, in the same line."
    ),
    WEIGHTED: (
        "One row per judgment and pair, each with a weight. Nothing is aggregated; a trainer that "
        "does not read the weight trains on every judgment alike."
    ),
    SOFT: (
        "Aggregated: the judgments of a pair as shares. A pair on which people differ stands in "
        "two rows, one for each direction; soft_label is the row's share and its weight in a loss."
    ),
}
SEVERAL_MESSAGES = "response_of_several_messages"
TOO_FEW_PEOPLE = "of_too_few_people"


@dataclass(frozen=True)
class Example:
    """One row for a trainer; `row` is None where the format cannot hold it.

    `preferred` is the response that the row comes from somebody's preferring, if it does.
    """

    criterion: str
    row: dict[str, Any] | None
    extra: Mapping[str, Any]
    beside: Mapping[str, Any]
    preferred: str | None = None


class TrainingFormat(DerivedFormat):
    makes: ClassVar[Sequence[str]] = (
        "<format>-<criterion>-train.jsonl",
        "<format>-<criterion>-train-sidecar.jsonl",
        "<format>-<criterion>-test.jsonl",
        "<format>-<criterion>-test-sidecar.jsonl",
        "<format>.json",
    )
    options: ClassVar[Sequence[Option]] = (*SLICE, *SPLIT, *MODE, TIES, WITHIN_BOUNDS)
    # Whether a row may have columns that the trainer does not ask for.
    takes_columns: ClassVar[bool] = True

    def maker(self, task: Task) -> Maker:
        return TrainingMaker(task, self)

    def compares(self, options: Options) -> bool:
        return True

    def rows_of(self, maker: Maker, source: Source) -> Iterator[pa.RecordBatch]:
        """What examples are made from, each row with its item."""
        return maker.comparisons(source)

    @abstractmethod
    def row_columns(self, options: Options) -> Sequence[Column]:
        """What the trainer reads of a row."""

    def columns(self, options: Options) -> Sequence[Column]:
        """All that a row has."""
        extra = mode_columns(options) if self.takes_columns else ()
        return (*self.row_columns(options), *extra)

    def sidecar_columns(self, options: Options) -> Sequence[Column]:
        """What stands beside a row."""
        return SHARED_PAIR if options.mode == SOFT else JUDGED_PAIR

    @abstractmethod
    def examples(
        self, item: Item, rows: Sequence[Row], options: Options, left_out: Counter[str]
    ) -> Iterator[Example]:
        """The examples in what was said of an item, counting what gave none."""


class PreferenceFormat(TrainingFormat):
    """A format whose row is a pair: what was preferred, and to what."""

    @abstractmethod
    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        """The row, or None where the format has no place for these responses."""

    def examples(
        self, item: Item, rows: Sequence[Row], options: Options, left_out: Counter[str]
    ) -> Iterator[Example]:
        for preference in preferences(rows, options, left_out):
            yield Example(
                preference.criterion,
                self.shape(item, preference, options),
                extra_columns(preference.weight, preference.share, preference.beside, options),
                preference.beside,
                preference.chosen,
            )


def extra_columns(
    weight: float, share: float | None, beside: Mapping[str, Any], options: Options
) -> dict[str, Any]:
    """What a row says of its mode; one judgment is just itself."""
    if options.mode == SOFT:
        return {"soft_label": share, "n": beside["n"]}
    return {"weight": weight} if options.mode == WEIGHTED else {}


@dataclass
class Pair:
    """A file of rows and the file beside it."""

    rows: LineFile
    sidecar: LineFile

    def write(self, row: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
        self.sidecar.write_json({"row": self.rows.rows, **beside})
        self.rows.write_json(row)


class TrainingMaker(Maker):
    def __init__(self, task: Task, format: TrainingFormat) -> None:
        super().__init__(task)
        self._format = format
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._names = NameParts()
        self._bounds = Bounds(task.options, task.folder / f"{self.stem}-bounds.jsonl")

    @property
    def stem(self) -> str:
        mode = self.options.mode
        return self.task.stem if mode == JUDGMENTS else f"{self.task.stem}-{mode}"

    def add(self, source: Source, texts: Texts, work: Path) -> None:
        self._bounds.take(source)
        rows_of_items = by_item(self._format.rows_of(self, source), texts.item_ids, work)
        for place, rows in rows_of_items:
            self.task.alive()
            self._add_item(texts.at(place), rows)

    def _add_item(self, item: Item, rows: Sequence[Row]) -> None:
        side = split_of(item.prompt, test_share=self.options.test_share, seed=self.options.seed)
        self._bounds.see_judgments(item.item_id, rows)
        for example in self._format.examples(item, rows, self.options, self.left_out):
            if example.row is None:
                self.left_out[SEVERAL_MESSAGES] += 1
                continue
            if self.options.mode == SOFT and not self.weights.may_share(example.beside["weight"]):
                self.left_out[TOO_FEW_PEOPLE] += 1
                continue
            if self._bounds.removes(item.item_id, example.preferred, example.beside, side):
                continue
            extra = example.extra if self._format.takes_columns else {}
            self._pair(example.criterion, side).write({**example.row, **extra}, example.beside)

    def _pair(self, criterion: str, side: str) -> Pair:
        if (criterion, side) not in self._pairs:
            stem = f"{self.stem}-{self._names.of(criterion)}-{side}"
            suffix = ".jsonl.gz" if self.options.compress else ".jsonl"
            folder = self.task.folder
            self._pairs[criterion, side] = Pair(
                LineFile(folder / f"{stem}{suffix}"),
                LineFile(folder / f"{stem}-sidecar{suffix}"),
            )
        return self._pairs[criterion, side]

    def finish(self) -> Iterator[Made]:
        made = []
        columns = self._format.columns(self.options)
        beside = self._format.sidecar_columns(self.options)
        for (_criterion, side), pair in sorted(
            self._pairs.items(), key=lambda entry: (entry[0][0], entry[0][1] != TRAIN)
        ):
            pair.rows.close()
            pair.sidecar.close()
            made += [
                Made(pair.rows.path, pair.rows.rows, side, columns=columns),
                Made(pair.sidecar.path, pair.rows.rows, side, is_sidecar=True, columns=beside),
            ]
        yield from made
        accounts = list(self._bounds.finish(self.task.folder / f"{self.stem}-bounds.json"))
        yield from accounts
        yield self._description([*made, *accounts])

    def _description(self, made: Sequence[Made]) -> Made:
        """The file that says what the rows are."""
        options = self.options
        chosen = {option.key: getattr(options, option.key) for option in self._format.options}
        told = {
            "format": self.task.key,
            "what_a_row_is": MODE_WORDS[options.mode],
            "options": described(chosen),
            "weights": self.weights.told(),
            "split": {
                "by": "prompt",
                "test_share": options.test_share,
                "seed": options.seed,
                **{
                    side: sum(
                        one.rows or 0 for one in made if one.split == side and not one.is_sidecar
                    )
                    for side in (TRAIN, TEST)
                },
            },
            **self.told,
            **self._bounds.told(),
            "files": [{"name": one.path.name, "rows": one.rows} for one in made],
        }
        path = self.task.folder / f"{self.stem}.json"
        path.write_text(json_text(told) + "\n", encoding="utf-8")
        return Made(path)


def content_of(content: Content, role: str, options: Options) -> Any:
    """Content as a text or as turns, as was chosen."""
    return as_plain(content) if options.content == PLAIN else as_messages(content, role)


def only_message(content: Content) -> dict[str, str] | None:
    """A response's one turn; None where it has several."""
    messages = as_messages(content, "assistant")
    return messages[0] if len(messages) == 1 else None
