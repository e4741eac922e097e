"""What the card tells of derived formats."""

import pytest

from tests.exports.builders import pairwise_campaign, snapshot_of
from tests.exports.reading import content_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_card_lists_files_and_what_rows_are():
    snapshot = snapshot_of(
        pairwise_campaign().campaign, derived=[{"format": "trl-kto", "mode": "soft"}, "lewidi"]
    )
    _nothing, front, body = content_of(snapshot, "README.md").decode().split("---\n", 2)
    # `datasets` reads all configurations with one reader, so tables and JSON Lines do not mix.
    assert "trl-kto" not in front
    assert "`lewidi-overall_train.json`" in body
    assert "`trl-kto`, mode `soft`: Aggregated" in body
    listed = [line.split("`")[1] for line in body.splitlines() if line.startswith("| `trl-kto")]
    assert listed == [
        "trl-kto-soft-overall-train.jsonl",
        "trl-kto-soft-overall-train-sidecar.jsonl",
        "trl-kto-soft.json",
    ]


def test_a_card_without_them_says_nothing_of_them():
    snapshot = snapshot_of(pairwise_campaign().campaign)
    assert "Derived formats" not in content_of(snapshot, "README.md").decode()
