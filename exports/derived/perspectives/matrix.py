"""Annotators × items: a long table of all cells that are not empty, and wide tables."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from exports.derived.base import DerivedFormat, Made, Maker, Task
from exports.derived.columns import ANNOTATOR, CRITERION, ITEM, JUDGMENT, STRATUM, WEIGHT
from exports.derived.files import NameParts
from exports.derived.grouping import Row, by_item
from exports.derived.options import SLICE, Options
from exports.derived.perspectives.lewidi import label_of, pairs_in
from exports.derived.sources import Source
from exports.derived.texts import Texts
from exports.tables import Column, Kind

# A wide table with more cells is left out: it would be almost nothing but commas.
MOST_CELLS = 20_000_000
VALUES = "-2 (a clearly better) to 2 (b clearly better), both_bad, depends"
RESPONSES = (
    Column("response_a", Kind.TEXT, "One response of the pair: `responses`."),
    Column("response_b", Kind.TEXT, "The other response: `responses`."),
)
LONG = (
    *(ANNOTATOR, STRATUM, ITEM, CRITERION, *RESPONSES),
    Column("value", Kind.TEXT, "What this person said of the pair.", values=VALUES),
    *(JUDGMENT, WEIGHT),
)
LONG_NAMES = [column.name for column in LONG]
PAIR = (ITEM, *RESPONSES)
PAIR_NAMES = [column.name for column in PAIR]
WIDE = (
    *PAIR,
    Column(
        "(annotator_id)",
        Kind.TEXT,
        "One column for each annotator, under their name in this release: what they said, several "
        "answers to one pair divided by |.",
        values=VALUES,
        null="they were not asked",
    ),
)


class Matrix(DerivedFormat):
    key = "matrix"
    label = _("Annotator × item matrix")
    description = _("Who said what of which pair: one long table, and a wide one a criterion.")
    makes = ("matrix-long.csv", "matrix-<criterion>-wide.csv")
    options = SLICE

    def compares(self, options: Options) -> bool:
        return True

    def maker(self, task: Task) -> Maker:
        return MatrixMaker(task)


class CsvFile:
    """A CSV whose bytes depend on its rows alone."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self._file = path.open("w", encoding="utf-8", newline="")
        self._lines = csv.writer(self._file, lineterminator="\r\n")
        self._lines.writerow(header)

    def write(self, values: Sequence[Any]) -> None:
        self._lines.writerow(values)
        self.rows += 1

    def close(self) -> None:
        self._file.close()


class MatrixMaker(Maker):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._long = CsvFile(task.folder / f"{task.stem}-long.csv", LONG_NAMES)
        self._wide: dict[str, CsvFile] = {}
        self._names = NameParts()
        self._place = {name: place for place, name in enumerate(task.survey.annotators)}

    def add(self, source: Source, texts: Texts, work: Path) -> None:
        for _item, rows in by_item(self.comparisons(source), texts.item_ids, work):
            self.task.alive()
            for pair_rows in pairs_in(rows):
                for row in pair_rows:
                    self._long.write([cell_of(row, name) for name in LONG_NAMES])
                self._add_wide(pair_rows)

    def _add_wide(self, rows: Sequence[Row]) -> None:
        first = rows[0]
        file = self._wide_file(first["criterion"])
        if file.rows * len(self._place) > MOST_CELLS:
            return
        cells = [""] * len(self._place)
        for row in rows:
            place = self._place[row["annotator_id"]]
            cells[place] = f"{cells[place]}|{label_of(row)}" if cells[place] else label_of(row)
        file.write([*(first[name] for name in PAIR_NAMES), *cells])

    def _wide_file(self, criterion: str) -> CsvFile:
        if criterion not in self._wide:
            name = f"{self.task.stem}-{self._names.of(criterion)}-wide.csv"
            header = [*PAIR_NAMES, *self.task.survey.annotators]
            self._wide[criterion] = CsvFile(self.task.folder / name, header)
        return self._wide[criterion]

    def finish(self) -> Iterator[Made]:
        self._long.close()
        yield Made(self._long.path, self._long.rows, columns=LONG)
        for _criterion, file in sorted(self._wide.items()):
            file.close()
            if file.rows * len(self._place) > MOST_CELLS:
                file.path.unlink()
            else:
                yield Made(file.path, file.rows, columns=WIDE)


def cell_of(row: Row, name: str) -> Any:
    return label_of(row) if name == "value" else row[name]
