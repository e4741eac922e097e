"""Derived files in the data dictionary, in Croissant and in the manifest."""

import csv
import io
import json
import logging
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

from exports.derived import FORMATS
from exports.models import Snapshot
from exports.profiles.choices import Choices, Recoding
from tests.exports.builders import pairwise_campaign, snapshot_of
from tests.exports.documentation.folders import folder_of, tea_campaign

pytestmark = pytest.mark.django_db(transaction=True)

EVERYTHING = [
    *FORMATS,
    {"format": "trl-preference", "mode": "soft", "content": "plain", "compress": True},
    {"format": "trl-kto", "mode": "weighted", "weights": "stratum", "test_share": 0.5},
]


def described(folder: Path, caplog: pytest.LogCaptureFixture) -> Any:
    """The folder as mlcroissant reads it, with nothing to say against it."""
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert [one.getMessage() for one in caplog.records if one.name == "absl"] == []
    return dataset


def derived_files(snapshot: Snapshot) -> dict[str, int | None]:
    return {
        file.name: file.rows
        for file in snapshot.files.all()
        if file.name.startswith(tuple(FORMATS))
    }


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_croissant_has_every_derived_file_and_the_records_of_lines(format, tmp_path, caplog):
    snapshot = snapshot_of(pairwise_campaign().campaign, format, derived=EVERYTHING)
    folder = folder_of(snapshot, tmp_path)
    dataset = described(folder, caplog)
    objects = {
        one["name"]: one
        for one in json.loads((folder / "croissant.json").read_text())["distribution"]
    }
    for file in snapshot.files.all():
        if file.name in derived_files(snapshot) or file.name == "dataset_info.json":
            assert objects[file.name]["sha256"] == file.sha256
    soft = "trl-preference-soft-overall-train"
    assert "Aggregated: the judgments of a pair" in objects[f"{soft}.jsonl.gz"]["description"]
    judged = objects["trl-preference-overall-train.jsonl"]["description"]
    assert "One row per judgment and pair" in judged
    rows = list(dataset.records(soft))
    assert [(one[f"{soft}/chosen"], one[f"{soft}/n"]) for one in rows] == [
        ("Drei 😀".encode(), 1),
        (b"Yes", 2),
        (b"No", 2),
    ]
    beside = "trl-reward-overall-train-sidecar"
    assert [one[f"{beside}/chosen_id"] for one in dataset.records(beside)] == [b"a", b"r1"]
    values = [one["matrix-long/value"] for one in dataset.records("matrix-long")]
    assert sorted(values) == [b"-1", b"0", b"2", b"both_bad"]


def test_columns_that_hold_objects_are_named_and_left_to_the_file(tmp_path):
    snapshot = snapshot_of(pairwise_campaign().campaign, derived=["trl-reward"])
    content = json.loads((folder_of(snapshot, tmp_path) / "croissant.json").read_text())
    sets = {one["name"]: one for one in content["recordSet"]}
    records = sets["trl-reward-overall-train"]
    assert [one["name"] for one in records["field"]] == ["margin"]
    assert "The columns prompt, chosen, rejected hold" in records["description"]


def test_the_dictionary_has_the_columns_of_derived_files_behind_the_tables(tmp_path):
    snapshot = snapshot_of(pairwise_campaign().campaign, derived=EVERYTHING)
    text = (folder_of(snapshot, tmp_path) / "data_dictionary.csv").read_bytes().decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(one["type"] and one["meaning"] and one["null_means"] for one in lines)
    with_rows = {name for name, rows in derived_files(snapshot).items() if rows is not None}
    assert {one["file"] for one in lines} >= with_rows
    found = [
        (one["table"], one["column"], one["type"])
        for one in lines
        if one["file"] == "trl-reward-overall-train.jsonl"
    ]
    assert found == [
        ("trl-reward", "prompt", "json"),
        ("trl-reward", "chosen", "json"),
        ("trl-reward", "rejected", "json"),
        ("trl-reward", "margin", "float64"),
    ]


def test_the_manifest_names_the_profile_with_its_choices_and_every_option(tmp_path):
    choices = Choices(profile="public", text="excluded", k=5, identifying=(Recoding("age"),))
    asked = [{"format": "trl-kto", "mode": "soft"}]
    snapshot = snapshot_of(tea_campaign(), choices=choices, derived=asked)
    manifest = json.loads((folder_of(snapshot, tmp_path) / "MANIFEST.json").read_text())
    assert manifest["release"] == {
        "profile": "public",
        "text": "excluded",
        "k": 5,
        "identifying": [{"question": "age", "groups": []}],
        "withheld": [],
    }
    assert manifest["derived"] == snapshot.derived
    assert manifest["derived"][0]["mode"] == "soft"
    assert manifest["derived"][0]["test_share"] == 0.0
