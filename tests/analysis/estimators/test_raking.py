"""Weights: by hand, with what cannot be met, and on the US census."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.estimators.raking import Margin, UnfitMargins, effective_size, rake

CENSUS = Path(__file__).resolve().parents[3].parent / "shared/data/census/us_census_aggregate.csv"


def test_one_margin_by_hand():
    # Three of four are of category 0, half should be: 2/3 and 2.
    found = rake([Margin("sex", np.array([0, 0, 0, 1]), np.array([0.5, 0.5]))])
    assert found.weights == pytest.approx([2 / 3] * 3 + [2])
    # (Σw)² = 16, Σw² = 3·4/9 + 4 = 16/3.
    assert found.n_eff == pytest.approx(3)
    assert found.design_effect == pytest.approx(4 / 3)
    gap = found.gaps[0]
    assert gap.sample.tolist() == [0.75, 0.25]
    assert gap.weighted == pytest.approx([0.5, 0.5])
    assert found.trimmed == 0


def test_two_margins_by_hand():
    # 40, 20 / 10, 30 to margins (½, ½) and (½, ½): the odds ratio 6 stays, so with p in the
    # corners p²/(½ − p)² = 6 and p = ½·√6/(1 + √6).
    row = np.repeat([0, 0, 1, 1], [40, 20, 10, 30])
    column = np.repeat([0, 1, 0, 1], [40, 20, 10, 30])
    half = np.array([0.5, 0.5])
    found = rake([Margin("row", row, half), Margin("column", column, half)])
    corner = 0.5 * np.sqrt(6) / (1 + np.sqrt(6))
    shares = np.bincount(row * 2 + column, found.weights) / 100
    assert shares == pytest.approx([corner, 0.5 - corner, 0.5 - corner, corner])
    assert found.weights.mean() == pytest.approx(1)


def test_margins_that_hold_leave_base_weights_alone():
    base = np.array([1.0, 3.0, 2.0, 2.0])
    found = rake([Margin("sex", np.array([0, 0, 1, 1]), np.array([0.5, 0.5]))], base=base)
    assert found.weights == pytest.approx(base / 2)
    assert found.rounds == 1


def test_trimmed_weights_keep_to_their_bounds_and_say_what_is_missing():
    category = np.repeat([0, 1], [95, 5])
    margin = Margin("age", category, np.array([0.5, 0.5]))
    free = rake([margin])
    assert free.weights.max() == pytest.approx(10)
    held = rake([margin], most=4.0)
    assert held.weights.max() <= 4.0 + 1e-9
    assert held.trimmed == 5
    assert held.n_eff > free.n_eff
    assert held.gaps[0].weighted == pytest.approx([0.8, 0.2])
    least = rake([margin], least=0.8, most=4.0)
    assert least.weights.min() >= 0.8
    assert least.weights.mean() == pytest.approx(1)


def test_who_did_not_answer_keeps_their_weight():
    found = rake([Margin("sex", np.array([0, 0, 0, 1, -1]), np.array([0.5, 0.5]))])
    assert found.weights == pytest.approx([2 / 3] * 3 + [2, 1])


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ([], "takes a margin"),
        ([("a", [0, 1], [0.5, 0.6])], "a: shares"),
        ([("a", [0, 0], [0.5, 0.5])], r"a: nobody in the sample is of the categories \[1\]"),
        ([("a", [0, 1], [1.0, 0.0])], r"a: the population has nobody of the categories \[1\]"),
        ([("a", [0, 2], [0.5, 0.5])], "a: categories"),
        ([("a", [0, 1], [0.5, 0.5]), ("b", [0], [1.0])], "b: one category"),
        # The same people in both, at different shares.
        (
            [("a", [0, 1], [0.5, 0.5]), ("b", [0, 1], [0.3, 0.7])],
            "cannot be met together: a by 0.2",
        ),
    ],
)
def test_what_cannot_be_met_is_said(margins, message):
    made = [Margin(name, np.array(of), np.array(shares)) for name, of, shares in margins]
    with pytest.raises(UnfitMargins, match=message):
        rake(made)


def test_bounds_and_base_weights_must_make_sense():
    margin = Margin("a", np.array([0, 1]), np.array([0.5, 0.5]))
    with pytest.raises(UnfitMargins, match="Bounds"):
        rake([margin], most=0.9)
    with pytest.raises(UnfitMargins, match="Base"):
        rake([margin], base=np.array([1.0, 0.0]))


def test_effective_size_of_equal_weights_is_their_number():
    assert effective_size(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_size(np.zeros(3)) == 0


def test_a_sample_comes_to_the_us_census():
    if not CENSUS.exists():
        pytest.skip("the shared data is not here")
    with CENSUS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["age_category"] != "All"]
    columns = [
        name for name in rows[0] if name.endswith(("_Male", "_Female")) and "All" not in name
    ]
    joint = np.array([[float(row[name]) for name in columns] for row in rows])
    joint = joint / joint.sum()
    chance = np.random.default_rng(1)
    # Young men answer more often than others.
    skewed = joint * np.linspace(2, 0.5, len(rows))[:, None]
    skewed[:, : len(columns) // 2] *= 1.5
    cells = chance.choice(joint.size, 3000, p=(skewed / skewed.sum()).ravel())
    age, other = np.divmod(cells, len(columns))
    found = rake(
        [
            Margin("age", age, joint.sum(axis=1)),
            Margin("sex and ethnicity", other, joint.sum(axis=0)),
        ]
    )
    for gap in found.gaps:
        assert gap.weighted == pytest.approx(gap.population, abs=1e-8)
    assert 1 < found.design_effect < 3
    assert found.n_eff == pytest.approx(3000 / found.design_effect)
