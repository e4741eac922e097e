"""Answers read as columns say what the task type says of them one by one."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from annotation.task_types import task_type_of
from exports.release.comparisons import COMPARISON, pairwise_comparisons
from exports.release.shard import ResponseIds

CRITERIA = ["überall", 'tone "of" voice']
IDS = st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=2, unique=True)


def answer_for(ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    graded = st.builds(
        lambda one, strength: {"strength": strength, "preferred": one},
        st.sampled_from(ids),
        st.sampled_from([1, 2]),
    )
    other = st.sampled_from(["tie", "both_bad", "depends"]).map(lambda one: {"outcome": one})
    return graded | other


@st.composite
def judgments(draw: Any) -> list[dict[str, Any]]:
    items = draw(st.lists(IDS, min_size=1, max_size=4))
    found = []
    for number in range(draw(st.integers(1, 8))):
        item = draw(st.integers(0, len(items) - 1))
        criteria = draw(st.lists(st.sampled_from(CRITERIA), unique=True, max_size=2))
        found.append(
            {
                "judgment_id": number,
                "item_pk": item,
                "ids": items[item],
                "answers": {key: draw(answer_for(items[item])) for key in criteria},
                "shown": draw(st.permutations(items[item])),
            }
        )
    return found


def responses_of(rows: list[dict[str, Any]]) -> ResponseIds:
    items = {row["item_pk"]: row["ids"] for row in rows}
    pairs = [(item, one) for item in sorted(items) for one in items[item]]
    return ResponseIds(
        pa.table(
            {
                "item_pk": pa.array([item for item, _one in pairs], pa.int64()),
                "response_id": pa.array([one for _item, one in pairs], pa.string()),
            }
        )
    )


def batch_of(rows: list[dict[str, Any]], answers: Any = None) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "item_pk": pa.array([row["item_pk"] for row in rows], pa.int64()),
            "answers": [answers or json.dumps(row["answers"], ensure_ascii=False) for row in rows],
            "presented_order": [json.dumps(row["shown"], ensure_ascii=False) for row in rows],
        }
    )


def expected(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for place, row in enumerate(rows):
        for criterion in CRITERIA:
            if criterion not in row["answers"]:
                continue
            answer = row["answers"][criterion]
            for pair in task_type_of("pairwise").comparisons(answer, response_ids=row["ids"]):
                found.append(
                    {
                        "row": place,
                        "criterion": criterion,
                        "response_a": pair.response_a,
                        "response_b": pair.response_b,
                        "preference": pair.preference,
                        "outcome": pair.outcome,
                        "shown_first": row["shown"][0],
                    }
                )
    return found


@given(judgments())
def test_columns_say_what_the_task_type_says(rows: list[dict[str, Any]]):
    found = pairwise_comparisons(batch_of(rows), CRITERIA, responses_of(rows))
    assert found is not None
    assert found.schema == COMPARISON
    assert found.to_pylist() == expected(rows)


def test_what_has_another_shape_is_left_to_the_task_type():
    row = {"item_pk": 0, "ids": ["a", "b"], "answers": {}, "shown": ["a", "b"]}
    for answers in ('{"other": {"outcome": "tie"}}', f'{{"{CRITERIA[0]}": {{"rank": 1}}}}', "[1]"):
        assert pairwise_comparisons(batch_of([row], answers), CRITERIA, responses_of([row])) is None
    three = responses_of([{**row, "ids": ["a", "b", "c"]}])
    assert pairwise_comparisons(batch_of([row]), CRITERIA, three) is None


def test_every_item_has_a_shard_and_all_shards_have_items():
    from exports.frozen.shelf import shards_of

    numbers = shards_of(np.arange(1, 100_001), 7)
    counts = np.bincount(numbers)
    assert len(counts) == 7
    assert counts.min() > 13_800
    assert counts.max() < 14_800
    assert shards_of(np.arange(1, 9), 4).tolist() == shards_of(np.arange(1, 9), 4).tolist()
