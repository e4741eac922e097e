"""Parts of a dataset, weights, and the split into train and test."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.derived import NothingMatches, OptionProblem, Tables
from exports.derived.splits import split_of
from exports.tables import annotators_table
from exports.tables.people import AskedQuestion
from tests.exports.derived.data import (
    CONVERSATION,
    Said,
    json_of,
    lines_of,
    made_of,
    prefer,
    tables_of,
)

SAID = [
    Said("q1", "ada", {"overall": prefer("a")}, stratum="young"),
    Said("q1", "ben", {"overall": prefer("z")}, stratum="young"),
    Said("q1", "cy", {"overall": prefer("z")}, stratum="old"),
    Said("q2", "ada", {"overall": prefer("r1"), "tone": prefer("r2")}, stratum="young"),
    Said("q2", "dee", {"overall": prefer("r1")}, stratum=None),
    Said("q2", "ada", {"overall": prefer("r1")}, stratum="young", is_repeat=True),
]


def judgments_of(folder: Path, request: Any) -> list[int]:
    made = made_of(folder, [tables_of(SAID)], request)
    return [
        row["judgment_id"]
        for name, one in made.items()
        if name.endswith("-sidecar.jsonl")
        for row in lines_of(one.path)
    ]


@pytest.mark.parametrize(
    ("slice_", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 4]),
        ({"strata": ["young"]}, [1, 2, 4, 4]),
        ({"strata": ["young", "old"], "criteria": ["overall"]}, [1, 2, 3, 4]),
        ({"annotators": ["ada", "cy"]}, [1, 3, 4, 4]),
        ({"criteria": ["tone"]}, [4]),
        ({"items": ["q1"]}, [1, 2, 3]),
        ({"items": ["q2"], "annotators": ["dee"]}, [5]),
        ({"repeats": True, "criteria": ["overall"]}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_slice_holds_what_it_names(tmp_path: Path, slice_: dict[str, Any], expected: list[int]):
    assert judgments_of(tmp_path, {"format": "trl-preference", **slice_}) == expected


def test_what_is_outside_a_slice_is_counted(tmp_path: Path):
    made_of(tmp_path, [tables_of(SAID)], {"format": "trl-preference", "strata": ["young"]})
    told = json_of(tmp_path / "trl-preference.json")
    assert told["left_out"] == {"outside_slice": 2, "repeats": 1}
    assert told["options"]["strata"] == ["young"]


@pytest.mark.parametrize("key", ["trl-preference", "trl-kto", "lewidi", "label-studio", "argilla"])
def test_a_slice_that_matches_nothing_says_so(tmp_path: Path, key: str):
    with pytest.raises(NothingMatches) as problem:
        made_of(tmp_path, [tables_of(SAID)], {"format": key, "strata": ["middle"]})
    assert problem.value.message == (
        f"{key}: No judgments match: strata middle. 6 judgments are outside."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_without_judgments_says_so(tmp_path: Path):
    with pytest.raises(NothingMatches, match="There are no judgments in the dataset"):
        made_of(tmp_path, [tables_of([])], "matrix")


def test_a_release_without_strata_cannot_be_sliced_by_them(tmp_path: Path):
    tables = tables_of(SAID).tables
    told_less = Tables(
        {**tables, "judgments": tables["judgments"].drop_columns(["annotator_stratum", "reason"])}
    )
    with pytest.raises(OptionProblem, match="does not tell annotator_stratum"):
        made_of(tmp_path, [told_less], {"format": "trl-kto", "strata": ["young"]})
    made = made_of(tmp_path, [told_less], "trl-kto", "label-studio")
    beside = lines_of(made["trl-kto-overall-train-sidecar.jsonl"].path)
    assert {row["stratum"] for row in beside} == {None}


def test_weights_give_each_stratum_its_share(tmp_path: Path):
    request = {
        "format": "trl-preference",
        "mode": "weighted",
        "weights": "stratum",
        "shares": {"young": 1, "old": 3, "unheard": 6},
        "criteria": ["overall"],
    }
    made = made_of(tmp_path, [tables_of(SAID)], request)
    beside = lines_of(made["trl-preference-weighted-overall-train-sidecar.jsonl"].path)
    # Four judgments with a stratum, three young and one old: 0.25 · 4 / 3 and 0.75 · 4 / 1.
    weights = {row["judgment_id"]: row["weight"] for row in beside}
    assert weights == {
        1: pytest.approx(1 / 3),
        2: pytest.approx(1 / 3),
        3: 3.0,
        4: pytest.approx(1 / 3),
        5: 1.0,
    }
    rows = lines_of(made["trl-preference-weighted-overall-train.jsonl"].path)
    assert [row["weight"] for row in rows] == [row["weight"] for row in beside]
    told = json_of(tmp_path / "trl-preference-weighted.json")
    assert told["weights"] == {
        "source": "stratum",
        "shares": {"old": 0.75, "young": 0.25},
        "weights": {"old": 3.0, "young": pytest.approx(1 / 3)},
        "judgments_without_stratum_at_weight_1": 1,
    }


def test_shares_weigh_soft_labels(tmp_path: Path):
    request = {"format": "trl-preference", "mode": "soft", "weights": "stratum", "items": ["q1"]}
    made = made_of(tmp_path, [tables_of(SAID)], request)
    rows = lines_of(made["trl-preference-soft-overall-train.jsonl"].path)
    # Equal shares: the two young weigh 0.75 each, the old one 1.5.
    assert [(row["chosen"][0]["content"], row["soft_label"]) for row in rows] == [
        ("Three.", 0.75),
        ("Drei 😀", 0.25),
    ]


def test_a_stratum_without_a_share_is_named(tmp_path: Path):
    request = {
        "format": "trl-kto",
        "mode": "weighted",
        "weights": "stratum",
        "shares": {"young": 1},
    }
    with pytest.raises(OptionProblem, match="trl-kto: No share for the stratum old"):
        made_of(tmp_path, [tables_of(SAID)], request)


def test_all_that_was_said_of_a_prompt_is_on_one_side(tmp_path: Path):
    items = {
        f"i{number}": {
            # Each prompt is in two items, with other responses.
            "prompt": f"Prompt {number // 2}",
            "responses": {"x": f"X{number}", "y": f"Y{number}"},
        }
        for number in range(200)
    }
    said = [
        Said(item, person, {"overall": prefer("x"), "tone": prefer("y")})
        for person in ("ada", "ben", "cy")
        for item in items
    ]
    request = {"format": "trl-preference", "test_share": 0.3, "seed": 7}
    made = made_of(tmp_path, [tables_of(said, items)], request)
    prompts = {}
    for side in ("train", "test"):
        files = [made[f"trl-preference-{name}-{side}.jsonl"] for name in ("overall", "tone")]
        rows = [row["prompt"][0]["content"] for file in files for row in lines_of(file.path)]
        prompts[side] = set(rows)
        # Two items, three people, two criteria.
        assert len(rows) == 12 * len(prompts[side])
    assert not prompts["train"] & prompts["test"]
    assert prompts["train"] | prompts["test"] == {f"Prompt {number}" for number in range(100)}
    assert 18 <= len(prompts["test"]) <= 42


def test_another_seed_is_another_split_and_the_same_seed_the_same():
    prompts = [f"Prompt {number}" for number in range(64)]

    def sides(seed: int) -> list[str]:
        return [split_of(prompt, test_share=0.5, seed=seed) for prompt in prompts]

    assert sides(1) == sides(1)
    assert sides(1) != sides(2)


@given(share=st.floats(0, 0.9), more=st.floats(0, 0.09), prompt=st.text())
def test_a_larger_share_only_adds_to_the_test_side(share: float, more: float, prompt: str):
    prompt = prompt.encode("utf-8", "ignore").decode()
    if split_of(prompt, test_share=share, seed=0) == "test":
        assert split_of(prompt, test_share=share + more, seed=0) == "test"


def test_no_share_is_all_for_training():
    assert split_of(CONVERSATION, test_share=0.0, seed=0) == "train"


def test_bytes_do_not_depend_on_how_rows_are_batched(tmp_path: Path):
    requests = [
        *("trl-preference", "trl-reward", "llamafactory", "axolotl", "openai-dpo", "lewidi"),
        *("matrix", "label-studio", "argilla"),
        {"format": "trl-kto", "mode": "soft", "test_share": 0.5, "compress": True},
    ]
    whole = tables_of(SAID)

    class Bits(Tables):
        def batches(self, name: str) -> Any:
            for batch in self.tables[name].to_batches(max_chunksize=1):
                yield batch
                yield batch.slice(0, 0)

    first = made_of(tmp_path / "whole", [whole], *requests)
    second = made_of(tmp_path / "bits", [Bits(whole.tables)], *requests)
    assert list(first) == list(second)
    assert {name: one.path.read_bytes() for name, one in first.items()} == {
        name: one.path.read_bytes() for name, one in second.items()
    }


def test_several_sources_are_one_dataset(tmp_path: Path):
    first = tables_of([one for one in SAID if one.item == "q1"])
    second = tables_of([one for one in SAID if one.item == "q2"], first_id=4)
    items = first.tables["items"]
    parts = []
    for source, item in ((first, "q1"), (second, "q2")):
        own = {
            name: table.filter(pa.compute.equal(table["item_id"], item))
            for name, table in source.tables.items()
            if name in ("items", "responses")
        }
        parts.append(Tables({**source.tables, **own}))
    assert items.num_rows == 2
    requests = ["trl-preference", {"format": "trl-kto", "mode": "weighted", "weights": "stratum"}]
    apart = made_of(tmp_path / "apart", parts, *requests)
    whole = made_of(tmp_path / "whole", [tables_of(SAID)], *requests)
    assert {name: one.path.read_bytes() for name, one in apart.items()} == {
        name: one.path.read_bytes() for name, one in whole.items()
    }


def telling(said: list[Said], answers: dict[str, list[dict[str, Any]]]) -> Tables:
    """The tables with these answers of people, by the versions of their profiles."""
    rows = [
        {"annotator_id": name, "profile_version": version, **told}
        for name, versions in answers.items()
        for version, told in enumerate(versions, 1)
    ]
    tables = tables_of(said).tables
    return Tables({**tables, "annotators": pa.Table.from_pylist(rows, HOME_AND_AGE)})


QUESTIONS = [
    AskedQuestion("age", "How old?", False, {"young": "Young", "old": "Old"}),
    AskedQuestion("home", "Where?", False, {"town": "Town", "farm": "Farm"}),
    AskedQuestion("tongues", "Languages?", True, {"en": "English"}),
]
HOME_AND_AGE = annotators_table(QUESTIONS).arrow_schema
OF_PEOPLE = {
    "ada": [{"age": "old", "home": "farm"}, {"age": "young", "home": "town"}],
    "ben": [{"age": "young", "home": "farm"}],
    "cy": [{"age": "old", "home": "town"}],
    "dee": [{"age": "old", "home": "farm"}],
}
RAKED = {"format": "trl-preference", "mode": "weighted", "weights": "raking"}


def weights_of(folder: Path) -> dict[int, float]:
    beside = lines_of(folder / "trl-preference-weighted-overall-train-sidecar.jsonl")
    return {row["judgment_id"]: row["weight"] for row in beside}


def test_raking_makes_people_count_as_a_population_would(tmp_path: Path):
    """Two young, two old; three quarters are to be old, whatever their home."""
    population = {"age": {"young": 1, "old": 3, "ageless": 4}, "home": {"town": 0.5, "farm": 0.5}}
    made_of(tmp_path, [telling(SAID, OF_PEOPLE)], {**RAKED, "population": population})
    # People: young 0.5, old 1.5. Five judgments, two of them ada's, weigh 4.5 until the mean is 1.
    young, old = 0.5 * 5 / 4.5, 1.5 * 5 / 4.5
    assert weights_of(tmp_path) == {
        1: pytest.approx(young),
        2: pytest.approx(young),
        3: pytest.approx(old),
        4: pytest.approx(young),
        5: pytest.approx(old),
    }
    told = json_of(tmp_path / "trl-preference-weighted.json")["weights"]
    assert told == {
        "source": "raking",
        "population": {
            "age": {"ageless": 4.0, "old": 3.0, "young": 1.0},
            "home": {"farm": 0.5, "town": 0.5},
        },
        "weighted_by": ["age", "home"],
        "bounds": [0.2, 5.0],
        "annotators": 4,
        # (Σw)²/Σw² of 0.5, 0.5, 1.5 and 1.5.
        "effective_annotators": pytest.approx(16 / 5),
        "annotators_at_a_bound": 0,
    }


def test_who_has_not_told_keeps_their_weight(tmp_path: Path):
    people = {**OF_PEOPLE, "dee": [{"age": None, "home": "farm"}]}
    population = {"age": {"young": 0.5, "old": 0.5}}
    made_of(tmp_path, [telling(SAID, people)], {**RAKED, "population": population})
    found = weights_of(tmp_path)
    # Of three who told one is old, and counts as much as the two young; dee as one of four.
    assert found[3] == pytest.approx(2 * found[2])
    assert found[5] == pytest.approx(4 / 3 * found[2])
    assert sum(found.values()) == pytest.approx(5)


@pytest.mark.parametrize(
    ("population", "message"),
    [
        ({"faith": {"a": 1, "b": 1}}, "does not tell faith"),
        ({"tongues": {"en": 1, "de": 1}}, "does not tell tongues"),
        ({"age": {"young": 1}}, "cannot be weighted to this population"),
        ("The country", "takes the shares of a population"),
    ],
)
def test_populations_that_people_cannot_be_weighted_to(
    tmp_path: Path, population: Any, message: str
):
    with pytest.raises(OptionProblem, match=message) as problem:
        made_of(tmp_path, [telling(SAID, OF_PEOPLE)], {**RAKED, "population": population})
    assert problem.value.field == "population"
