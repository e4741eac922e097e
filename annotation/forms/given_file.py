"""How a file that was given is to be read, and what is to be taken of it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.enums import ItemFormat
from annotation.item_formats.columns import (
    ID,
    LABEL,
    METADATA,
    MOST_RESPONSES,
    PERSON,
    PROMPT,
    RESPONSES,
    SAID,
)
from annotation.services.item_columns import collected
from annotation.services.looking import Look

# The parameter of a column is this and its name.
AS = "as:"
ITEMS, JUDGMENTS = "items", "judgments"


@dataclass
class Reading:
    """What an address or a posted form says of how to read a file.

    `columns` is None where nothing is said of them; `chosen` is column → field as it was chosen,
    `problem` what cannot be with that.
    """

    format: str
    take: str
    columns: dict[str, Any] | None
    chosen: dict[str, str]
    problem: str


def reading_in(given: QueryDict) -> Reading:
    """What was chosen. A format that there is not is as good as none."""
    chosen = {name.removeprefix(AS): str(given[name]) for name in given if name.startswith(AS)}
    columns: dict[str, Any] | None = None
    problem = ""
    if chosen:
        columns, problem = collected((field, name) for name, field in chosen.items() if field)
    format = str(given.get("format", ""))
    return Reading(
        format=format if format in ItemFormat.values else ItemFormat.AUTO,
        take=JUDGMENTS if given.get("take") == JUDGMENTS else ITEMS,
        columns=columns,
        chosen=chosen,
        problem=problem,
    )


@dataclass
class ColumnRow:
    """A column of the file: what it is called, what stands in it first, and what it is."""

    name: str
    example: str
    field: str

    @property
    def parameter(self) -> str:
        return f"{AS}{self.name}"


def column_rows(look: Look, reading: Reading) -> list[ColumnRow]:
    """A row for each column that can be named."""
    known: dict[str, str] = {}
    for field, column in look.columns.items():
        known |= dict.fromkeys(column if field == METADATA else [column], field)
    known |= reading.chosen
    return [
        ColumnRow(name, look.examples.get(name, ""), known.get(name, ""))
        for name in look.names
        if name
    ]


def field_choices(columns: int, *, with_judgments: bool) -> list[tuple[str, str]]:
    """What a column can be, for people."""
    most = min(MOST_RESPONSES, columns)
    numbered = [(f"response_{n}", _("response %(n)d") % {"n": n}) for n in range(1, most + 1)]
    models = [(f"model_{n}", _("model of response %(n)d") % {"n": n}) for n in range(1, most + 1)]
    said = {PERSON: _("who judged"), LABEL: _("which response is better")}
    return [
        ("", _("leave out")),
        (ID, _("id")),
        (PROMPT, _("prompt")),
        *numbered,
        *models,
        ("language", _("language")),
        (METADATA, _("metadata")),
        (RESPONSES, _("responses, as a list")),
        ("check", _("check: the answer asked for")),
        *([(name, said[name]) for name in SAID] if with_judgments else []),
    ]
