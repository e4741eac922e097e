"""Rows for trainers, cell by cell, with what stands beside them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.exports.derived.data import (
    CONVERSATION,
    RANKED_ITEMS,
    Said,
    json_of,
    lines_of,
    made_of,
    prefer,
    tables_of,
)

SAID = [
    Said("q2", "ada", {"overall": prefer("r1")}),
    Said("q1", "ada", {"overall": prefer("a", 2), "tone": prefer("z")}),
    Said("q1", "ben", {"overall": prefer("z")}, stratum=None),
    Said("q1", "cy", {"overall": {"outcome": "tie"}}, stratum="old"),
    Said("q1", "dee", {"overall": {"outcome": "both_bad"}}, stratum="old"),
    Said("q2", "dee", {"overall": {"outcome": "depends"}}, stratum="old"),
    Said("q1", "ada", {"overall": prefer("z")}, is_repeat=True),
    Said("q2", "ben", {"overall": prefer("r2")}, is_final=False),
]
USER = [{"role": "user", "content": "What is it?"}]
THREE = [{"role": "assistant", "content": "Three."}]
DREI = [{"role": "assistant", "content": "Drei 😀"}]


def rows_of(folder: Path, *requests: Any, said: Any = SAID) -> dict[str, list[dict[str, Any]]]:
    """The rows of every file with lines, by name without suffix."""
    made = made_of(folder, [tables_of(said)], *requests)
    found = {}
    for name, one in made.items():
        if ".jsonl" in name:
            found[name.split(".")[0]] = lines_of(one.path)
            assert one.rows == len(found[name.split(".")[0]])
    return found


def test_one_row_per_judgment_by_criterion_with_its_sidecar(tmp_path: Path):
    files = rows_of(tmp_path, "trl-preference")
    assert list(files) == [
        "trl-preference-overall-train",
        "trl-preference-overall-train-sidecar",
        "trl-preference-tone-train",
        "trl-preference-tone-train-sidecar",
    ]
    assert files["trl-preference-overall-train"] == [
        {"prompt": USER, "chosen": DREI, "rejected": THREE},
        {"prompt": USER, "chosen": THREE, "rejected": DREI},
        {
            "prompt": CONVERSATION,
            "chosen": [{"role": "assistant", "content": "Yes"}],
            "rejected": [{"role": "assistant", "content": "No"}],
        },
    ]
    assert files["trl-preference-overall-train-sidecar"] == [
        {
            "row": 0,
            "judgment_id": 2,
            "annotator_id": "ada",
            "stratum": "young",
            "weight": 1.0,
            "item_id": "q1",
            "criterion": "overall",
            "chosen_id": "a",
            "rejected_id": "z",
            "outcome": "graded",
            "shown_first": "a",
            "source": "pairwise",
        },
        {
            "row": 1,
            "judgment_id": 3,
            "annotator_id": "ben",
            "stratum": None,
            "weight": 1.0,
            "item_id": "q1",
            "criterion": "overall",
            "chosen_id": "z",
            "rejected_id": "a",
            "outcome": "graded",
            "shown_first": "a",
            "source": "pairwise",
        },
        {
            "row": 2,
            "judgment_id": 1,
            "annotator_id": "ada",
            "stratum": "young",
            "weight": 1.0,
            "item_id": "q2",
            "criterion": "overall",
            "chosen_id": "r1",
            "rejected_id": "r2",
            "outcome": "graded",
            "shown_first": "r2",
            "source": "pairwise",
        },
    ]
    assert files["trl-preference-tone-train"] == [
        {"prompt": USER, "chosen": THREE, "rejected": DREI}
    ]


def test_what_was_left_out_is_counted_and_written_down(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "trl-preference")
    told = json_of(made["trl-preference.json"].path)
    assert told["judgments"] == 6
    assert told["annotators"] == 4
    assert told["left_out"] == {
        "both_bad": 1,
        "depends": 1,
        "repeats": 1,
        "superseded": 1,
        "ties": 1,
    }
    assert told["what_a_row_is"].startswith("One row per judgment and pair")
    assert told["weights"] == {"source": "uniform"}
    assert told["split"] == {"by": "prompt", "test_share": 0.0, "seed": 0, "train": 4, "test": 0}
    assert told["files"] == [
        {"name": "trl-preference-overall-train.jsonl", "rows": 3},
        {"name": "trl-preference-overall-train-sidecar.jsonl", "rows": 3},
        {"name": "trl-preference-tone-train.jsonl", "rows": 1},
        {"name": "trl-preference-tone-train-sidecar.jsonl", "rows": 1},
    ]
    assert made["trl-preference.json"].rows is None


def test_plain_prompts_end_and_conversations_become_texts(tmp_path: Path):
    files = rows_of(tmp_path, {"format": "trl-preference", "content": "plain"})
    first, _second, third = files["trl-preference-overall-train"]
    assert first == {"prompt": "What is it?\n\n", "chosen": "Drei 😀", "rejected": "Three."}
    assert third == {
        "prompt": 'System: Be brief.\n\nUser: Is it "so"?\nReally?\n\n',
        "chosen": "Yes",
        "rejected": "No",
    }
    request = {"format": "trl-preference", "content": "plain", "prompt_end": "", "name": "bare"}
    assert rows_of(tmp_path, request)["trl-preference-bare-overall-train"][0]["prompt"] == (
        "What is it?"
    )


def test_rewards_have_the_strength_as_margin(tmp_path: Path):
    overall = "trl-reward-overall-train"
    assert [row["margin"] for row in rows_of(tmp_path, "trl-reward")[overall]] == [2.0, 1.0, 1.0]
    request = {"format": "trl-reward", "margins": [0, 0.5]}
    assert [row["margin"] for row in rows_of(tmp_path, request)[overall]] == [0.5, 0.0, 0.0]


def test_ties_may_count_half_for_either_side(tmp_path: Path):
    request = {"format": "trl-reward", "mode": "weighted", "ties": "half", "criteria": ["overall"]}
    files = rows_of(tmp_path, request)
    rows = files["trl-reward-weighted-overall-train"]
    assert [(row["chosen"], row["margin"], row["weight"]) for row in rows[:4]] == [
        (DREI, 2.0, 1.0),
        (THREE, 1.0, 1.0),
        (THREE, 0.0, 0.5),
        (DREI, 0.0, 0.5),
    ]
    beside = files["trl-reward-weighted-overall-train-sidecar"]
    assert [(row["outcome"], row["weight"]) for row in beside[2:4]] == [("tie", 0.5), ("tie", 0.5)]
    told = json_of(tmp_path / "trl-reward-weighted.json")
    assert told["left_out"]["other_criteria"] == 1
    assert "ties" not in told["left_out"]


def test_soft_labels_stand_in_both_directions_where_people_differ(tmp_path: Path):
    files = rows_of(tmp_path, {"format": "trl-preference", "mode": "soft"})
    rows = files["trl-preference-soft-overall-train"]
    # Of q1: ada for a, ben for z, cy's tie half for each; dee's both_bad is no preference.
    assert rows[:2] == [
        {"prompt": USER, "chosen": THREE, "rejected": DREI, "soft_label": 0.5, "n": 3},
        {"prompt": USER, "chosen": DREI, "rejected": THREE, "soft_label": 0.5, "n": 3},
    ]
    assert [(row["soft_label"], row["n"]) for row in rows[2:]] == [(1.0, 1)]
    assert files["trl-preference-soft-overall-train-sidecar"][0] == {
        "row": 0,
        "item_id": "q1",
        "criterion": "overall",
        "chosen_id": "z",
        "rejected_id": "a",
        "soft_label": 0.5,
        "weight": 3.0,
        "n": 3,
        "n_chosen": 1,
        "n_rejected": 1,
        "n_ties": 1,
        "n_both_bad": 1,
        "n_depends": 0,
        "n_annotators": 4,
    }
    told = json_of(tmp_path / "trl-preference-soft.json")
    assert told["what_a_row_is"].startswith("Aggregated")
    assert told["left_out"] == {"both_bad": 1, "depends": 1, "repeats": 1, "superseded": 1}


def test_soft_labels_without_ties_are_of_those_who_chose(tmp_path: Path):
    said = [
        Said("q1", "ada", {"overall": prefer("a", 2)}),
        Said("q1", "ben", {"overall": prefer("a", 1)}),
        Said("q1", "cy", {"overall": prefer("z")}),
        Said("q1", "dee", {"overall": {"outcome": "tie"}}),
    ]
    request = {"format": "trl-reward", "mode": "soft", "ties": "leave-out"}
    rows = rows_of(tmp_path, request, said=said)["trl-reward-soft-overall-train"]
    assert [(row["chosen"], row["soft_label"], row["n"], row["margin"]) for row in rows] == [
        (THREE, pytest.approx(1 / 3), 3, 1.0),
        (DREI, pytest.approx(2 / 3), 3, 1.5),
    ]


def test_a_shared_label_where_all_only_tie_is_even(tmp_path: Path):
    said = [Said("q1", "ada", {"overall": {"outcome": "tie"}})]
    rows = rows_of(tmp_path, {"format": "trl-preference", "mode": "soft"}, said=said)
    assert [row["soft_label"] for row in rows["trl-preference-soft-overall-train"]] == [0.5, 0.5]


def test_kto_takes_each_response_by_itself(tmp_path: Path):
    files = rows_of(tmp_path, {"format": "trl-kto", "criteria": ["overall"]})
    rows, beside = files["trl-kto-overall-train"], files["trl-kto-overall-train-sidecar"]
    said = [(one["judgment_id"], one["response_id"], one["label"]) for one in beside]
    assert said == [
        (2, "z", False),
        (2, "a", True),
        (3, "z", True),
        (3, "a", False),
        (5, "z", False),
        (5, "a", False),
        (1, "r1", True),
        (1, "r2", False),
    ]
    assert rows[1] == {"prompt": USER, "completion": DREI, "label": True}
    assert [row["label"] for row in rows] == [label for _judgment, _response, label in said]


def test_kto_may_take_what_was_acceptable(tmp_path: Path):
    said = [
        Said("q1", "ada", {"overall": prefer("a")}, acceptable={"z": True, "a": True}),
        Said("q1", "ben", {"overall": prefer("z")}, acceptable={"z": True, "a": False}),
        Said("q1", "cy", {"overall": prefer("z")}),
    ]
    files = rows_of(tmp_path, {"format": "trl-kto", "labels": "acceptable"}, said=said)
    rows = files["trl-kto-acceptable-train"]
    assert [(row["completion"], row["label"]) for row in rows] == [
        (THREE, True),
        (DREI, True),
        (THREE, True),
        (DREI, False),
    ]
    assert json_of(tmp_path / "trl-kto.json")["left_out"] == {"not_asked": 1}
    soft = {"format": "trl-kto", "labels": "acceptable", "mode": "soft"}
    rows = rows_of(tmp_path, soft, said=said)["trl-kto-soft-acceptable-train"]
    assert [(row["completion"], row["label"], row["soft_label"], row["n"]) for row in rows] == [
        (THREE, True, 1.0, 2),
        (DREI, True, 0.5, 2),
        (DREI, False, 0.5, 2),
    ]


def test_llamafactory_finds_its_files_by_dataset_info(tmp_path: Path):
    plain = {"format": "llamafactory", "content": "plain", "name": "plain"}
    files = rows_of(tmp_path, {"format": "llamafactory", "criteria": ["overall"]}, plain)
    assert files["llamafactory-overall-train"][0] == {
        "messages": USER,
        "chosen": DREI[0],
        "rejected": THREE[0],
    }
    assert files["llamafactory-plain-overall-train"][0] == {
        "instruction": "What is it?",
        "input": "",
        "chosen": "Drei 😀",
        "rejected": "Three.",
    }
    info = json_of(tmp_path / "dataset_info.json")
    assert set(info) == {
        "llamafactory-overall-train",
        "llamafactory-plain-overall-train",
        "llamafactory-plain-tone-train",
    }
    assert info["llamafactory-overall-train"] == {
        "file_name": "llamafactory-overall-train.jsonl",
        "ranking": True,
        "formatting": "sharegpt",
        "columns": {"messages": "messages", "chosen": "chosen", "rejected": "rejected"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "system_tag": "system",
        },
    }
    assert info["llamafactory-plain-tone-train"]["columns"]["prompt"] == "instruction"


def test_axolotl_is_told_how_to_read_them(tmp_path: Path):
    plain = {"format": "axolotl", "content": "plain", "name": "plain", "criteria": ["tone"]}
    files = rows_of(tmp_path, {"format": "axolotl", "criteria": ["overall"]}, plain)
    assert files["axolotl-overall-train"][0] == {
        "messages": USER,
        "chosen": DREI[0],
        "rejected": THREE[0],
    }
    assert files["axolotl-plain-tone-train"] == [
        {"prompt": "What is it?", "chosen": "Three.", "rejected": "Drei 😀"}
    ]
    told = yaml.safe_load((tmp_path / "axolotl.yml").read_text())
    assert told["rl"] == "dpo"
    assert [(one["path"], one["ds_type"]) for one in told["datasets"]] == [
        ("axolotl-overall-train.jsonl", "json"),
        ("axolotl-plain-tone-train.jsonl", "json"),
    ]
    assert told["datasets"][0]["type"] == "chat_template.default"
    assert told["datasets"][1]["type"]["prompt_format"] == "{prompt}"


def test_openai_rows_hold_nothing_but_what_it_asks_for(tmp_path: Path):
    files = rows_of(tmp_path, {"format": "openai-dpo", "mode": "weighted"})
    assert files["openai-dpo-weighted-overall-train"][2] == {
        "input": {"messages": CONVERSATION, "tools": [], "parallel_tool_calls": True},
        "preferred_output": [{"role": "assistant", "content": "Yes"}],
        "non_preferred_output": [{"role": "assistant", "content": "No"}],
    }
    assert files["openai-dpo-weighted-overall-train-sidecar"][2]["weight"] == 1.0
    plain = rows_of(tmp_path, {"format": "openai-dpo", "content": "plain"})
    assert plain["openai-dpo-overall-train"][2]["input"]["messages"] == [
        {"role": "user", "content": 'System: Be brief.\n\nUser: Is it "so"?\nReally?'}
    ]


@pytest.mark.parametrize(("key", "kept"), [("axolotl", 1), ("openai-dpo", 1), ("trl-kto", 4)])
def test_responses_of_several_messages_stay_where_they_fit(tmp_path: Path, key: str, kept: int):
    long = [
        {"role": "assistant", "content": "Wait"},
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": "No"},
    ]
    items = {
        "m1": {"prompt": "Go", "responses": {"x": "Yes", "y": long}},
        "m2": {"prompt": "Go on", "responses": {"x": "Yes", "y": "No"}},
    }
    said = [Said(item, "ada", {"overall": prefer("y")}) for item in items]
    made = made_of(tmp_path, [tables_of(said, items)], key)
    assert made[f"{key}-overall-train.jsonl"].rows == kept
    left_out = json_of(tmp_path / f"{key}.json")["left_out"]
    assert left_out == ({} if key == "trl-kto" else {"response_of_several_messages": 1})


def test_rankings_expand_into_their_pairs(tmp_path: Path):
    said = [Said("k1", "ada", {"overall": {"ranking": [["a"], ["c", "b"]]}})]
    source = tables_of(said, RANKED_ITEMS, task_type="ranking")
    made = made_of(tmp_path, [source], "trl-reward")
    rows = lines_of(made["trl-reward-overall-train.jsonl"].path)
    beside = lines_of(made["trl-reward-overall-train-sidecar.jsonl"].path)
    assert [(one["chosen_id"], one["rejected_id"], one["source"]) for one in beside] == [
        ("a", "c", "ranking"),
        ("a", "b", "ranking"),
    ]
    # A ranking tells no strength.
    assert [row["margin"] for row in rows] == [0.0, 0.0]
    assert json_of(tmp_path / "trl-reward.json")["left_out"] == {"ties": 1}


def test_files_under_gzip_hold_the_same_lines(tmp_path: Path):
    open_files = rows_of(tmp_path / "open", "trl-preference")
    packed = made_of(
        tmp_path / "packed", [tables_of(SAID)], {"format": "trl-preference", "compress": True}
    )
    assert "trl-preference-overall-train.jsonl.gz" in packed
    for name, one in packed.items():
        if name.endswith(".gz"):
            assert lines_of(one.path) == open_files[name.split(".")[0]]


def test_criteria_whose_names_look_alike_have_files_of_their_own(tmp_path: Path):
    said = [Said("q1", "ada", {"a.b": prefer("a"), "a_b": prefer("z"), "A+b": prefer("z")})]
    files = rows_of(tmp_path, "trl-preference", said=said)
    assert {name: rows[0]["chosen"] for name, rows in files.items() if "side" not in name} == {
        "trl-preference-a_b-train": DREI,
        "trl-preference-a_b_2-train": THREE,
        "trl-preference-A_b_3-train": THREE,
    }
