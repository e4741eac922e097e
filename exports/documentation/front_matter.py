"""The YAML that the Hugging Face hub and `datasets` read from the card."""

from collections.abc import Iterable

import yaml

from annotation.models import Campaign
from exports.selectors.facts import Facts
from exports.writers.written import WrittenFile

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


def front_matter(campaign: Campaign, facts: Facts, tables: Iterable[WrittenFile]) -> str:
    """One configuration a table, so that `load_dataset(folder, "comparisons")` finds it."""
    about: dict[str, object] = {"pretty_name": campaign.title, "license": "unknown"}
    if facts.languages:
        about["language"] = sorted({tag.split("-")[0].lower() for tag in facts.languages})
    about["tags"] = [*TAGS, campaign.task_type, campaign.paradigm]
    about["size_categories"] = [size_category(facts.judgments)]
    about["configs"] = [
        {
            "config_name": file.table,
            "data_files": file.name,
            **({"default": True} if file.table == "judgments" else {}),
        }
        for file in tables
        if file.rows  # `datasets` refuses a configuration without a single row
    ]
    text: str = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def size_category(judgments: int) -> str:
    return next((name for below, name in SIZES if judgments < below), "1B<n<10B")
