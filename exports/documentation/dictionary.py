"""data_dictionary.csv: every column of every table, derived file and file with numbers."""

import csv
from collections.abc import Iterable
from io import StringIO

from exports.documentation.dataset import Dataset
from exports.tables import Column, Kind, Table

HEADER = (
    *("table", "file", "column", "type", "values", "meaning"),
    *("null_means", "question", "purpose"),
)
NEVER_NULL = "never null"
NAME = "data_dictionary.csv"
MEANINGS = {
    "table": "The table, the derived format, or the file with numbers beside a figure.",
    "file": "The file it is in; * stands for the numbers of several.",
    "column": "The column's name.",
    "type": "Its type; json is text that holds JSON, or JSON itself in JSON Lines.",
    "values": "Its unit, or the values it may take.",
    "meaning": "What it says.",
    "null_means": "What nothing means in it.",
    "question": "The question that people were asked, for an answer about them.",
    "purpose": "The purposes that this answer is bound to.",
}
MAY_BE_EMPTY = {
    "values": "nothing but the type bounds them",
    "question": "no answer about people",
    "purpose": "bound to no purpose of its own, or no answer about people",
}
ITSELF = Table(
    "data_dictionary",
    "Every column of every table.",
    tuple(
        Column(name, Kind.TEXT, MEANINGS[name], null=MAY_BE_EMPTY.get(name, "")) for name in HEADER
    ),
)


def data_dictionary(dataset: Dataset, figures: Iterable[Table]) -> str:
    """One line for each column, in the order of the files; derived ones after the tables."""
    text = StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(HEADER)
    for table in dataset.tables:
        write_columns(lines, table, dataset.pattern_of(table.name))
    for made in dataset.derived:
        table = Table(made.key, "", tuple(made.columns))
        write_columns(lines, table, made.path.name)
    for table in figures:
        write_columns(lines, table, f"{table.name}.csv")
    write_columns(lines, ITSELF, NAME)
    return text.getvalue()


def write_columns(lines: object, table: Table, file: str) -> None:
    for one in table.columns:
        lines.writerow(  # type: ignore[attr-defined]
            [
                *(table.name, file, one.name, one.kind.words, one.values, one.description),
                *(one.null or NEVER_NULL, one.question, one.purpose),
            ]
        )
