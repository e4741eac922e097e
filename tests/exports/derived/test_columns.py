"""The columns that each derived file is said to have, against those it has."""

import csv
import json
from typing import Any

import pytest

from exports.derived import FORMATS, Made
from tests.exports.derived.data import Said, made_of, prefer, tables_of

CHOICES = [
    {"format": format.key, **mode, **content}
    for format in FORMATS.values()
    for mode in (
        [{"mode": mode} for mode in ("judgments", "weighted", "soft")]
        if any(one.key == "mode" for one in format.options)
        else [{}]
    )
    for content in (
        [{"content": content} for content in ("conversational", "plain")]
        if any(one.key == "content" for one in format.options)
        else [{}]
    )
]


def columns_in(made: Made) -> list[str]:
    """What stands in the file: of a CSV the header, of JSON the keys of its first entry."""
    text = made.path.read_text()
    if made.path.suffix == ".csv":
        return next(csv.reader(text.splitlines()))
    if made.path.suffix == ".jsonl":
        return list(json.loads(text.splitlines()[0]))
    found: Any = json.loads(text)
    if isinstance(found, list):
        return list(found[0])
    entry = next(iter(found.values()))
    return ["(key)", "(value)"] if made.path.name.endswith("_meta.json") else ["(key)", *entry]


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda one: "-".join(one.values()))
def test_every_file_with_rows_has_the_columns_it_is_said_to_have(chosen, tmp_path):
    said = [
        Said("q1", "p-1", {"overall": prefer("a", 2)}),
        Said("q1", "p-2", {"overall": prefer("z")}),
    ]
    files = [
        one for one in made_of(tmp_path, [tables_of(said)], chosen).values() if one.rows is not None
    ]
    assert files
    for made in files:
        names = [column.name for column in made.columns]
        wanted = columns_in(made)
        if made.path.name.endswith("-wide.csv"):
            assert wanted[3:] == ["p-1", "p-2"]
            wanted = [*wanted[:3], "(annotator_id)"]
        assert names == wanted
        assert all(column.description for column in made.columns)


def test_labels_of_what_is_acceptable_have_the_same_columns(tmp_path):
    said = [Said("q1", "p-1", {"overall": prefer("a")}, acceptable={"a": True, "z": False})]
    made = made_of(
        tmp_path, [tables_of(said)], {"format": "trl-kto", "labels": "acceptable"}
    ).values()
    for one in made:
        if one.rows is not None:
            assert [column.name for column in one.columns] == columns_in(one)


def test_files_that_explain_have_no_columns(tmp_path):
    said = [Said("q1", "p-1", {"overall": prefer("a")})]
    made = made_of(tmp_path, [tables_of(said)], "llamafactory", "label-studio").values()
    assert [one.columns for one in made if one.rows is None] == [(), (), ()]
