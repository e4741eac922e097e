"""The YAML that the Hugging Face hub and `datasets` read from the card."""

from collections.abc import Sequence

import yaml

from exports.documentation.dataset import Dataset
from exports.documentation.stated import HUB_LICENSES, licenses
from exports.enums import SnapshotFormat
from exports.tables import Column, Kind, Table

TAGS = (
    *("human-label-variation", "preference", "annotator-level-labels"),
    *("pluralistic-alignment", "disagreement"),
)
# What preferences over models' outputs are used for, in the hub's words.
TASKS = ("text-generation", "reinforcement-learning")
# What `datasets` reads of CSV at once.
READ_AT_ONCE = 10_000
# The hub's own size classes, by the number of judgments.
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)


def front_matter(dataset: Dataset) -> str:
    """One configuration a table, so that `load_dataset(folder, "comparisons")` finds it."""
    frame = dataset.frame
    about: dict[str, object] = {"pretty_name": frame.campaign.title, **license_lines(dataset)}
    languages = {tag for facts in frame.facts for tag in facts.languages}
    if languages:
        about["language"] = sorted({tag.split("-")[0].lower() for tag in languages})
    kinds = dict.fromkeys(one.task_type for one in frame.campaigns)
    paradigms = dict.fromkeys(one.paradigm for one in frame.campaigns)
    if len({tag.split("-")[0].lower() for tag in languages}) > 1:
        about["multilinguality"] = ["multilingual"]
    about["task_categories"] = list(TASKS)
    about["tags"] = [*TAGS, *kinds, *paradigms]
    about["size_categories"] = [size_category(sum(facts.judgments for facts in frame.facts))]
    tables = tables_with_rows(dataset)
    about["configs"] = [configuration(dataset, table.name) for table in tables]
    if tables:
        about["dataset_info"] = [
            {"config_name": table.name, "features": features(dataset, table)} for table in tables
        ]
    text: str = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def license_lines(dataset: Dataset) -> dict[str, object]:
    """The license as the hub wants it: one it knows, another one by name, or unknown."""
    found = licenses(dataset)
    if not found:
        return {"license": "unknown"}
    if len(found) == 1 and found[0].lower() in HUB_LICENSES:
        return {"license": found[0].lower()}
    return {"license": "other", "license_name": ", ".join(found), "license_link": "LICENSE"}


def tables_with_rows(dataset: Dataset) -> list[Table]:
    """`datasets` refuses a configuration without a single row."""
    return [table for table in dataset.tables if dataset.rows_of(table.name)]


def configuration(dataset: Dataset, table: str) -> dict[str, object]:
    """Where a table's rows are, in the order of the shards."""
    names = [file.name for file in dataset.files_of(table)]
    found: dict[str, object] = {
        "config_name": table,
        "data_files": names[0] if len(names) == 1 else names,
    }
    if dataset.snapshot.format == SnapshotFormat.CSV:
        found |= {"keep_default_na": False, "na_values": [""]}
        chunk = rows_at_once([file.rows or 0 for file in dataset.files_of(table)])
        found |= {"chunksize": chunk} if chunk != READ_AT_ONCE else {}
    return {**found, "default": True} if table == "judgments" else found


def rows_at_once(rows: Sequence[int]) -> int:
    """How many rows of CSV `datasets` shall read at once, so that none is left by itself.

    It puts single rows together before it gives them their types, which then may differ; see
    `exports.services.joining` for files of one row.
    """
    return next(
        size
        for size in range(READ_AT_ONCE, 1, -1)
        if all(number % size != 1 for number in rows if number > 1)
    )


def features(dataset: Dataset, table: Table) -> list[dict[str, str]]:
    """The columns' types as `datasets` reads them; without these it guesses file by file."""
    return [
        {"name": one.name, **feature(SnapshotFormat(dataset.snapshot.format), one)}
        for one in table.columns
    ]


def feature(format: SnapshotFormat, column: Column) -> dict[str, str]:
    """A column's type. CSV is read by pandas, whose whole numbers cannot be nothing."""
    kind = column.kind
    if kind is Kind.TEXTS and format != SnapshotFormat.CSV:
        return {"list": "string"}
    if kind is Kind.TIMESTAMP and format != SnapshotFormat.CSV:
        return {"dtype": "timestamp[us, tz=UTC]"}
    if kind in (Kind.JSON, Kind.CONTENT) and format == SnapshotFormat.JSONL:
        return {"dtype": "json"}
    if kind is Kind.INTEGER and format == SnapshotFormat.CSV and column.null:
        return {"dtype": "float64"}
    plain = {Kind.INTEGER: "int64", Kind.FLOAT: "float64", Kind.BOOLEAN: "bool"}
    return {"dtype": plain.get(kind, "string")}


def size_category(judgments: int) -> str:
    return next((name for below, name in SIZES if judgments < below), "1B<n<10B")
