"""The files that explain a snapshot, against the files they explain."""

import csv
import gzip
import io
import json

import pyarrow.parquet as pq
import pytest
import yaml

from annotation.services.campaigns import change_campaign
from exports.models import Snapshot
from tests.exports.builders import pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.reading import content_of
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


def header_of(snapshot: Snapshot, name: str) -> list[str]:
    content = content_of(snapshot, name)
    if name.endswith(".parquet"):
        return pq.read_schema(io.BytesIO(content)).names
    first = gzip.decompress(content).decode().splitlines()[0]
    return list(json.loads(first)) if ".jsonl" in name else next(csv.reader([first]))


def card_of(snapshot: Snapshot) -> tuple[dict, str]:
    _nothing, front, body = content_of(snapshot, "README.md").decode().split("---\n", 2)
    return yaml.safe_load(front), body


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_the_dictionary_covers_every_column_in_order(format: str):
    snapshot = snapshot_of(pairwise_campaign().campaign, format)
    text = content_of(snapshot, "data_dictionary.csv").decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(lines[0]) == ["table", "column", "type", "description"]
    assert all(line["type"] and line["description"] for line in lines)
    for file in snapshot.files.exclude(table=""):
        if not file.rows and format == "jsonl":
            continue  # without rows JSON Lines name no columns
        described = [line["column"] for line in lines if line["table"] == file.table]
        assert described == header_of(snapshot, file.name)


def test_the_dictionary_tells_arrow_types():
    snapshot = snapshot_of(pairwise_campaign().campaign)
    text = content_of(snapshot, "data_dictionary.csv").decode()
    types = {
        (line["table"], line["column"]): line["type"]
        for line in csv.DictReader(io.StringIO(text, newline=""))
    }
    for file in snapshot.files.exclude(table=""):
        schema = pq.read_schema(io.BytesIO(content_of(snapshot, file.name)))
        for column in schema:
            arrow = {
                "double": "float64",
                "timestamp[us, tz=UTC]": "timestamp[us, UTC]",
                "list<element: string>": "list<string>",
            }.get(str(column.type), str(column.type))
            words = types[file.table, column.name]
            assert words == arrow or (arrow == "string" and "json" in words)


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_the_card_configures_every_table_that_has_rows(format: str):
    snapshot = snapshot_of(ranking_campaign().campaign, format)
    front, _body = card_of(snapshot)
    names = {file.name for file in snapshot.files.all()}
    assert {one["data_files"] for one in front["configs"]} <= names
    assert [one["config_name"] for one in front["configs"]] == [
        *("judgments", "comparisons", "rankings", "annotators"),
        *("items", "responses", "assignments", "coverage"),
    ]
    assert [one["config_name"] for one in front["configs"] if one.get("default")] == ["judgments"]
    assert front["pretty_name"] == "Ranks"
    assert front["language"] == ["pt"]
    assert front["size_categories"] == ["n<1K"]
    assert {"human-label-variation", "ranking"} <= set(front["tags"])


def test_tables_without_rows_are_no_configuration():
    front, _body = card_of(snapshot_of(pairwise_campaign().campaign))
    assert "rankings" not in {one["config_name"] for one in front["configs"]}
    empty, _body = card_of(snapshot_of(make_campaign()))
    assert empty["configs"] == []


def test_the_card_tells_how_people_were_asked_and_who_they_are():
    built = pairwise_campaign()
    _front, body = card_of(snapshot_of(built.campaign))
    for words in (
        '# Pairs: "all" voices',
        "4 judgments of language-model outputs by 3 people on 2 items",
        "**Nothing is aggregated.**",
        "**Descriptive**",
        "### Guideline, version 1",
        "````text\nSay what *you* think.\n```\ncode\n```\n````",
        "| `young` | 2 | 2 | 4 | 2 | 1 | 1 | 50.0% |",
        "| `old` | 1 | 2 | 4 | 2 | 0 | 2 | 50.0% |",
        "- `tongues`: Which languages do you speak? (`en`, `hi`)",
        "### Consent text, version 1\n\n```text\nWe publish what you judge.\n```",
        "- `demographics` (optional): Release of who I am",
        "3 places of the design that nobody fills",
    ):
        assert words in body


def test_the_card_keeps_every_version_of_the_guideline():
    campaign = pairwise_campaign().campaign
    change_campaign(campaign, {"guideline": "Think twice."})
    _front, body = card_of(snapshot_of(campaign))
    assert body.index("### Guideline, version 1") < body.index("### Guideline, version 2")
    assert "Think twice." in body


def test_whatever_people_write_the_front_matter_stays_yaml():
    title = "---\nlicense: mit\n\x85 <b>|*x*: 😀 \u2028 #"
    front, body = card_of(snapshot_of(make_campaign(title=title)))
    assert front["pretty_name"] == title
    assert front["license"] == "unknown"
    assert "\\<b\\>\\|\\*x\\*" in body
