"""What people say about the columns of a table of items, held against what there can be."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotation.enums import ItemFormat
from annotation.errors import Unfit
from annotation.item_formats.columns import (
    FIELDS,
    METADATA,
    MOST_RESPONSES,
    PROMPT,
    RESPONSES,
    TABLES,
)

SHOWN_FIELDS = ("id", PROMPT, RESPONSES, "response_1", "model_1", "language", METADATA, "check")


def named_columns(text: str) -> dict[str, Any] | None:
    """What a text names, whether it makes items or not; None where it names nothing.

    Raises `Unfit` for a text that cannot be read.
    """
    named, problem = read_columns(text)
    if problem:
        raise Unfit(_("The columns do not make items."), fields={"columns": problem})
    return named or None


def clean_columns(given: str | Mapping[str, Any], format: str) -> dict[str, Any]:
    """Columns by field, of a mapping or of "prompt=question, response_1=a1"; empty for none.

    A text of lines names one on each; without a line break commas part them. Raises `Unfit`.
    """
    named, problem = read_columns(given) if isinstance(given, str) else (dict(given), "")
    if not named and not problem:
        return {}
    if not problem and format not in (ItemFormat.AUTO, *TABLES):
        problem = _("Only the columns of a table can be named: JSON Lines, CSV or Parquet.")
    if problem := problem or columns_problem(named):
        raise Unfit(_("The columns do not make items."), fields={"columns": problem})
    return named


def read_columns(text: str) -> tuple[dict[str, Any], str]:
    """What a text names, and what is wrong with it."""
    parts = text.splitlines() if "\n" in text else text.split(",")
    pairs = [map(str.strip, part.partition("=")) for part in parts if part.strip()]
    return collected((name, column) for name, _sign, column in pairs)


def collected(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], str]:
    """Pairs of field and column as a mapping, and what is wrong with them."""
    named: dict[str, Any] = {}
    for name, column in pairs:
        if not column:
            return {}, _("Say which column holds %(name)s, as in %(name)s=column.") % {"name": name}
        if name == METADATA:
            named.setdefault(METADATA, []).append(column)
        elif name in named:
            return {}, _("Two columns are said to be %(name)s.") % {"name": name}
        else:
            named[name] = column
    return named, ""


def columns_problem(named: Mapping[str, Any]) -> str:
    """Why these columns could never make an item, or ""."""
    for name in named:
        if name not in FIELDS:
            return _("Unknown: %(name)s. There are %(known)s.") % {
                "name": name[:100],
                "known": ", ".join(SHOWN_FIELDS),
            }
    if any("\0" in one for column in named.values() for one in column):
        return _("The name of a column has a character that cannot be stored.")
    if PROMPT not in named:
        return _("Say which column is the prompt.")
    numbers = [place for place in range(1, MOST_RESPONSES + 1) if f"response_{place}" in named]
    if (RESPONSES in named) == bool(numbers):
        return _("Say which columns are the responses: one for each, or one that lists them.")
    if numbers != list(range(1, len(numbers) + 1)):
        return _("Number the responses from 1 on, without a gap.")
    return ""
