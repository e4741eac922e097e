import random
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bench import adaptive
from bench.adaptive import (
    FLOOR,
    MOST,
    VALUES,
    Comparison,
    Precision,
    Tally,
    adaptively,
    agreed_population,
    answers,
    counts_upto,
    divided_population,
    mixed_population,
)
from bench.adaptive_figure import Panel, draw


def test_the_truth_is_what_many_people_answer():
    population = agreed_population()
    shares = population.shares()
    assert shares.shape == (200, 2, 5)
    assert shares.sum(axis=2) == pytest.approx(np.ones((200, 2)))
    given = np.concatenate([answers(population, number) for number in range(10)], axis=2)
    off = (VALUES[given].mean(axis=2) - population.means) / (population.spreads / np.sqrt(400))
    # Standard normal, but for people who answer several items.
    assert abs(off.mean()) < 0.25
    assert off.std() == pytest.approx(1, abs=0.15)


def test_populations_differ_in_how_much_items_divide():
    spread = {
        make: np.quantile(make().spreads, [0.1, 0.9])
        for make in (agreed_population, mixed_population, divided_population)
    }
    assert spread[agreed_population][0] < 0.3 < 0.6 < spread[agreed_population][1]
    assert spread[mixed_population][0] < 0.4 < 0.6 < spread[mixed_population][1]
    assert min(spread[divided_population]) > 0.65


@pytest.mark.parametrize("measure", ["width", "entropy"])
def test_rounds_keep_floor_most_and_average_and_go_where_people_differ(measure, monkeypatch):
    monkeypatch.setattr(adaptive, "AVERAGES", (8, 10))
    population = agreed_population()
    found = adaptively(answers(population, 1), random.Random(1), measure)
    assert {average: taken.sum() for average, taken in found.items()} == {8: 3200, 10: 4000}
    assert min(taken.min() for taken in found.values()) >= FLOOR
    assert max(taken.max() for taken in found.values()) <= MOST
    assert np.corrcoef(found[10].ravel(), population.spreads.ravel())[0, 1] > 0.3


def test_counts_are_of_the_first_answers():
    given = np.zeros((1, 2, MOST), dtype=np.int64)
    given[0, 1, :3] = [4, 4, 2]
    counts = counts_upto(given, np.array([[2, 4]]))
    assert counts.tolist() == [[[2, 0, 0, 0, 0], [1, 0, 1, 0, 2]]]


def test_precision_by_hand():
    population = divided_population()
    tally = Tally(population)
    tally.truth = np.zeros(200)
    for errors in (np.full(200, 0.3), np.full(200, -0.1)):
        tally.errors.append(errors)
    found = tally.precision(6)
    assert found.held_by_most == found.overall == pytest.approx(np.sqrt(0.05))
    assert found.bias == pytest.approx(0.1)
    assert (found.worst_tenth, found.coverage) == (pytest.approx(0.3), None)


def test_savings_are_read_off_the_balanced_line():
    one = Precision(6, 0.6, 0.6, 0.6, 0.0, None)
    balanced = [replace(one, average=n, held_by_most=n**-0.5) for n in range(6, 41)]
    found = Comparison(agreed_population(), balanced, {})
    at_ten = replace(one, average=10, held_by_most=16**-0.5)
    assert found.judgments_needed("held_by_most", at_ten.held_by_most) == pytest.approx(16)
    assert found.saving("held_by_most", at_ten) == pytest.approx(6 / 16)
    # Between whole numbers the line is that of the square root.
    halfway = replace(one, average=10, held_by_most=16.5**-0.5)
    assert found.saving("held_by_most", halfway) == pytest.approx(1 - 10 / 16.5, abs=1e-3)


def test_the_figure_is_a_drawing_that_says_what_is_saved():
    line = [(6, 0.5), (20, 0.3), (40, 0.2)]
    saved = Panel("A & B", line, [(8, 0.4), (20, 0.25)], 0.31)
    lost = Panel("C", line, [(8, 0.5), (20, 0.32)], -0.02)
    drawn = ET.fromstring(draw([saved, lost]))  # noqa: S314 - our own
    words = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"A & B", "31% fewer", "nothing saved"} <= set(words)
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline"))) == 4
