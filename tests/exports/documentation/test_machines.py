"""What machines read of a dataset: `datasets`, mlcroissant, the schema of citation files."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from annotation.services.campaigns import open_campaign
from exports.documentation.front_matter import rows_at_once
from exports.services import copying
from exports.tables import COMPARISONS, COVERAGE, JUDGMENTS, Kind
from tests.exports.builders import pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.documentation.folders import card_of, folder_of, tea_campaign
from tests.exports.reading import rows_in
from tests.factories import (
    import_lines,
    item_line,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db(transaction=True)

FORMATS = ["parquet", "jsonl", "csv"]
CONFIGS = (
    *("judgments", "comparisons", "annotators", "items", "responses", "assignments", "coverage"),
)


@pytest.fixture
def _two_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty rows make two shards."""
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 15)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`datasets.load_dataset` on a folder, without any network."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)

    def load(folder: Path, config: str, **parts: Any) -> Any:
        return datasets.load_dataset(
            str(folder), config, split="train", cache_dir=str(tmp_path / "cache"), **parts
        )

    return load


@pytest.fixture
def croissant(caplog: pytest.LogCaptureFixture) -> Any:
    """A dataset opened by mlcroissant, which must have nothing to say against it."""
    import mlcroissant

    def open_folder(folder: Path) -> Any:
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
        issues = dataset.metadata.ctx.issues
        assert (issues.errors, issues.warnings) == (set(), set())
        assert [one.getMessage() for one in caplog.records if one.name == "absl"] == []
        return dataset

    return open_folder


HUB_TYPES = {
    "parquet": {
        Kind.TEXTS: "List(Value('string'))",
        Kind.TIMESTAMP: "Value('timestamp[us, tz=UTC]')",
        Kind.JSON: "Value('string')",
        Kind.CONTENT: "Value('string')",
    },
    "jsonl": {
        Kind.TEXTS: "List(Value('string'))",
        Kind.TIMESTAMP: "Value('timestamp[us, tz=UTC]')",
        Kind.JSON: "Json(decode=True)",
        Kind.CONTENT: "Json(decode=True)",
    },
    "csv": dict.fromkeys((Kind.TEXTS, Kind.TIMESTAMP, Kind.JSON, Kind.CONTENT), "Value('string')"),
}


def hub_type(format: str, column: Any) -> str:
    plain = {
        Kind.INTEGER: "int64",
        Kind.FLOAT: "float64",
        Kind.BOOLEAN: "bool",
        Kind.TEXT: "string",
    }
    if column.kind in plain:
        # pandas, which reads CSV for `datasets`, has no whole number for nothing.
        lacks = format == "csv" and column.kind is Kind.INTEGER and column.null
        return f"Value('{'float64' if lacks else plain[column.kind]}')"
    return HUB_TYPES[format][column.kind]


@pytest.mark.parametrize("format", FORMATS)
def test_every_configuration_loads_with_the_documented_types(format, hub, tmp_path):
    snapshot = snapshot_of(pairwise_campaign().campaign, format)
    folder = folder_of(snapshot, tmp_path / "folder")
    front, _body = card_of(snapshot)
    assert [one["config_name"] for one in front["configs"]] == list(CONFIGS)
    loaded = {config: hub(folder, config) for config in CONFIGS}
    rows = {file.table: file.rows for file in snapshot.files.exclude(table="")}
    assert {config: len(table) for config, table in loaded.items()} == {
        config: rows[config] for config in CONFIGS
    }
    for table in (JUDGMENTS, COMPARISONS, COVERAGE):
        types = {name: str(kind) for name, kind in loaded[table.name].features.items()}
        assert types == {one.name: hub_type(format, one) for one in table.columns}
    assert sorted(loaded["comparisons"]["preference"], key=str) == [-1, 0, 2, None]
    assert loaded["judgments"]["is_final"] == [True] * 4


@pytest.mark.usefixtures("_two_shards")
@pytest.mark.parametrize("format", FORMATS)
def test_tables_in_several_files_load_as_one(format, hub, croissant, tmp_path):
    # Twenty items, each in one of two shards by its number, are not all in the same one.
    campaign = open_with_items(20, overlap=1)
    judge_everything(take_part(campaign))
    snapshot = snapshot_of(campaign, format)
    folder = folder_of(snapshot, tmp_path / "folder")
    front, body = card_of(snapshot)
    files = {one["config_name"]: one["data_files"] for one in front["configs"]}
    assert files["judgments"] == [
        name for name in sorted(path.name for path in folder.iterdir()) if "judgments-" in name
    ]
    assert len(files["judgments"]) == 2
    assert "`judgments-*-of-00002." in body
    described = croissant(folder)
    for config in ("judgments", "comparisons", "assignments"):
        assert len(hub(folder, config)) == 20
        assert len(list(described.records(config))) == 20


@pytest.mark.parametrize("format", FORMATS)
def test_tables_of_a_row_a_file_load_with_the_documented_types(format, hub, monkeypatch, tmp_path):
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 1)
    # What looks like a number in one file and like none in another.
    campaign = make_campaign(overlap=1)
    names = ["007", "7.50", "true", "x", "2026-01-02", "1e5"]
    import_lines(campaign, [item_line(name, language=None) for name in names])
    open_campaign(campaign)
    seat = take_part(campaign)
    for number in range(len(names)):
        judge(serve(seat), confidence=None if number % 2 else 50.0, reason="12" * (number % 2))
    snapshot = snapshot_of(campaign, format)
    assert snapshot.moment.shards > 1
    folder = folder_of(snapshot, tmp_path / "folder")
    for config in (JUDGMENTS, COMPARISONS, COVERAGE):
        table = hub(folder, config.name)
        types = {name: str(kind) for name, kind in table.features.items()}
        assert types == {one.name: hub_type(format, one) for one in config.columns}
        assert len(table) == len(names)
        if format != "csv":
            assert sorted(table["item_id"]) == sorted(names)
    # With the documented types given, CSV is read by them, and nothing is guessed.
    import datasets

    features = datasets.get_dataset_config_info(str(folder), "judgments").features
    judgments = hub(folder, "judgments", features=features)
    assert sorted(judgments["item_id"]) == sorted(names)
    assert sorted(judgments["reason"], key=str) == ["12"] * 3 + [None] * 3


def test_files_of_a_row_each_are_put_together_and_lose_nothing(monkeypatch, storage_folder):
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 1)
    campaign = open_with_items(6, overlap=1)
    judge_everything(take_part(campaign))
    several, one = snapshot_of(campaign, "csv"), snapshot_of(campaign, "jsonl")
    files = list(several.files.filter(table="judgments"))
    assert sum(file.rows for file in files) == 6
    assert len([file for file in files if file.rows == 1]) < 2
    found = [{row["judgment_id"] for row in rows_in(each, "judgments")} for each in (several, one)]
    assert len(found[0]) == len(found[1]) == 6
    stored = {path.name for path in (storage_folder / "snapshots" / str(several.pk)).rglob("*.gz")}
    published = {Path(file.stored_name).name for file in several.files.all()}
    assert stored <= published


@pytest.mark.parametrize(
    ("rows", "size"),
    [([1], 10_000), ([10_000, 5], 10_000), ([10_001], 9_999), ([10_001, 9_999 * 3 + 1], 9_998)],
)
def test_no_row_is_left_by_itself_where_csv_is_read(rows, size):
    assert rows_at_once(rows) == size


@pytest.mark.parametrize("format", FORMATS)
def test_croissant_is_valid_and_gives_the_records(format, croissant, tmp_path):
    snapshot = snapshot_of(pairwise_campaign().campaign, format)
    dataset = croissant(folder_of(snapshot, tmp_path))
    rows = {file.table: file.rows for file in snapshot.files.exclude(table="")}
    records = {config: list(dataset.records(config)) for config in CONFIGS}
    assert {config: len(found) for config, found in records.items()} == {
        config: rows[config] for config in CONFIGS
    }
    said = {
        (one["comparisons/response_a"], one["comparisons/preference"])
        for one in records["comparisons"]
    }
    assert said == {(b"z", 2), (b"z", None), (b"r1", -1), (b"r1", 0)}
    judgment = next(one for one in records["judgments"] if one["judgments/item_id"] == b"q1")
    assert judgment["judgments/is_final"] is True
    assert f"{judgment['judgments/submitted_at']:%Y}" == f"{snapshot.as_of:%Y}"
    if format != "csv":
        assert set(judgment["judgments/presented_order"]) == {b"z", b"a"}


def test_croissant_names_every_file_with_its_hash_and_every_column(tmp_path):
    snapshot = snapshot_of(ranking_campaign().campaign)
    described = json.loads((folder_of(snapshot, tmp_path) / "croissant.json").read_text())
    hashes = {one["name"]: one["sha256"] for one in described["distribution"]}
    assert hashes == dict(snapshot.files.exclude(table="").values_list("name", "sha256"))
    sets = {one["name"]: one for one in described["recordSet"]}
    assert [field["name"] for field in sets["judgments"]["field"]] == JUDGMENTS.header
    assert sets["judgments"]["key"] == [{"@id": "judgments/judgment_id"}]
    joined = {
        field["name"]: field["references"]
        for field in sets["comparisons"]["field"]
        if "references" in field
    }
    assert joined == {
        "judgment_id": {
            "fileObject": {"@id": "judgments.parquet"},
            "extract": {"column": "judgment_id"},
        },
        "item_id": {"fileObject": {"@id": "items.parquet"}, "extract": {"column": "item_id"}},
    }


def test_croissant_tells_of_the_people_in_the_words_of_rai(croissant, tmp_path):
    folder = folder_of(snapshot_of(tea_campaign()), tmp_path)
    metadata = croissant(folder).metadata
    assert metadata.annotator_demographics == [
        "tea, reference population: Adults of the town, census 2022.",
        "tea, age (How old are you?), people: young: 4, old: 2, nothing released: 1",
    ]
    assert metadata.annotations_per_item == "tea: wanted 5 from young, 3 from old"
    assert metadata.data_use_cases == ["Not stated by the researchers."]
    assert "Recruitment: A research panel, by quota. Pay: 12 € an hour." in metadata.data_collection
    assert metadata.data_limitations[-1] == "tea: Short of target: old (66.7% reached)."
    assert metadata.data_annotation_analysis == [
        "None: every annotator's judgment is released as it was given, disagreement included."
    ]
    assert metadata.license == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert [creator.name for creator in metadata.creators] == ["Ada Doe", "The Tea Group"]
    described = json.loads((folder / "croissant.json").read_text())
    assert all(f"rai:{name}" in described for name in ("dataBiases", "dataUseCases")) is False
    assert "rai:personalSensitiveInformation" in described


def test_an_empty_campaign_is_described_too(croissant, tmp_path):
    dataset = croissant(folder_of(snapshot_of(make_campaign()), tmp_path))
    assert dataset.metadata.record_sets == []


def validated(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema"]
    return subprocess.run(
        [*command, "--builtin-schema", "vendor.citation-file-format", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_citation_file_is_valid_and_names_the_authors(tmp_path):
    snapshot = snapshot_of(tea_campaign())
    folder = folder_of(snapshot, tmp_path)
    answer = validated(folder / "CITATION.cff")
    assert answer.returncode == 0, answer.stdout
    cited = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert cited["title"] == "Tea & politeness"
    assert cited["authors"] == [
        {"name": "Ada Doe", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        {"name": "The Tea Group"},
    ]
    assert (cited["version"], cited["license"]) == ("1.0.0", "CC-BY-4.0")
    assert cited["date-released"] == f"{snapshot.as_of:%Y-%m-%d}"
    assert "CC-BY-4.0, https://spdx.org/licenses/CC-BY-4.0.html" in (folder / "LICENSE").read_text()


def test_authors_and_licenses_that_nobody_stated_are_not_made_up(tmp_path):
    campaign = make_campaign(slug="bare", about={"license": "LicenseRef-Tea"})
    folder = folder_of(snapshot_of(campaign), tmp_path / "one")
    assert validated(folder / "CITATION.cff").returncode == 0
    cited = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert cited["authors"] == [{"name": "The researchers of the Variorum campaign bare"}]
    assert "license" not in cited  # no identifier that the format knows
    assert "LicenseRef-Tea" in (folder / "LICENSE").read_text()
    silent = folder_of(snapshot_of(make_campaign()), tmp_path / "two")
    assert not (silent / "LICENSE").exists()
