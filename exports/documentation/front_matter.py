"""The YAML that the Hugging Face hub and `datasets` read from the card."""

import yaml

from exports.documentation.dataset import Dataset
from exports.tables import Table

TAGS = (
    *("human-label-variation", "preference", "annotator-level-labels"),
    *("pluralistic-alignment", "disagreement"),
)
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
    about: dict[str, object] = {"pretty_name": frame.campaign.title, "license": "unknown"}
    languages = {tag for facts in frame.facts for tag in facts.languages}
    if languages:
        about["language"] = sorted({tag.split("-")[0].lower() for tag in languages})
    kinds = dict.fromkeys(one.task_type for one in frame.campaigns)
    paradigms = dict.fromkeys(one.paradigm for one in frame.campaigns)
    about["tags"] = [*TAGS, *kinds, *paradigms]
    about["size_categories"] = [size_category(sum(facts.judgments for facts in frame.facts))]
    about["configs"] = [configuration(dataset, table.name) for table in tables_with_rows(dataset)]
    text: str = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


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
    return {**found, "default": True} if table == "judgments" else found


def size_category(judgments: int) -> str:
    return next((name for below, name in SIZES if judgments < below), "1B<n<10B")
