"""Slices by kind: whose shares they hold, that nobody is named in them, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exports.derived import OptionProblem, Tables
from tests.exports.derived.data import Said, json_of, lines_of, made_of, prefer, tables_of

SYSTEMS = ("cool", "middling", "warm")
ITEMS = {
    f"q{turn}-{one}{other}": {
        "prompt": f"Question {turn} on {SYSTEMS[one]} and {SYSTEMS[other]}?",
        "responses": {f"r{one}": f"Answer {one}", f"r{other}": f"Answer {other}"},
        "models": {f"r{one}": SYSTEMS[one], f"r{other}": SYSTEMS[other]},
    }
    for turn in range(12)
    for one, other in ((0, 1), (0, 2), (1, 2))
}
KIND = {"format": "trl-preference", "mode": "soft", "weights": "kind", "kind": 1}


def best_of(item: str, likes_warm: bool) -> str:
    """Warm before middling before cool, or the reverse; now and then the middling one leads."""
    turn, pair = int(item[1:].split("-")[0]), [int(one) for one in item.split("-")[1]]
    order = [2, 1, 0] if likes_warm else [0, 1, 2]
    order = order if turn % 4 else [1, order[0], order[2]]
    return f"r{min(pair, key=order.index)}"


def crowd(warm: int, cool: int, items: Sequence[str] = tuple(ITEMS)) -> list[Said]:
    """People who like warm answers and people who like cool ones; all judge all of the items."""
    likes = {f"warm{n:02}": True for n in range(warm)} | {f"cool{n:02}": False for n in range(cool)}
    return [
        Said(item, name, {"overall": prefer(best_of(item, of_warm))}, stratum="all")
        for name, of_warm in likes.items()
        for item in items
    ]


def shares(folder: Path, tables: Sequence[Tables], **parts: Any) -> dict[tuple[str, str], float]:
    """The share of the kind that prefers a response, by item and response."""
    made = made_of(folder, tables, {**KIND, **parts})
    rows = lines_of(made["trl-preference-soft-overall-train-sidecar.jsonl"].path)
    return {(row["item_id"], row["chosen_id"]): row["soft_label"] for row in rows}


def test_a_kind_has_its_own_shares(tmp_path: Path):
    tables = tables_of(crowd(14, 10), ITEMS)
    largest = shares(tmp_path / "one", [tables])
    assert largest["q1-02", "r2"] == pytest.approx(1, abs=1e-6)
    assert largest["q1-02", "r2"] + largest["q1-02", "r0"] == pytest.approx(1)
    other = shares(tmp_path / "two", [tables], kind=2)
    assert other["q1-02", "r0"] == pytest.approx(1, abs=1e-6)
    # With the middling system leading, both kinds say the same.
    assert largest["q4-12", "r1"] == other["q4-12", "r1"] == 1
    told = json_of(tmp_path / "one" / "trl-preference-soft.json")["weights"]
    assert (told["kind"], told["kinds"]) == (1, 2)
    assert (told["annotators"], told["annotators_of_the_kind"]) == (24, 14)
    assert list(told["utilities"]) == ["warm", "middling", "cool"]
    assert sum(told["utilities"].values()) == pytest.approx(0, abs=1e-4)


def test_nobodys_kind_is_in_any_file(tmp_path: Path):
    made = made_of(tmp_path, [tables_of(crowd(14, 10), ITEMS)], KIND)
    assert len(made) == 3
    for one in made.values():
        text = one.path.read_text(encoding="utf-8")
        assert "warm0" not in text
        assert "cool0" not in text
        assert "annotator_id" not in text
        assert "judgment_id" not in text


def test_shares_of_too_few_of_the_kind_are_left_out(tmp_path: Path):
    """Of the last items only four of the kind have said anything, of the others all fourteen."""
    few = {"q10-01", "q10-02", "q11-01"}
    said = [
        one
        for one in crowd(14, 10)
        if one.item not in few or not one.annotator.startswith("warm") or one.annotator < "warm04"
    ]
    tables = tables_of(said, ITEMS)
    told_of = {item for item, _response in shares(tmp_path, [tables])}
    assert told_of == set(ITEMS) - few
    left_out = json_of(tmp_path / "trl-preference-soft.json")["left_out"]
    # A row for each direction that anybody preferred.
    assert left_out["of_too_few_people"] == 2 * len(few)


def test_it_does_not_matter_how_rows_are_dealt_into_sources(tmp_path: Path):
    said = crowd(14, 10)
    first, second = list(ITEMS)[:18], list(ITEMS)[18:]
    parts = [
        tables_of([one for one in said if one.item in items], {key: ITEMS[key] for key in items})
        for items in (first, second)
    ]
    whole = shares(tmp_path / "whole", [tables_of(said, ITEMS)])
    dealt = shares(tmp_path / "dealt", parts)
    assert dealt == {key: pytest.approx(share, abs=1e-9) for key, share in whole.items()}


@pytest.mark.parametrize(
    ("said", "parts", "field", "message"),
    [
        (crowd(14, 10), {"kind": 3}, "kind", "Kinds of people in this slice: 2."),
        (crowd(20, 4), {"kind": 2}, "kind", "of too few people"),
        (crowd(20, 4), {"kind": 1}, "kind", "would give another one away"),
        (crowd(5, 4), {}, "kind", "by 10 people at least"),
        (
            [
                replace(one, answers={**one.answers, "tone": prefer("r1")})
                for one in crowd(6, 6, ("q0-01",))
            ],
            {},
            "criteria",
            "name one of overall, tone",
        ),
        (crowd(14, 10), {"mode": "weighted"}, "mode", "Nobody's kind is told"),
        (crowd(14, 10), {"weights": "uniform"}, "kind", "go together"),
        (crowd(14, 10), {"kind": None}, "kind", "go together"),
        (crowd(14, 10), {"kind": 6}, "kind", "from 1 to 5"),
    ],
)
def test_what_cannot_be_told_is_refused(
    tmp_path: Path, said: list[Said], parts: dict[str, Any], field: str, message: str
):
    with pytest.raises(OptionProblem, match=message) as problem:
        made_of(tmp_path, [tables_of(said, ITEMS)], {**KIND, **parts})
    assert problem.value.field == field


def test_labels_of_single_responses_have_kinds_too(tmp_path: Path):
    request = {**KIND, "format": "trl-kto"}
    made = made_of(tmp_path, [tables_of(crowd(14, 10), ITEMS)], request)
    rows = lines_of(made["trl-kto-soft-overall-train-sidecar.jsonl"].path)
    good = {(row["item_id"], row["response_id"]): row["soft_label"] for row in rows if row["label"]}
    assert good["q1-02", "r2"] == pytest.approx(1, abs=1e-6)
    assert good["q1-02", "r0"] == pytest.approx(0, abs=1e-6)
