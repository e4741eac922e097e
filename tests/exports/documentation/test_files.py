"""The files that explain a snapshot, against the files they explain."""

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports.models import Snapshot
from exports.profiles.choices import Choices, Recoding
from tests.exports.builders import pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.documentation.folders import card_of, folder_of, tea_campaign
from tests.exports.reading import content_of
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = [
    *("table", "file", "column", "type", "values", "meaning"),
    *("null_means", "question", "purpose"),
]
PUBLIC = Choices(profile="public", text="excluded", k=5, identifying=(Recoding("age"),))


def header_of(path: Path) -> list[str]:
    if path.name.endswith(".parquet"):
        return pq.read_schema(path).names
    if path.name.endswith(".csv"):
        return next(csv.reader([path.read_text().splitlines()[0]]))
    first = gzip.decompress(path.read_bytes()).decode().splitlines()[0]
    return list(json.loads(first)) if ".jsonl" in path.name else next(csv.reader([first]))


def dictionary_of(folder: Path) -> list[dict[str, str]]:
    text = (folder / "data_dictionary.csv").read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
@pytest.mark.parametrize("choices", [Choices(), PUBLIC], ids=["full", "public"])
def test_the_dictionary_has_every_column_of_every_file_in_order(format, choices, tmp_path):
    folder = folder_of(snapshot_of(tea_campaign(), format, choices=choices), tmp_path / "folder")
    lines = dictionary_of(folder)
    assert list(lines[0]) == HEADER
    assert all(line["type"] and line["meaning"] and line["null_means"] for line in lines)
    tables = [*folder.glob("*.parquet"), *folder.glob("*.gz"), *folder.rglob("*.csv")]
    assert {line["file"] for line in lines} == {str(one.relative_to(folder)) for one in tables}
    for path in tables:
        if gzipped_and_empty(path):
            continue  # without rows JSON Lines name no columns
        name = str(path.relative_to(folder))
        assert [line["column"] for line in lines if line["file"] == name] == header_of(path)


def gzipped_and_empty(path: Path) -> bool:
    return path.suffix == ".gz" and not gzip.decompress(path.read_bytes())


@pytest.mark.parametrize("choices", [Choices(), PUBLIC], ids=["full", "public"])
def test_columns_with_nulls_say_what_they_mean(choices, tmp_path):
    for campaign in (pairwise_campaign().campaign, tea_campaign()):
        snapshot = snapshot_of(campaign, choices=choices)
        folder = folder_of(snapshot, tmp_path / campaign.slug)
        never = {
            (line["table"], line["column"])
            for line in dictionary_of(folder)
            if line["null_means"] == "never null"
        }
        for file in snapshot.files.exclude(table=""):
            table = pq.read_table(folder / file.name)
            for name in table.column_names:
                if (file.table, name) in never:
                    assert table[name].null_count == 0, (file.table, name)


def test_the_dictionary_tells_arrow_types(tmp_path):
    snapshot = snapshot_of(pairwise_campaign().campaign)
    folder = folder_of(snapshot, tmp_path)
    types = {(line["table"], line["column"]): line["type"] for line in dictionary_of(folder)}
    for file in snapshot.files.exclude(table=""):
        for column in pq.read_schema(folder / file.name):
            arrow = {
                "double": "float64",
                "timestamp[us, tz=UTC]": "timestamp[us, UTC]",
                "list<element: string>": "list<string>",
            }.get(str(column.type), str(column.type))
            words = types[file.table, column.name]
            assert words == arrow or (arrow == "string" and "json" in words)


def test_answers_about_people_name_their_question_and_purpose(tmp_path):
    lines = dictionary_of(folder_of(snapshot_of(pairwise_campaign().campaign), tmp_path))
    asked = {line["column"]: line for line in lines if line["question"]}
    assert set(asked) == {"age", "tongues"}
    assert asked["tongues"]["question"] == "Which languages do you speak?"
    assert asked["tongues"]["purpose"] == "languages"
    assert asked["tongues"]["values"] == "en = English; hi = हिन्दी"
    assert asked["age"]["purpose"].startswith("demographics, where the consent names it")


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_the_card_configures_every_table_that_has_rows(format: str):
    snapshot = snapshot_of(ranking_campaign().campaign, format)
    front, _body = card_of(snapshot)
    names = {file.name for file in snapshot.files.all()}
    assert {one["data_files"] for one in front["configs"]} <= names
    configs = [one["config_name"] for one in front["configs"]]
    assert configs == [
        *("judgments", "comparisons", "rankings", "annotators"),
        *("items", "responses", "assignments", "coverage"),
    ]
    assert [one["config_name"] for one in front["dataset_info"]] == configs
    assert [one["config_name"] for one in front["configs"] if one.get("default")] == ["judgments"]
    assert front["pretty_name"] == "Ranks"
    assert front["language"] == ["pt"]
    assert front["size_categories"] == ["n<1K"]
    assert front["task_categories"] == ["text-generation", "reinforcement-learning"]
    assert {"human-label-variation", "ranking"} <= set(front["tags"])


def test_tables_without_rows_are_no_configuration():
    front, _body = card_of(snapshot_of(pairwise_campaign().campaign))
    assert "rankings" not in {one["config_name"] for one in front["configs"]}
    empty, _body = card_of(snapshot_of(make_campaign()))
    assert empty["configs"] == []


def test_the_manifest_has_every_other_file_with_its_hash(tmp_path):
    folder = folder_of(snapshot_of(tea_campaign()), tmp_path / "folder")
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    hashes = {one["name"]: one["sha256"] for one in manifest["files"]}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "MANIFEST.json"]
    assert hashes == {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_figures_are_published_under_their_folder():
    snapshot: Snapshot = snapshot_of(tea_campaign())
    assert content_of(snapshot, "figure-coverage.svg").startswith(b"<svg ")
