"""Parts of variance: by counting pairs one by one, and with known truth."""

import numpy as np
import pytest

from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.variance import PARTS, decompose

TRUE = {
    "item": 1.0,
    "group": 0.1,
    "group_item": 0.5,
    "person": 0.3,
    "person_item": 0.4,
    "noise": 0.25,
}


def crowd(chance, parts, *, groups=4, people=120, items=80, each=30, repeats=10):
    spread = {name: np.sqrt(parts[name]) for name in PARTS}
    group = np.arange(people) % groups
    item = chance.normal(0, spread["item"], items)
    of_group = chance.normal(0, spread["group"], groups)
    of_both = chance.normal(0, spread["group_item"], (groups, items))
    person = chance.normal(0, spread["person"], people)
    own = chance.normal(0, spread["person_item"], (people, items))
    unit = np.concatenate([chance.permutation(items)[:each] for _ in range(people)])
    rater = np.repeat(np.arange(people), each)
    again = np.arange(len(unit)).reshape(people, each)[:, :repeats].ravel()
    unit, rater = np.concatenate([unit, unit[again]]), np.concatenate([rater, rater[again]])
    value = item[unit] + of_group[group[rater]] + of_both[group[rater], unit]
    value = value + person[rater] + own[rater, unit]
    value = value + chance.normal(0, spread["noise"], len(unit))
    return Ratings(unit, rater, value + 7, items, people, groups, group)


def test_parts_are_those_of_pairs_counted_one_by_one():
    data = crowd(np.random.default_rng(1), TRUE, groups=2, people=7, items=4, each=3, repeats=1)
    kinds = {}
    rows = range(len(data))
    for one in rows:
        for other in range(one):
            same_person = data.rater[one] == data.rater[other]
            same_item = data.unit[one] == data.unit[other]
            same_group = data.rater_group[data.rater[one]] == data.rater_group[data.rater[other]]
            half = (data.value[one] - data.value[other]) ** 2 / 2
            kinds.setdefault((same_item, same_group, same_person), []).append(half)
    mean = {kind: np.mean(found) for kind, found in kinds.items()}
    noise = mean[True, True, True]
    person = mean[False, True, False] - mean[False, True, True]
    group = mean[False, False, False] - mean[False, True, False]
    both = mean[True, False, False] - mean[True, True, False] - group
    own = mean[True, True, False] - person - noise
    item = mean[False, True, False] - mean[True, True, False] - both
    found = decompose(data, replicates=20)
    expected = [item, group, both, person, own, noise]
    assert [getattr(found, name).estimate for name in PARTS] == pytest.approx(expected)
    assert (found.item.n, found.item.n_annotators) == (len(data), 7)


def test_known_parts_are_recovered():
    found = [
        decompose(crowd(np.random.default_rng(seed), TRUE), replicates=2) for seed in range(30)
    ]
    for name, truth in TRUE.items():
        values = np.array([getattr(one, name).estimate for one in found])
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert abs(values.mean() - truth) < 3 * error, name
        assert error < 0.06, name


def test_what_depends_on_people_lies_in_its_intervals():
    """Items and groups are given; what varies from sample to sample of people is covered."""
    covered = []
    for seed in range(60):
        data = crowd(np.random.default_rng(seed), TRUE)
        found = decompose(data, replicates=100, seed=seed)
        for name in ("person", "person_item", "noise"):
            part = getattr(found, name)
            covered.append(part.lower <= TRUE[name] <= part.upper)
    assert 0.88 <= np.mean(covered) <= 0.985


def test_without_repeats_noise_is_in_the_persons_part():
    data = crowd(np.random.default_rng(3), TRUE, repeats=0)
    found = decompose(data, replicates=20)
    assert np.isnan([found.noise.estimate, found.noise.lower, found.noise.upper]).all()
    assert found.person_item.estimate == pytest.approx(0.65, abs=0.06)
    shares = found.shares()
    assert np.isnan(shares["noise"])
    assert sum(one for one in shares.values() if one == one) == pytest.approx(1)


def test_without_groups_there_is_nothing_between_them():
    data = crowd(np.random.default_rng(4), TRUE | {"group": 0, "group_item": 0})
    data = Ratings(data.unit, data.rater, data.value, data.n_units, data.n_raters)
    found = decompose(data, replicates=20)
    assert np.isnan([found.group.estimate, found.group_item.estimate]).all()
    assert found.item.estimate == pytest.approx(1, abs=0.4)
    assert found.person.estimate == pytest.approx(0.3, abs=0.15)


def test_too_little_is_refused():
    with pytest.raises(UnfitData, match="two people"):
        decompose(Ratings(np.array([0, 1]), np.array([0, 1]), np.array([1.0, 2.0]), 2, 2))
