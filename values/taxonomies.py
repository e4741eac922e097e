"""Taxonomies of values: the built-in one, and reading those that researchers bring."""

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

from annotation.task_types.base import ScaleProblem
from annotation.task_types.scales import (
    DEFAULT_VALUES,
    LONGEST_DESCRIPTION,
    VALUES,
    clean_text,
    clean_values_scale,
)
from annotation.task_types.value_imprint import CATEGORIES, SOURCE, ValueCategory

BUILT_IN = "value-imprint"
BUILT_IN_TITLE = "Value Imprint"
FIELDS = ("key", "label", "description", "sub_values")
MOST_SUB_VALUES = 60
SEPARATOR = ";"

__all__ = ["BUILT_IN", "BUILT_IN_TITLE", "CATEGORIES", "SOURCE", "ValueCategory"]


class TaxonomyProblem(Exception):
    """Why this is no taxonomy, for people."""


def read_taxonomy(content: bytes) -> list[ValueCategory]:
    """A taxonomy from a JSON array of objects or a CSV table with the header of `FIELDS`.

    Raises `TaxonomyProblem`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaxonomyProblem(_("The file is not UTF-8.")) from error
    raw = from_json(text) if text.lstrip()[:1] in "[{" and text.strip() else from_csv(text)
    return clean_categories(raw)


def from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TaxonomyProblem(_("The file is not valid JSON.")) from error


def from_csv(text: str) -> list[dict[str, Any]]:
    """Rows of a table; sub-values stand in one cell, with semicolons between them."""
    try:
        return table_rows(text)
    except csv.Error as error:
        raise TaxonomyProblem(_("The file is no CSV table.")) from error


def table_rows(text: str) -> list[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not set(rows.fieldnames or ()) <= set(FIELDS) or "key" not in (rows.fieldnames or ()):
        raise TaxonomyProblem(
            _("The header must be of %(names)s; `key` must be there.")
            % {"names": ", ".join(FIELDS)}
        )
    found = []
    for row in rows:
        if None in row or None in row.values():
            raise TaxonomyProblem(_("A line has more or fewer cells than the header."))
        parts = row.pop("sub_values", "").split(SEPARATOR)
        found.append({**row, "sub_values": [part.strip() for part in parts if part.strip()]})
    return found


def clean_categories(raw: Any) -> list[ValueCategory]:
    """Values in stored form; raises `TaxonomyProblem`."""
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise TaxonomyProblem(_("A taxonomy is a list of objects."))
    try:
        unknown = sorted({str(key) for one in raw for key in one if key not in FIELDS})
        if unknown:
            raise TaxonomyProblem(_("A value has no %(names)s.") % {"names": ", ".join(unknown)})
        plain = [{name: one[name] for name in FIELDS[:3] if one.get(name)} for one in raw]
        scale = clean_values_scale({"kind": VALUES, "values": plain})
        return [
            {
                "key": value["key"],
                "label": value["label"],
                "description": value["description"],
                "sub_values": clean_sub_values(one.get("sub_values", [])),
            }
            for value, one in zip(scale["values"], raw, strict=True)
        ]
    except ScaleProblem as problem:
        raise TaxonomyProblem(str(problem)) from problem


def clean_sub_values(raw: Any) -> list[str]:
    if not isinstance(raw, list) or len(raw) > MOST_SUB_VALUES:
        raise TaxonomyProblem(
            _("`sub_values` must be a list of at most %(most)s texts.") % {"most": MOST_SUB_VALUES}
        )
    return [clean_text(one, "sub_values") for one in raw]


def scale_of(categories: list[ValueCategory]) -> dict[str, Any]:
    """The scale by which people are asked; sub-values follow the description."""
    return {
        "kind": VALUES,
        "values": [
            {"key": one["key"], "label": one["label"], "description": explained(one)}
            for one in categories
        ],
        "strengths": DEFAULT_VALUES["strengths"],
    }


def explained(category: ValueCategory) -> str:
    parts = [category["description"], ", ".join(category["sub_values"])]
    return " ".join(part for part in parts if part)[:LONGEST_DESCRIPTION]
