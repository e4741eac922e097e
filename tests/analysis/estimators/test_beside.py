import numpy as np
import pytest

from analysis.estimators import beside
from analysis.estimators.beside import agreement_with
from analysis.estimators.data import Ratings, UnfitData


def ratings(answers: list[list[int | None]]) -> Ratings:
    """Rows are people, columns units; None where somebody did not answer."""
    rows = [
        (unit, person, value)
        for person, said in enumerate(answers)
        for unit, value in enumerate(said)
        if value is not None
    ]
    unit, person, value = (np.array(one) for one in zip(*rows, strict=True))
    return Ratings(unit, person, value.astype(float), len(answers[0]), len(answers))


def single(answers: list[int], kinds: int) -> np.ndarray:
    """What is told of each unit, as one answer."""
    return np.eye(kinds)[answers]


def test_a_hand_worked_case():
    """Unit 1: 0, 0, 1 against 0; unit 2: 1, 2 against 2; unit 3: one person, 2 against 0."""
    data = ratings([[0, 1, None], [0, 2, None], [1, None, 2]])
    told, among = agreement_with(data, single([0, 2, 0], 3))
    assert told.estimate == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert (told.n, told.n_annotators) == (6, 3)
    # Pairs that agree: 2 of 6 in unit 1, none of 2 in unit 2; unit 3 has no pair.
    assert among.estimate == pytest.approx((2 / 6 + 0) / 2)
    assert among.n == 5


def test_several_answers_of_the_other_count_by_their_share():
    data = ratings([[0], [0], [1], [2]])
    told, _among = agreement_with(data, np.array([[0.5, 0.25, 0.25]]))
    assert told.estimate == pytest.approx(0.5 * 0.5 + 0.25 * 0.25 + 0.25 * 0.25)


def test_one_person_agrees_with_nobody():
    told, among = agreement_with(ratings([[0, 1]]), single([0, 1], 2))
    assert told.estimate == 1
    assert told.lower < told.upper == 1
    assert np.isnan(among.estimate)
    assert np.isnan(among.lower)


def test_a_person_drawn_twice_is_no_pair():
    """Two people who never agree: drawn twice, one would agree with themselves."""
    _told, among = agreement_with(ratings([[0, 1, 0, 1], [1, 0, 1, 0]]), single([0] * 4, 2))
    assert among.estimate == 0


def test_units_in_portions_come_to_the_same(monkeypatch):
    chance = np.random.default_rng(4)
    data = ratings(chance.integers(0, 3, (8, 30)).tolist())
    told = single(chance.integers(0, 3, 30).tolist(), 3)
    whole = agreement_with(data, told)
    monkeypatch.setattr(beside, "CELLS_AT_ONCE", 1)
    parts = agreement_with(data, told)
    for one, other in zip(whole, parts, strict=True):
        assert (one.estimate, one.lower, one.upper) == pytest.approx(
            (other.estimate, other.lower, other.upper)
        )


def test_what_does_not_fit_is_refused():
    with pytest.raises(UnfitData):
        agreement_with(ratings([[3]]), single([0], 2))
    with pytest.raises(UnfitData):
        agreement_with(ratings([[0, 1]]), single([0], 2))
    with pytest.raises(UnfitData):
        agreement_with(Ratings(*(np.zeros(0, int),) * 2, np.zeros(0), 1, 1), single([0], 2))


def test_known_agreement_lies_in_95_percent_intervals():
    """People who each give the other's answer as often as they do, on 40 units."""
    covered = []
    for seed in range(300):
        chance = np.random.default_rng(seed)
        leanings = chance.beta(6, 4, 25)
        answers = (chance.random((25, 40)) > leanings[:, None]).astype(int)
        told, _among = agreement_with(ratings(answers.tolist()), single([0] * 40, 2), seed=seed)
        covered.append(told.lower <= 0.6 <= told.upper)
    assert 0.92 <= np.mean(covered) <= 0.98
