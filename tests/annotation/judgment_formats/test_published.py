"""What people said in published files, as answers to a campaign's criterion.

The files are those that item formats are tested with.
"""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotation.errors import ItemFileError
from annotation.judgment_formats import SOURCES, detect_format
from annotation.judgment_formats.base import JudgmentSource, SourceRequest, Terms

FILES = Path(__file__).parents[1] / "item_formats" / "published"
ARENA = FILES / "chatbot-arena.json"
NO_STRENGTH = "This file does not tell how clearly a response was preferred."


def opened(path: Path, task_type: str = "pairwise", strength: int | None = None) -> JudgmentSource:
    terms = Terms(task_type, "overall", strength)
    request = SourceRequest(path, path.parent, 1024 * 1024, 10**9, terms)
    return SOURCES[detect_format(path)](request)


def said(path: Path, task_type: str = "pairwise", strength: int | None = None) -> list[Any]:
    """(line, item, person, answer to the criterion) of each judgment."""
    found = []
    for placed in opened(path, task_type, strength).judgments():
        assert placed.value is not None, placed.problem
        answer = placed.value["answers"]["overall"]
        found.append((placed.line, placed.value["item_id"], placed.value["annotator_id"], answer))
    return found


def told(path: Path, task_type: str = "pairwise", strength: int | None = None) -> list[Any]:
    rows = opened(path, task_type, strength).judgments()
    return [(placed.line, placed.problem) for placed in rows if placed.value is None]


def written(tmp_path: Path, *entries: Any) -> Path:
    path = tmp_path / "file.jsonl"
    path.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    return path


def entries_of(name: str) -> list[Any]:
    text = (FILES / name).read_text(encoding="utf-8")
    found: list[Any] = (
        json.loads(text) if text.startswith("[") else list(map(json.loads, text.splitlines()))
    )
    return found


def better(key: str, strength: int) -> dict[str, Any]:
    return {"preferred": key, "strength": strength}


TIE, BOTH_BAD = {"outcome": "tie"}, {"outcome": "both_bad"}


@pytest.mark.parametrize(
    ("name", "format", "items"),
    [
        ("chatbot-arena.json", "chatbot-arena", 4),
        ("prism.jsonl", "prism", 3),
        ("multipref.jsonl", "multipref", 2),
        ("helpsteer2.jsonl", "helpsteer2", 2),
        ("helpsteer3.jsonl", "helpsteer3", 2),
        ("webgpt.jsonl", "webgpt", 3),
        ("label-studio.json", "label-studio", 2),
        ("argilla.json", "argilla", 2),
    ],
)
def test_a_file_is_known_plain_and_packed_and_brings_its_items(
    name: str, format: str, items: int, tmp_path: Path
):
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((FILES / name).read_bytes()))
    for path in (FILES / name, packed):
        assert detect_format(path) == format
        source = opened(path, "ranking", None)
        brought = source.items()
        assert brought is not None
        assert len(list(brought)) == items
        assert source.position == 0
        list(source.judgments())
        assert source.position == source.size


def test_parquet_is_known_by_its_columns(tmp_path: Path):
    path = tmp_path / "file"
    pq.write_table(pa.Table.from_pylist(entries_of("multipref.jsonl")[:1]), path)
    assert detect_format(path) == "multipref"
    assert len(said(path)) == 4


def test_arena_says_who_won_and_when():
    assert [(line, who, answer) for line, _item, who, answer in said(ARENA, strength=1)] == [
        (1, "arena_user_12", better("r1", 1)),
        (2, "expert_3", BOTH_BAD),
        (3, "expert_3", better("r2", 1)),
        (4, "author_1", TIE),
    ]
    first = next(iter(opened(ARENA, strength=1).judgments())).value
    assert first is not None
    assert first["submitted_at"] == datetime(2023, 4, 24, 15, 53, 11, 500_000, UTC)
    assert [line for line, problem in told(ARENA) if problem.startswith(NO_STRENGTH)] == [1, 3]
    assert told(ARENA, "ranking") == [(2, "A ranking cannot say that both are bad.")]


def test_arena_takes_no_judges_that_are_models_and_passes_over_rows_without_winners(
    tmp_path: Path,
):
    entry = entries_of("chatbot-arena.json")[0]
    path = written(
        tmp_path,
        {**entry, "judge": ["larch-13b", "pair-v2"]},
        {**entry, "winner": None},
        {**entry, "winner": "model_c"},
    )
    assert told(path, strength=1) == [
        (1, "This was not judged by a person."),
        (
            3,
            "The label 'model_c' is none of model_a, model_b, tie, tie (bothbad), bothbad, "
            "both_bad.",
        ),
    ]


def test_prism_scores_are_orders_ratings_or_preferences():
    path = FILES / "prism.jsonl"
    assert said(path, "ranking") == [
        (1, "prism-c0-0", "user7", {"ranking": [["r1"], ["r2", "r3"]]}),
        (4, "prism-c0-1", "user7", {"ranking": [["r2"], ["r1"]]}),
        (6, "prism-c1-0", "user9", {"ranking": [["r1", "r2"]]}),
    ]
    assert said(path, "rating")[1][3] == {"ratings": {"r1": 55.0, "r2": 90.0}}
    problem = "Scores of responses are for pairwise campaigns, rankings and ratings."
    assert told(path, "best_worst") == [(1, problem), (4, problem), (6, problem)]


def test_prism_turns_of_two_responses_are_pairs(tmp_path: Path):
    rows = entries_of("prism.jsonl")
    path = written(tmp_path, *(rows[0], rows[1], *rows[3:]))
    assert [answer for *_place, answer in said(path, strength=2)] == [
        better("r1", 2),
        better("r2", 2),
        TIE,
    ]
    rows[1]["user_id"] = "user8"
    path = written(tmp_path, rows[0], rows[1])
    assert told(path, strength=2) == [
        (1, "The responses of this turn were not scored by the same person.")
    ]


def test_prism_turns_of_more_responses_are_no_pairs():
    assert told(FILES / "prism.jsonl", strength=1) == [
        (1, "Preferences between two responses are for pairwise campaigns and rankings.")
    ]


def test_multipref_tells_strengths_itself():
    assert said(FILES / "multipref.jsonl") == [
        (1, "multipref-d0be61f1d511417f", "w-1", better("r1", 2)),
        (1, "multipref-d0be61f1d511417f", "w-2", TIE),
        (1, "multipref-d0be61f1d511417f", "e-1", better("r1", 1)),
        (1, "multipref-d0be61f1d511417f", "e-2", better("r2", 2)),
        (2, "multipref-892ffb5ac70d", "w-1", better("r2", 1)),
    ]
    assert said(FILES / "multipref.jsonl", "ranking")[1][3] == {"ranking": [["r1", "r2"]]}


def test_multipref_refuses_levels_that_nobody_knows(tmp_path: Path):
    entry = entries_of("multipref.jsonl")[0]
    entry["expert_worker_annotations"] = [{"evaluator": "e-1", "overall_pref": "A"}]
    path = written(tmp_path, entry, {**entry, "normal_worker_annotations": [{}]})
    (line, label), (second, missing) = told(path)
    assert (line, label[:26]) == (1, "The label 'a' is none of a")
    assert second == 2
    assert missing == "What people said of this cannot be read (KeyError('overall_pref'))."


def test_helpsteer_preferences_are_by_people_of_their_own():
    two, three = (FILES / f"helpsteer{version}.jsonl" for version in (2, 3))
    assert said(two) == [
        (1, "helpsteer2-1", "unnamed-helpsteer2-1-1", better("r1", 2)),
        (1, "helpsteer2-1", "unnamed-helpsteer2-1-2", better("r1", 1)),
        (1, "helpsteer2-1", "unnamed-helpsteer2-1-3", BOTH_BAD),
        (2, "helpsteer2-2", "unnamed-helpsteer2-2-1", better("r2", 1)),
    ]
    assert said(three) == [
        (1, "helpsteer3-1", "unnamed-helpsteer3-1-1", better("r2", 2)),
        (1, "helpsteer3-1", "unnamed-helpsteer3-1-2", better("r2", 1)),
        (1, "helpsteer3-1", "unnamed-helpsteer3-1-3", TIE),
        (2, "helpsteer3-2", "unnamed-helpsteer3-2-1", better("r1", 2)),
    ]
    reasons = [one.value.get("reason") for one in opened(three).judgments() if one.value]
    assert reasons == ["The second says more.", "Slightly better.", None, "The first works."]


def test_webgpt_scores_are_one_labellers(tmp_path: Path):
    assert said(FILES / "webgpt.jsonl") == [
        (1, "webgpt-1", "unnamed-webgpt-1-1", better("r1", 1)),
        (2, "webgpt-2", "unnamed-webgpt-2-1", better("r2", 2)),
        (3, "webgpt-3", "unnamed-webgpt-3-1", TIE),
    ]
    path = written(tmp_path, {**entries_of("webgpt.jsonl")[0], "score_1": 0.5})
    assert told(path) == [(1, "The two scores are not each other's opposite.")]


def test_label_studio_annotations_of_tasks_set_up_there():
    path = FILES / "label-studio.json"
    rows = [placed.value for placed in opened(path, strength=2).judgments()]
    assert rows == [
        {
            "item_id": "task-41",
            "annotator_id": "3",
            "judgment_id": "501",
            "submitted_at": datetime(2024, 3, 1, 9, tzinfo=UTC),
            "elapsed_ms": 12500,
            "reason": "More exact.",
            "answers": {"overall": better("r1", 2)},
        },
        {
            "item_id": "task-41",
            "annotator_id": "4",
            "judgment_id": "502",
            "submitted_at": datetime(2024, 3, 1, 9, tzinfo=UTC),
            "elapsed_ms": 12500,
            "answers": {"overall": better("r2", 2)},
        },
    ]
    assert [line for line, _problem in told(path)] == [1]


def labelled(data: dict[str, Any], *results: dict[str, Any]) -> dict[str, Any]:
    return {"id": 1, "data": data, "annotations": [{"completed_by": 1, "result": list(results)}]}


LISTED = {"prompt": "Q", "items": [{"id": "x", "body": "one"}, {"id": "y", "body": "two"}]}


@pytest.mark.parametrize(
    ("task_type", "result", "answer"),
    [
        ("ranking", {"type": "ranker", "value": {"ranker": ["y", "x"]}}, [["y"], ["x"]]),
        (
            "ranking",
            {"type": "ranker", "value": {"ranker": {"best": ["y", "x"], "worst": []}}},
            [["y", "x"]],
        ),
        ("pairwise", {"type": "ranker", "value": {"ranker": ["y", "x"]}}, better("y", 1)),
        ("pairwise", {"type": "choices", "value": {"choices": ["tie"]}}, TIE),
        ("pairwise", {"type": "choices", "value": {"choices": ["x"]}}, better("x", 1)),
        (
            "pairwise",
            {"type": "choices", "value": {"choices": ["depends"]}},
            {"outcome": "depends"},
        ),
    ],
)
def test_label_studio_controls(task_type: str, result: Any, answer: Any, tmp_path: Path):
    path = written(tmp_path, labelled(LISTED, {"from_name": "any", **result}))
    expected = {"ranking": answer} if task_type == "ranking" else answer
    assert said(path, task_type, 1)[0][3] == expected


def test_label_studio_reads_the_control_that_is_called_as_the_criterion(tmp_path: Path):
    first = {"from_name": "style", "type": "pairwise", "value": {"selected": "left"}}
    named = {**first, "from_name": "overall", "value": {"selected": "right"}}
    path = written(tmp_path, labelled(LISTED, first, named), labelled(LISTED))
    rows = list(opened(path, strength=1).judgments())
    assert rows[0].value is not None
    assert rows[0].value["answers"] == {"overall": better("y", 1)}
    assert rows[1].problem == "This annotation holds no comparison, no order and no choice."


def test_a_single_response_may_be_rated(tmp_path: Path):
    stars = {"from_name": "stars", "type": "rating", "value": {"rating": 4}}
    path = written(tmp_path, labelled({"prompt": "Q", "answer": "one"}, stars))
    assert said(path, "rating")[0][3] == {"ratings": {"r1": 4}}
    problem = "A number is an answer only where a single response is rated."
    assert told(path) == [(1, problem)]


def test_argilla_answers_of_both_versions():
    path = FILES / "argilla.json"
    assert said(path, "ranking") == [
        (1, "record-rec-1", "0a1b", {"ranking": [["r1"], ["r2"]]}),
        (1, "record-rec-1", "2c3d", {"ranking": [["r1", "r2"]]}),
        (2, "record-ext-2", "0a1b", {"ranking": [["r1"], ["r2"]]}),
    ]
    first = next(iter(opened(path, "ranking").judgments())).value
    assert first is not None
    assert first["reason"] == "A bat is no bird."
    assert [answer for *_place, answer in said(path, strength=1)] == [
        better("r1", 1),
        TIE,
        better("r1", 1),
    ]


def test_argilla_labels_with_a_strength_want_none_stated(tmp_path: Path):
    record = entries_of("argilla.json")[0]
    graded = [{"value": "b_clearly", "user_id": "u", "status": "submitted"}]
    path = written(tmp_path, {**record, "responses": {"overall": graded}})
    assert said(path)[0][3] == better("r2", 2)
    assert told(path, strength=1) == [
        (1, "This file tells itself how clearly a response was preferred: state no strength.")
    ]


def test_records_that_this_platform_exported_bring_no_items(tmp_path: Path):
    record = entries_of("argilla.json")[0]
    record["metadata"] = {"response_1": "m", "response_2": "n", "language": "en"}
    record["id"] = "q1"
    source = opened(written(tmp_path, record), "ranking")
    assert source.items() is None
    first = next(iter(source.judgments())).value
    assert first is not None
    assert (first["item_id"], first["answers"]) == ("q1", {"overall": {"ranking": [["m"], ["n"]]}})


def test_an_item_that_cannot_be_read_stops_the_import_of_items(tmp_path: Path):
    path = written(tmp_path, entries_of("webgpt.jsonl")[0], {"question": "x"})
    items = opened(path).items()
    assert items is not None
    with pytest.raises(ItemFileError) as error:
        list(items)
    assert (error.value.line, error.value.message) == (
        2,
        "This record lacks answer_0, answer_1.",
    )
    assert told(path) == [(2, "This record lacks answer_0, answer_1.")]


def test_a_file_that_is_cut_off_is_told(tmp_path: Path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress((FILES / "webgpt.jsonl").read_bytes())[:-12])
    source = SOURCES["webgpt"](
        SourceRequest(path, tmp_path, 1024 * 1024, 10**9, Terms("pairwise", "overall"))
    )
    problems = [one.problem for one in source.judgments() if one.value is None]
    assert problems[-1].startswith("This file cannot be read to its end: ")
