"""Strata built from questions by clicking, and what they come to."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from annotation.forms.strata_builder import StrataBuilder
from annotation.forms.strata_numbers import numbers_of
from annotation.forms.text_lists import parse_where


def question(key: str, *options: str, kind: str = "single") -> dict[str, Any]:
    shown = [{"key": option, "label": option.title()} for option in options]
    return {"key": key, "label": f"{key.title()}?", "kind": kind, "options": shown}


AGE = question("age", "young", "middle", "old")
GENDER = question("gender", "woman", "man", "other", kind="multiple")


def sent(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def built(data: QueryDict, *questions: dict[str, Any]) -> list[dict[str, str]]:
    return StrataBuilder(questions or (AGE, GENDER), data).rows()


def test_each_option_of_a_question_is_a_stratum_and_everybody_else_one():
    rows = built(sent(split="age", split_target="2", split_others="on"))
    assert [(row["key"], row["where"], row["target"], row["share"]) for row in rows] == [
        ("young", "age: young", "2", ""),
        ("middle", "age: middle", "2", ""),
        ("old", "age: old", "2", ""),
        ("others", "", "1", ""),
    ]


def test_options_are_taken_together_or_left_out():
    data = sent(
        split="age",
        split_target="3",
        **{"split-age-middle-place": "before", "split-age-old-place": "out"},
    )
    (row,) = built(data)
    assert (row["key"], row["where"]) == ("young+middle", "age: young, middle")


def test_questions_are_crossed_and_their_shares_multiplied():
    data = sent(
        split=["age", "gender"],
        split_target="",
        split_others="on",
        split_others_share="4",
        **{
            "split-age-young-share": "30",
            "split-age-middle-place": "before",
            "split-age-middle-share": "20",
            "split-age-old-share": "50",
            "split-gender-woman-share": "50,5",
            "split-gender-man-share": "48",
            "split-gender-other-share": "1.5",
        },
    )
    rows = built(data)
    assert [(row["key"], row["share"]) for row in rows] == [
        ("young+middle.woman", "25.25"),
        ("young+middle.man", "24"),
        ("young+middle.other", "0.75"),
        ("old.woman", "25.25"),
        ("old.man", "24"),
        ("old.other", "0.75"),
        ("others", "4"),
    ]
    assert parse_where(rows[0]["where"]) == {"age": ["young", "middle"], "gender": ["woman"]}
    assert {row["target"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"split": []}, "Choose at least one question"),
        ({"split-age-young-share": "many"}, "Young: give a share"),
        ({"split-age-young-share": "nan"}, "Young: give a share"),
        ({"split-age-young-share": "101"}, "Young: give a share"),
        (
            dict.fromkeys([f"split-age-{key}-place" for key in ("young", "middle", "old")], "out"),
            "Every option",
        ),
    ],
)
def test_what_cannot_be_built_leaves_the_strata_as_they_are(changes, problem):
    data = sent(**{"split": "age", "split_target": "2", "strata-0-key": "mine", **changes})
    builder = StrataBuilder([AGE], data)
    assert builder.build(data) == data
    assert problem in builder.problem


def test_too_many_strata_are_refused():
    many = [question(f"q{n}", *(f"o{m}" for m in range(5))) for n in range(3)]
    data = sent(split=["q0", "q1", "q2"], split_target="1")
    with pytest.raises(ValueError, match="That makes 125 strata"):
        built(data, *many)


def test_built_strata_take_the_place_of_those_before():
    data = sent(
        **{"split": "age", "split_target": "2", "strata-7-key": "mine", "strata-7-target": "9"},
        title="Kept",
    )
    changed = StrataBuilder([AGE], data).build(data)
    assert [changed[f"strata-{row}-key"] for row in range(3)] == ["young", "middle", "old"]
    assert "strata-7-key" not in changed
    assert changed["title"] == "Kept"
    assert data["strata-7-key"] == "mine"


@given(
    places=st.lists(st.sampled_from(["alone", "before", "out"]), min_size=1, max_size=8),
    shares=st.lists(st.floats(0, 100).map(lambda share: f"{share:.2f}"), min_size=8, max_size=8),
)
def test_no_option_is_lost_or_twice_and_shares_add_up(places, shares):
    one = question("q", *(f"o{number}" for number in range(len(places))))
    data = sent(split="q", split_target="")
    for number, place in enumerate(places):
        data[f"split-q-o{number}-place"] = place
        data[f"split-q-o{number}-share"] = shares[number]
    kept = [f"o{number}" for number, place in enumerate(places) if place != "out"]
    builder = StrataBuilder([one], data)
    if not kept:
        with pytest.raises(ValueError, match="Every option"):
            builder.rows()
        return
    rows = builder.rows()
    named = [option for row in rows for option in parse_where(row["where"])["q"]]
    assert named == kept
    wanted = sum(float(shares[int(option[1:])]) for option in kept)
    assert sum(float(row["share"]) for row in rows) == pytest.approx(wanted, abs=1e-3)
    assert len({row["key"] for row in rows}) == len(rows)


def test_numbers_of_strata_with_targets():
    numbers = numbers_of(
        {
            **{"numbers_items": "100", "numbers_seconds": "36", "max_per_annotator": "20"},
            **{"strata-0-key": "young", "strata-0-target": "2"},
            **{"strata-4-key": "old", "strata-4-target": "1"},
        }
    )
    assert numbers is not None
    shown = [(one.key, one.per_item, one.effort.judgments) for one in numbers.strata]
    assert shown == [("young", 2.0, 200), ("old", 1.0, 100)]
    assert [one.effort.people_needed for one in numbers.strata] == [10, 5]
    assert [one.effort.hours for one in numbers.strata] == [2.0, 1.0]
    assert (numbers.per_item, numbers.total.people_needed, numbers.total.hours) == (3.0, 15, 3.0)


def test_numbers_of_an_overlap_shared_out_by_shares():
    numbers = numbers_of(
        {
            **{"numbers_items": "10", "numbers_seconds": "60", "overlap": "4"},
            **{"strata-0-key": "young", "strata-0-share": "3"},
            **{"strata-1-key": "old", "strata-1-share": "1"},
        }
    )
    assert numbers is not None
    assert [(one.per_item, one.effort.judgments) for one in numbers.strata] == [(3, 30), (1, 10)]


def test_numbers_without_strata_are_those_of_everybody():
    numbers = numbers_of({"numbers_items": "10", "numbers_seconds": "60", "overlap": "3"})
    assert numbers is not None
    assert [(one.key, one.effort.judgments) for one in numbers.strata] == [("everyone", 30)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"numbers_items": ""},
        {"numbers_items": "x"},
        {"numbers_items": "-3"},
        {"numbers_items": "1e99"},
        {"numbers_seconds": "nan"},
        {"overlap": ""},
        {"overlap": "inf"},
    ],
)
def test_numbers_that_do_not_read_give_none(wrong):
    data = {"numbers_items": "10", "numbers_seconds": "60", "overlap": "3", **wrong}
    assert numbers_of(data) is None
