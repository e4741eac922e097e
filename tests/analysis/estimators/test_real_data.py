"""Estimates on real judgments, beside plainer computations of the same."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from itertools import permutations
from pathlib import Path

import choix
import numpy as np
import pytest

from analysis.estimators.agreement import alpha
from analysis.estimators.bradley_terry import fit_by_group, scores, scores_by_group
from analysis.estimators.data import Comparisons, Ratings
from analysis.estimators.deviations import group_tests
from analysis.estimators.groups import shrunk_scores

SHARED = Path(__file__).resolve().parents[3].parent / "shared/data"


def path_of(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the shared data is not here")
    return path


def numbered(names):
    """Each name's number in order of first appearance, and how many there are."""
    numbers = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names]), len(numbers)


def plain_alpha(units):
    """Nominal α from lists of values by unit, pair by pair, as Krippendorff words it."""
    units = [unit for unit in units if len(unit) > 1]
    coincidences = Counter()
    for unit in units:
        for one, other in permutations(range(len(unit)), 2):
            coincidences[unit[one], unit[other]] += 1 / (len(unit) - 1)
    margins = Counter()
    for (one, _), often in coincidences.items():
        margins[one] += often
    n = sum(margins.values())
    observed = sum(often for (one, other), often in coincidences.items() if one != other)
    expected = n * n - sum(often**2 for often in margins.values())
    return 1 - (n - 1) * observed / expected


@pytest.fixture(scope="module")
def arguments():
    with gzip.open(path_of("ukpconvarg/judgments.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_alpha_over_the_arguments(arguments):
    values = {"a1": -1, "equal": 0, "a2": 1}
    unit, units = numbered([(row["topic"], row["pair"]) for row in arguments])
    rater, raters = numbered([row["annotator"] for row in arguments])
    value = np.array([values[row["label"]] for row in arguments], dtype=float)
    found = alpha(Ratings(unit, rater, value, units, raters))
    by_unit = defaultdict(dict)
    for row, one, other in zip(arguments, unit, rater, strict=True):
        by_unit[one].setdefault(other, row["label"])
    expected = plain_alpha([list(said.values()) for said in by_unit.values()])
    assert len(arguments) == 14_187
    assert found.estimate == pytest.approx(expected, abs=1e-12)
    assert found.estimate == pytest.approx(UKP_ALPHA, abs=5e-5)
    assert found.lower < found.estimate < found.upper
    assert found.n_annotators == raters


def test_scores_of_arguments_by_topic(arguments):
    rater, raters = numbered([row["annotator"] for row in arguments])
    topic, topics = numbered([row["topic"] for row in arguments])
    sides = [(row["topic"], name) for row in arguments for name in row["pair"].split("_")]
    number, systems = numbered(sides)
    outcome = np.array([{"a1": -1, "equal": 0, "a2": 1}[row["label"]] for row in arguments])
    everything = Comparisons(
        rater,
        np.arange(len(topic)),
        number[::2],
        number[1::2],
        outcome,
        systems,
        raters,
        topics,
        group=topic,
    )
    fits = fit_by_group(everything, penalty=0.2)
    assert len(fits) == topics
    for of_topic in range(topics):
        used = (topic == of_topic) & (outcome != 0)
        decided = fit_by_group(
            Comparisons(
                *(np.asarray(one)[used] for one in (rater, rater, number[::2], number[1::2])),
                outcome[used],
                systems,
                raters,
                1,
                group=np.zeros(used.sum(), dtype=int),
            ),
            penalty=0.2,
        )[0].utility
        known = np.flatnonzero(~np.isnan(decided))
        place = {system: position for position, system in enumerate(known)}
        pairs = [
            (place[b], place[a]) if won > 0 else (place[a], place[b])
            for a, b, won in zip(number[::2][used], number[1::2][used], outcome[used], strict=True)
        ]
        if of_topic < 5:
            expected = choix.opt_pairwise(len(known), pairs, alpha=0.1, tol=1e-12)
            assert decided[known] == pytest.approx(expected, abs=1e-6)
        # Ties move utilities together, but hardly change their order.
        assert np.corrcoef(decided[known], fits[of_topic].utility[known])[0, 1] > 0.97
    one = scores(
        Comparisons(
            *(np.asarray(one)[topic == 0] for one in (rater, rater, number[::2], number[1::2])),
            outcome[topic == 0],
            systems,
            raters,
        ),
        penalty=0.2,
    )
    assert one.utility.estimate == pytest.approx(fits[0].utility, nan_ok=True, abs=1e-8)
    known = ~np.isnan(one.utility.estimate)
    assert (one.utility.lower[known] < one.utility.upper[known]).all()


def test_alpha_over_three_annotators():
    rows = json.loads(path_of("pandalm/testset-v1.json").read_text(encoding="utf-8"))
    values = np.array([[row[f"annotator{number}"] for number in (1, 2, 3)] for row in rows])
    unit, rater = np.divmod(np.arange(values.size), 3)
    data = Ratings(unit, rater, values.ravel().astype(float), len(rows), 3)
    found = alpha(data, drawn="units")
    assert found.estimate == pytest.approx(plain_alpha(values.tolist()), abs=1e-12)
    assert found.estimate == pytest.approx(PANDALM_ALPHA, abs=5e-5)
    assert found.lower < found.estimate < found.upper
    assert found.upper - found.lower < 0.1
    assert (found.n, found.n_annotators) == (2997, 3)


# By the plain computation above; the tests hold both against it.
UKP_ALPHA = 0.3445
PANDALM_ALPHA = 0.8642

GOALS = ["order", "decisions", "prices", "freedom"]


def europe(group_of):
    """Comparisons of value goals, +1 for the first, by people whose `group_of(row)` is not None."""
    with path_of("evs/EuropeanValuesStudy.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if group_of(row) is not None]
    names = sorted({group_of(row) for row in rows})
    given = [
        (
            person,
            GOALS.index(name.split("__vs__")[0]),
            GOALS.index(name.split("__vs__")[1]),
            -int(float(row[name])),
            names.index(group_of(row)),
        )
        for person, row in enumerate(rows)
        for name in row
        if "__vs__" in name and row[name]
    ]
    person, first, second, outcome, group = np.array(given).T
    data = Comparisons(
        person, person, first, second, outcome, 4, len(rows), len(names), group=group
    )
    return data, names


def test_values_by_country():
    data, names = europe(lambda row: row["country"] or None)
    found = scores_by_group(data)
    plain = fit_by_group(data)
    for group, one in enumerate(found):
        rows = data.group == group
        pairs = [
            (int(b), int(a)) if outcome > 0 else (int(a), int(b))
            for a, b, outcome in zip(data.a[rows], data.b[rows], data.outcome[rows], strict=True)
        ]
        expected = choix.ilsr_pairwise(4, pairs, tol=1e-12)
        assert one.utility.estimate == pytest.approx(expected - expected.mean(), abs=1e-6)
        assert plain[group].utility == pytest.approx(one.utility.estimate)
        assert (one.utility.lower < one.utility.estimate).all()
        assert (one.utility.estimate < one.utility.upper).all()
        assert one.utility.n.sum() == 2 * rows.sum()
    shrunk = shrunk_scores(data, replicates=20)
    away = [np.abs(one.utility.estimate - shrunk.common.estimate).mean() for one in found]
    near = np.abs(shrunk.deviation.estimate).mean(axis=1)
    assert near.mean() < np.mean(away)
    tests = group_tests(data, permutations=200)
    assert tests.p_any < 0.01
    assert len(names) == len(tests.q)


def band(row):
    if not row["birthyear"]:
        return None
    age = 1999 - float(row["birthyear"])
    return "18-34" if age < 35 else "35-54" if age < 55 else "55+"


def test_values_by_age_band():
    data, names = europe(band)
    found = {name: one.utility for name, one in zip(names, scores_by_group(data), strict=True)}
    freedom, order = GOALS.index("freedom"), GOALS.index("order")
    # The young set freedom of speech higher, and order lower, beyond their intervals.
    assert found["18-34"].lower[freedom] > found["55+"].upper[freedom]
    assert found["18-34"].upper[order] < found["55+"].lower[order]
    # Those between are as everybody.
    young, between, old = group_tests(data, permutations=200).q
    assert max(young, old) < 0.05 < between
    assert names == ["18-34", "35-54", "55+"]
