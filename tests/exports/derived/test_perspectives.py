"""Formats that keep who said what: their layout, and the way back."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.derived.perspectives import matrix
from exports.derived.perspectives.label_studio import ReadJudgment, read_label_studio
from tests.exports.derived.data import (
    RANKED_ITEMS,
    Said,
    json_of,
    made_of,
    prefer,
    tables_of,
)

SAID = [
    Said("q1", "ada", {"overall": prefer("a", 2), "tone": prefer("z")}, reason="Well, 😀"),
    Said("q1", "ben", {"overall": {"outcome": "both_bad"}}, stratum=None, confidence=62.5),
    Said("q1", "cy", {"overall": {"outcome": "tie"}}, stratum="old"),
    Said("q2", "cy", {"overall": prefer("r1")}, stratum="old"),
]
RANKED = [
    Said("k1", "ada", {"overall": {"ranking": [["a"], ["c", "b"]]}}),
    Said("k1", "ben", {"overall": {"ranking": [["b"], ["c"], ["a"]]}}),
]


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_lewidi_has_every_label_and_the_shares(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "lewidi")
    assert list(made) == [
        "lewidi-overall_train.json",
        "lewidi-tone_train.json",
        "lewidi_annotators_meta.json",
    ]
    entries = json_of(made["lewidi-overall_train.json"].path)
    assert list(entries) == ["q1", "q2"]
    assert made["lewidi-overall_train.json"].rows == 2
    assert entries["q1"] == {
        "annotation task": "pairwise preference",
        "text": {"prompt": "What is it?", "response_a": "Three.", "response_b": "Drei 😀"},
        "number of annotators": 3,
        "annotators": "ada,ben,cy",
        "number of annotations": 3,
        "annotations": {"ada": "2", "ben": "both_bad", "cy": "0"},
        "soft_label": {
            "-2": 0.0,
            "-1": 0.0,
            "0": 1 / 3,
            "1": 0.0,
            "2": 1 / 3,
            "both_bad": 1 / 3,
            "depends": 0.0,
        },
        "split": "train",
        "lang": "en",
        "other_info": {
            "item_id": "q1",
            "criterion": "overall",
            "response_a": "z",
            "response_b": "a",
            "strata": {"ada": "young", "ben": None, "cy": "old"},
            "judgment_ids": [1, 2, 3],
        },
    }
    assert json_of(made["lewidi_annotators_meta.json"].path) == {
        name: {"age": "young"} for name in ("ada", "ben", "cy")
    }


def test_lewidi_tells_pairs_and_repeats_apart(tmp_path: Path):
    ranked = tables_of(RANKED, RANKED_ITEMS, task_type="ranking")
    entries = json_of(made_of(tmp_path, [ranked], "lewidi")["lewidi-overall_train.json"].path)
    assert {key: one["annotations"] for key, one in entries.items()} == {
        "k1#c#a": {"ada": "1", "ben": "-1"},
        "k1#c#b": {"ada": "0", "ben": "1"},
        "k1#a#b": {"ada": "-1", "ben": "1"},
    }
    again = [*SAID[:1], Said("q1", "ada", {"overall": prefer("z")}, is_repeat=True)]
    request = {"format": "lewidi", "name": "again", "repeats": True}
    entry = json_of(
        made_of(tmp_path, [tables_of(again)], request)["lewidi-again-overall_train.json"].path
    )["q1"]
    assert entry["annotations"] == {"ada": "2,-1"}
    assert (entry["number of annotators"], entry["number of annotations"]) == (1, 2)


def test_the_matrix_is_long_and_wide(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "matrix")
    assert {name: one.rows for name, one in made.items()} == {
        "matrix-long.csv": 5,
        "matrix-overall-wide.csv": 2,
        "matrix-tone-wide.csv": 1,
    }
    long = csv_rows(made["matrix-long.csv"].path)
    assert [(row["annotator_id"], row["criterion"], row["value"]) for row in long] == [
        ("ada", "overall", "2"),
        ("ben", "overall", "both_bad"),
        ("cy", "overall", "0"),
        ("ada", "tone", "-1"),
        ("cy", "overall", "-1"),
    ]
    assert csv_rows(made["matrix-overall-wide.csv"].path) == [
        dict(item_id="q1", response_a="z", response_b="a", ada="2", ben="both_bad", cy="0"),
        dict(item_id="q2", response_a="r1", response_b="r2", ada="", ben="", cy="-1"),
    ]


def test_a_wide_table_that_would_be_all_commas_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(matrix, "MOST_CELLS", 5)
    made = made_of(tmp_path, [tables_of(SAID)], "matrix")
    assert list(made) == ["matrix-long.csv", "matrix-tone-wide.csv"]
    assert not (tmp_path / "matrix-overall-wide.csv").exists()


def test_label_studio_tasks_look_like_its_exports(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "label-studio")
    assert list(made) == ["label-studio-pairwise.json", "label-studio-pairwise.xml"]
    tasks = json_of(made["label-studio-pairwise.json"].path)
    assert [task["id"] for task in tasks] == [1, 2]
    assert tasks[0]["data"] == {
        "item_id": "q1",
        "prompt": "What is it?",
        "response_ids": ["z", "a"],
        "response_a": "Three.",
        "response_b": "Drei 😀",
    }
    first = tasks[0]["annotations"][0]
    assert first == {
        "id": 1,
        "completed_by": 1,
        "annotator_id": "ada",
        "stratum": "young",
        "presented_order": ["a", "z"],
        "result": [
            {
                "id": "1-0",
                "from_name": "overall",
                "to_name": "overall",
                "type": "pairwise",
                "origin": "manual",
                "value": {"selected": "right"},
            },
            {
                "id": "1-1",
                "from_name": "overall-strength",
                "to_name": "prompt",
                "type": "choices",
                "origin": "manual",
                "value": {"choices": ["clearly"]},
            },
            {
                "id": "1-2",
                "from_name": "tone",
                "to_name": "tone",
                "type": "pairwise",
                "origin": "manual",
                "value": {"selected": "left"},
            },
            {
                "id": "1-3",
                "from_name": "tone-strength",
                "to_name": "prompt",
                "type": "choices",
                "origin": "manual",
                "value": {"choices": ["slightly"]},
            },
            {
                "id": "1-4",
                "from_name": "reason",
                "to_name": "prompt",
                "type": "textarea",
                "origin": "manual",
                "value": {"text": ["Well, 😀"]},
            },
        ],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-01-02T03:04:05.678901Z",
        "updated_at": "2026-01-02T03:04:05.678901Z",
        "lead_time": 2.5,
        "result_count": 5,
        "task": 1,
    }


@pytest.mark.parametrize(
    ("said", "items", "task_type"),
    [(SAID, None, "pairwise"), (RANKED, RANKED_ITEMS, "ranking")],
)
def test_the_configuration_names_every_control_and_value(
    tmp_path: Path, said: list[Said], items: Any, task_type: str
):
    parts = {} if items is None else {"items": items}
    made = made_of(tmp_path, [tables_of(said, task_type=task_type, **parts)], "label-studio")
    view = Xml.parse(made[f"label-studio-{task_type}.xml"].path).getroot()  # noqa: S314
    controls = {tag.get("name"): tag for tag in view if tag.get("toName")}
    objects = {tag.get("name") for tag in view if tag.get("value", "").startswith("$")}
    tasks = json_of(made[f"label-studio-{task_type}.json"].path)
    for shown in (tag.get("value", "") for tag in view):
        if shown.startswith("$"):
            assert all(shown[1:] in task["data"] for task in tasks)
    for result in (
        one for task in tasks for person in task["annotations"] for one in person["result"]
    ):
        control = controls[result["from_name"]]
        assert set(control.get("toName").split(",")) <= objects
        # A pairwise result points at its control, as in Label Studio's own exports.
        own = result["type"] == "pairwise"
        assert result["to_name"] == (result["from_name"] if own else control.get("toName"))
        if result["type"] == "choices":
            values = {choice.get("value") for choice in control}
            assert set(result["value"]["choices"]) <= values
        if result["type"] == "ranker":
            assert set(result["value"]["ranker"]) <= {bucket.get("name") for bucket in control}


PAIRWISE_ANSWERS = st.one_of(
    st.builds(prefer, st.sampled_from(["z", "a"]), st.sampled_from([1, 2])),
    st.builds(dict, outcome=st.sampled_from(["tie", "both_bad", "depends"])),
)
RANKINGS = st.sampled_from(
    [[["a"], ["c", "b"]], [["c", "a", "b"]], [["b"], ["c"], ["a"]], [["c", "a"], ["b"]]]
).map(lambda groups: {"ranking": groups})
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)


def said_strategy(item: str, answers: Any) -> Any:
    return st.lists(
        st.builds(
            Said,
            st.just(item),
            st.sampled_from(["ada", "ben", "p-1", "cy"]),
            st.dictionaries(st.sampled_from(["overall", "tone.x", "a-b"]), answers, min_size=1),
            reason=st.none() | TEXT,
            confidence=st.none() | st.integers(0, 200).map(lambda half: half / 2),
        ),
        min_size=1,
        max_size=6,
    )


def read_back(said: list[Said], items: Any, task_type: str) -> list[ReadJudgment]:
    with TemporaryDirectory() as folder:
        source = tables_of(said, items, task_type=task_type)
        made = made_of(Path(folder), [source], {"format": "label-studio", "repeats": True})
        with made[f"label-studio-{task_type}.json"].path.open("rb") as file:
            return list(read_label_studio(file))


def as_read(said: list[Said]) -> list[ReadJudgment]:
    return [
        ReadJudgment(one.item, one.annotator, one.answers, one.reason, one.confidence)
        for one in said
    ]


@settings(deadline=None)
@given(said_strategy("q1", PAIRWISE_ANSWERS))
def test_reading_our_label_studio_file_gives_the_same_judgments(said: list[Said]):
    items = {"q1": {"prompt": "What?", "responses": {"z": "Three.", "a": "Drei"}}}
    assert read_back(said, items, "pairwise") == as_read(said)


@settings(deadline=None)
@given(said_strategy("k1", RANKINGS))
def test_rankings_with_ties_come_back_too(said: list[Said]):
    assert read_back(said, RANKED_ITEMS, "ranking") == as_read(said)


def test_cancelled_annotations_are_not_read(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "label-studio")
    tasks = json_of(made["label-studio-pairwise.json"].path)
    tasks[0]["annotations"][0]["was_cancelled"] = True
    found = list(read_label_studio(io.BytesIO(json.dumps(tasks).encode())))
    assert [one.annotator_id for one in found] == ["ben", "cy", "cy"]


def test_argilla_records_and_the_settings_they_fit(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(SAID)], "argilla")
    assert list(made) == [
        "argilla-pairwise.json",
        "argilla-pairwise-settings.json",
        "argilla-users.csv",
    ]
    users = {
        row["annotator_id"]: row["user_id"] for row in csv_rows(made["argilla-users.csv"].path)
    }
    assert list(users) == ["ada", "ben", "cy"]
    assert all(UUID(one).version == 5 for one in users.values())
    records = json_of(made["argilla-pairwise.json"].path)

    def given(name: str, value: str) -> dict[str, Any]:
        return {"value": value, "user_id": users[name], "status": "submitted"}

    assert records[0] == {
        "id": "q1",
        "fields": {"prompt": "What is it?", "response_1": "Three.", "response_2": "Drei 😀"},
        "metadata": {"language": "en", "response_1": "z", "response_2": "a"},
        "suggestions": {},
        "responses": {
            "overall": [given("ada", "b_clearly"), given("ben", "both_bad"), given("cy", "tie")],
            "tone": [given("ada", "a_slightly")],
            "reason": [given("ada", "Well, 😀")],
            "confidence": [given("ben", "62.5")],
        },
        "vectors": {},
        "_server_id": None,
    }
    told = json_of(made["argilla-pairwise-settings.json"].path)
    assert [field["name"] for field in told["fields"]] == ["prompt", "response_1", "response_2"]
    questions = {one["name"]: one["settings"] for one in told["questions"]}
    assert list(questions) == ["overall", "tone", "reason", "confidence"]
    labels = {option["value"] for option in questions["overall"]["options"]}
    answers = [one["value"] for record in records for one in record["responses"]["overall"]]
    assert set(answers) <= labels


def test_argilla_ranks_keep_their_ties(tmp_path: Path):
    ranked = tables_of(RANKED, RANKED_ITEMS, task_type="ranking")
    made = made_of(tmp_path, [ranked], "argilla")
    record = json_of(made["argilla-ranking.json"].path)[0]
    assert [one["value"] for one in record["responses"]["overall"]] == [
        [
            {"value": "response_2", "rank": 1},
            {"value": "response_1", "rank": 2},
            {"value": "response_3", "rank": 2},
        ],
        [
            {"value": "response_3", "rank": 1},
            {"value": "response_1", "rank": 2},
            {"value": "response_2", "rank": 3},
        ],
    ]
    settings_ = json_of(made["argilla-ranking-settings.json"].path)
    assert settings_["questions"][0]["settings"]["type"] == "ranking"


@pytest.mark.parametrize("key", ["label-studio", "argilla"])
def test_only_the_criteria_asked_for(tmp_path: Path, key: str):
    made = made_of(tmp_path, [tables_of(SAID)], {"format": key, "criteria": ["tone"]})
    entries = json_of(made[f"{key}-pairwise.json"].path)
    assert len(entries) == 1
    assert "overall" not in json.dumps(entries)
