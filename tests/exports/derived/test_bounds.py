"""Files to train on within bounds: nothing ruled out is preferred, every row accounted for."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from exports.derived import OptionProblem, read_request
from exports.tables.bounds import RULED_OUT, BoundsFacts
from tests.exports.derived.data import (
    RANKED_ITEMS,
    Said,
    json_of,
    lines_of,
    made_of,
    prefer,
    tables_of,
)

RULES = [
    {"rule": "law", "version": 1, "tier": 1, "title": "Law"},
    {"rule": "pairs/house", "version": 2, "tier": 2, "title": "House"},
]
FACTS = BoundsFacts(RULES, 1, "digest")
SAID = [
    Said("q1", "ada", {"overall": prefer("a", 2)}, acceptable={"a": True, "z": False}),
    Said("q1", "ben", {"overall": prefer("z")}, acceptable={"a": True, "z": True}),
    Said("q1", "cy", {"overall": prefer("a")}, stratum="old"),
    Said("q1", "dee", {"overall": {"outcome": "tie"}}, stratum="old"),
    Said("q1", "eve", {"overall": {"outcome": "both_bad"}}, stratum="old"),
    Said("q2", "ada", {"overall": prefer("r1")}),
]
TRAINING = ("trl-preference", "trl-reward", "trl-kto", "llamafactory", "axolotl", "openai-dpo")


def out(
    item: str, response: str, rule: str = "law", *, by_default: bool = True, own: str | None = None
) -> dict[str, Any]:
    version, tier = {"law": (1, 1), "pairs/house": (2, 2)}.get(rule, (1, 3))
    return {
        "item_id": item,
        "response_id": response,
        "rule": rule,
        "version": version,
        "tier": tier,
        "by_default": by_default,
        "annotator_id": own,
    }


def made(folder: Path, request: Any, *rows: dict[str, Any], said: Any = SAID) -> dict[str, Any]:
    source = tables_of(said)
    source.tables["ruled_out"] = pa.Table.from_pylist(list(rows), RULED_OUT)
    source = type(source)(source.tables, FACTS)
    return made_of(folder, [source], request)


def sidecar(files: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for name, one in files.items() if one.is_sidecar for row in lines_of(one.path)]


def report_in(files: dict[str, Any]) -> dict[str, Any]:
    return json_of(next(one.path for name, one in files.items() if name.endswith("-bounds.json")))


@pytest.mark.parametrize("key", TRAINING)
def test_tier_1_holds_in_every_format_without_being_asked_for(tmp_path: Path, key: str):
    files = made(tmp_path, {"format": key, "criteria": ["overall"]}, out("q1", "a"))
    rows = sidecar(files)
    assert rows
    for row in rows:
        assert (row["item_id"], row.get("chosen_id")) != ("q1", "a")
        assert not (row.get("label") and row.get("response_id") == "a")
    report = report_in(files)
    assert report["rows_in"] == report["rows_out"] + report["rows_removed"]
    assert report["rows_out"] == len(rows)


def test_every_missing_pair_is_listed_by_rule_and_counted_once(tmp_path: Path):
    both = (out("q1", "a"), out("q1", "a", "pairs/house"))
    files = made(tmp_path, "trl-preference", *both)
    listed = lines_of(files["trl-preference-bounds.jsonl"].path)
    assert [(one["rule"], one["judgment_id"], one["annotator_id"]) for one in listed] == [
        ("law", 1, "ada"),
        ("pairs/house", 1, "ada"),
        ("law", 3, "cy"),
        ("pairs/house", 3, "cy"),
    ]
    assert listed[0] == {
        "rule": "law",
        "version": 1,
        "tier": 1,
        "split": "train",
        "item_id": "q1",
        "criterion": "overall",
        "preferred_id": "a",
        "rejected_id": "z",
        "judgment_id": 1,
        "annotator_id": "ada",
        "stratum": "young",
    }
    report = report_in(files)
    sums = (report["rows_in"], report["rows_out"], report["rows_removed"])
    assert sums == (4, 2, 2)
    assert [one["rows_removed"] for one in report["rules"]] == [2, 2]
    assert report["ruled_out_sha256"] == "digest"
    shares = {one["stratum"]: (one["removed"], one["judgments"]) for one in report["strata"]}
    assert shares == {"young": (1, 3), "old": (1, 1)}
    described = json_of(files["trl-preference.json"].path)
    assert described["bounds"] == {"rows_in": 4, "rows_out": 2, "rows_removed": 2}
    assert {"name": "trl-preference-bounds.jsonl", "rows": 4} in described["files"]


def test_ties_of_half_weight_lose_the_direction_that_is_ruled_out(tmp_path: Path):
    files = made(tmp_path, {"format": "trl-preference", "ties": "half"}, out("q1", "a"))
    tied = [row for row in sidecar(files) if row["outcome"] == "tie"]
    assert [(row["chosen_id"], row["weight"]) for row in tied] == [("z", 0.5)]
    assert report_in(files)["rows_removed"] == 3


def test_shares_stay_those_of_everybody_where_a_direction_falls_out(tmp_path: Path):
    """Nobody is made unanimous: what is left says that others preferred the other response."""
    request = {"format": "trl-preference", "mode": "soft", "ties": "leave-out"}
    before = sidecar(made(tmp_path, request))
    after = sidecar(made(tmp_path, request, out("q1", "a")))
    of_q1 = [row for row in after if row["item_id"] == "q1"]
    assert [(row["chosen_id"], row["soft_label"], row["n"]) for row in of_q1] == [("z", 1 / 3, 3)]
    assert {**of_q1[0], "row": 0} in [{**row, "row": 0} for row in before]


def test_kto_loses_both_labels_of_such_a_pair_and_keeps_what_is_called_bad(tmp_path: Path):
    rows = sidecar(made(tmp_path, "trl-kto", out("q1", "a")))
    assert {(one["judgment_id"], one["response_id"], one["label"]) for one in rows} == {
        *((2, "z", True), (2, "a", False), (5, "z", False), (5, "a", False)),
        *((6, "r1", True), (6, "r2", False)),
    }
    assert len(rows) == 6


@pytest.mark.parametrize("mode", ["judgments", "soft"])
def test_kto_calls_nothing_good_that_is_ruled_out(tmp_path: Path, mode: str):
    request = {"format": "trl-kto", "labels": "acceptable", "mode": mode}
    files = made(tmp_path, request, out("q1", "a"))
    good = {row["response_id"] for row in sidecar(files) if row["label"]}
    assert good == {"z"}
    report = report_in(files)
    assert report["rows_in"] == report["rows_out"] + report["rows_removed"]
    shares = {one["stratum"]: (one["removed"], one["judgments"]) for one in report["strata"]}
    assert shares == {"young": (2, 3)}


def test_tier_2_holds_as_its_campaign_says_or_where_it_is_asked_for(tmp_path: Path):
    chosen = out("q1", "a", "pairs/house", by_default=False)
    assert report_in(made(tmp_path, "trl-preference", chosen))["rows_removed"] == 0
    within = {"format": "trl-preference", "within_bounds": True}
    assert report_in(made(tmp_path, within, chosen))["rows_removed"] == 2
    always = out("q1", "a", "pairs/house")
    assert report_in(made(tmp_path, "trl-preference", always))["rows_removed"] == 2


@pytest.mark.parametrize(
    ("options", "removed"),
    [
        ({"within_bounds": True, "annotators": ["ada"]}, 1),
        ({"annotators": ["ada"]}, 0),
        ({"within_bounds": True}, 0),
        ({"within_bounds": True, "annotators": ["ada", "cy"]}, 0),
        ({"within_bounds": True, "annotators": ["cy"]}, 0),
    ],
)
def test_own_rules_hold_in_files_of_that_person_alone(
    tmp_path: Path, options: dict[str, Any], removed: int
):
    own = out("q1", "a", "own/rule-1", own="ada")
    files = made(tmp_path, {"format": "trl-preference", **options}, own)
    assert report_in(files)["rows_removed"] == removed


def test_a_file_from_which_everything_falls_out_is_told_and_not_made(tmp_path: Path):
    files = made(tmp_path, {"format": "trl-preference", "items": ["q2"]}, out("q2", "r1"))
    assert list(files) == [
        "trl-preference-bounds.jsonl",
        "trl-preference-bounds.json",
        "trl-preference.json",
    ]


def test_without_rules_there_is_nothing_to_account_for(tmp_path: Path):
    files = made_of(tmp_path, [tables_of(SAID)], "trl-preference")
    assert not [name for name in files if "bounds" in name]
    assert "bounds" not in json_of(files["trl-preference.json"].path)


def test_each_source_has_its_own_rows(tmp_path: Path):
    """What is ruled out of one shard is forgotten with it, the sums are of all."""
    first = tables_of(SAID)
    first.tables["ruled_out"] = pa.Table.from_pylist([out("q1", "a")], RULED_OUT)
    ranked = {"overall": {"ranking": [["a"], ["b"], ["c"]]}}
    second = tables_of([Said("k1", "fay", ranked)], RANKED_ITEMS, task_type="ranking", first_id=50)
    second.tables["ruled_out"] = pa.Table.from_pylist([out("k1", "b")], RULED_OUT)
    sources = [type(one)(one.tables, FACTS) for one in (first, second)]
    files = made_of(tmp_path, sources, "trl-preference")
    listed = lines_of(files["trl-preference-bounds.jsonl"].path)
    assert [(one["item_id"], one["preferred_id"], one["rejected_id"]) for one in listed] == [
        ("q1", "a", "z"),
        ("q1", "a", "z"),
        ("k1", "b", "c"),
    ]
    report = report_in(files)
    assert (report["rows_in"], report["rows_removed"]) == (7, 3)


def test_no_request_is_called_as_reports_are():
    with pytest.raises(OptionProblem):
        read_request({"format": "trl-kto", "name": "bounds"})
    with pytest.raises(OptionProblem):
        read_request({"format": "lewidi", "within_bounds": True})
